"""The message on the wire: serialised once, with places where each recipient's words go.

A compiled message is JSON: a list of strings (bytes for the wire, all ASCII) and of places
`[how, name, fallback]`. Writing it for one recipient fills the places and joins.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from outreach.errors import Refused
from outreach.mail.compose import Composed
from outreach.mail.fields import FIELD, fallback, field_names
from outreach.mail.headers import (
    checked,
    mailbox_header,
    phrase,
    plain_header,
    strangers_name,
    strangers_words,
    text_header,
    url,
    wire_address,
)
from outreach.mail.parts import CALENDAR, Piece, encoded, mime
from outreach.mail.quoted import quote_value

VERSION = "outreach-message-1"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ONE_CLICK = re.compile(
    r"https://[!#-;=?-\[\]_a-z~]+|http://(?:127\.0\.0\.1|localhost|\[::1\])[:/][!#-;=?-\[\]_a-z~]*"
)
_MESSAGE_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_LIST_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")

_MARKUP = re.compile("[&<>\"']")
_SIMPLE = re.compile(r"[A-Za-z0-9/:_~-][A-Za-z0-9/:._~-]{0,74}")
"""What is written alike in HTML, in text and in quoted-printable."""

Spot = tuple[int, str, bytes]
"""Where in the message, how it is written there, and what stands there if there is no value."""


class Mailbox(NamedTuple):
    """An address and the name shown beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Headers:
    """What the headers of a message say, the same for every recipient."""

    sender: Mailbox
    reply_to: str = ""
    bulk: bool = False
    list_id: tuple[str, str] | None = None
    """Name and identifier, e.g. ("News", "news.example.org")."""
    list_archive: str = ""
    list_help: str = ""
    """A URL, or a `mailto:`."""
    feedback_id: str = ""


def compile_message(
    composed: Composed, headers: Headers, *, calendar: str = "", published: str = ""
) -> bytes:
    """Serialise a message; Refused where a header holds what no header may hold.

    `calendar`: the method (`REQUEST`, `CANCEL`) of the calendar that each recipient gets with it,
    as the value `calendar`; empty for none. `published`: a calendar (RFC 5545, METHOD:PUBLISH)
    that is the same for all, attached.

    The same input gives the same bytes (MAIL.md H10: the standard library's writer does not).
    """
    parts = [*_top(composed, headers), *_kind(headers), *mime(composed, calendar, published)]
    return json.dumps([VERSION, _merged(parts)], separators=(",", ":")).encode("ascii")


class CompiledMessage:
    """A compiled message, ready to be written for many recipients."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = [
            piece.encode("ascii") if isinstance(piece, str) else b"" for piece in pieces
        ]
        self._at: dict[str, int] = {}
        self._subject = ""
        self._spots: dict[str, list[Spot]] = {}
        self._calendars: list[int] = []
        self.method = ""
        """Of the calendar that goes with it; empty for none."""
        for at, piece in enumerate(pieces):
            if isinstance(piece, str):
                continue
            how, name, words = piece
            if how in ("text", "html"):
                instead = quote_value(html.escape(words) if how == "html" else words)
                self._spots.setdefault(name, []).append((at, how, instead))
            elif how == CALENDAR:
                self._calendars.append(at)
                self.method = words
            else:
                self._at[how] = at
                self._subject = words if how == "subject" else self._subject
        other = {"unsubscribe_url"} if "unsubscribe" in self._at else set()
        other |= {CALENDAR} if self._calendars else set()
        self.fields: frozenset[str] = field_names(self._subject) | self._spots.keys() | other
        """Every value that `write` needs: personal fields, links, `unsubscribe_url` for bulk."""
        self._stamped = (0, b"")

    @classmethod
    def load(cls, content: bytes) -> "CompiledMessage":
        """Read what `compile_message` gave."""
        version, pieces = json.loads(content)
        if version != VERSION:
            raise Refused("This message was made by another version. Schedule it again.")
        return cls(pieces)

    def write(
        self, *, to: Mailbox, message_id: str, date: datetime, values: Mapping[str, str]
    ) -> bytes:
        """Give the message for one recipient: CRLF, lines of at most 998 bytes, not dot-stuffed.

        `message_id` is without angle brackets. Names and values were written by strangers:
        what no header may hold is left out of them. A bad address is Refused.
        """
        pieces = self._pieces.copy()
        at = self._at
        pieces[at["to"]] = _to(to)
        pieces[at["date"]] = self._date(date) + _message_id(message_id)
        if self._subject:
            pieces[at["subject"]] = _subject_line(self._subject, values)
        if "unsubscribe" in at:
            pieces[at["unsubscribe"]] = _one_click(values)
        self._fill(pieces, values)
        return b"".join(pieces)

    def _fill(self, pieces: list[bytes], values: Mapping[str, str]) -> None:
        """Put the recipient's own words and links into their places."""
        if self._calendars:
            calendar = encoded(values.get(CALENDAR, ""), self.method)
            for place in self._calendars:
                pieces[place] = calendar
        for name, spots in self._spots.items():
            value = values.get(name) or ""
            if _SIMPLE.fullmatch(value):
                simple = value.encode("ascii")
                for place, _, _ in spots:
                    pieces[place] = simple
                continue
            said = strangers_words(value)
            in_text = quote_value(said)
            in_html = quote_value(html.escape(said)) if _MARKUP.search(said) else in_text
            for place, how, words in spots:
                pieces[place] = (in_html if how == "html" else in_text) if said else words

    def _date(self, date: datetime) -> bytes:
        """Write the Date field; it is the same for all that go in one second."""
        second = int(date.timestamp())
        stamped = self._stamped
        if stamped[0] != second:
            moment = date.astimezone(UTC)
            line = (
                f"Date: {_DAYS[moment.weekday()]}, {moment.day:02d} {_MONTHS[moment.month - 1]} "
                f"{moment.year:04d} {moment:%H:%M:%S} +0000\r\n"
            )
            stamped = self._stamped = (second, line.encode("ascii"))
        return stamped[1]


def _top(composed: Composed, headers: Headers) -> Iterator[Piece]:
    sender = headers.sender
    name = checked("sender's name", sender.name)
    if len(name) > 60 or set(name) & set("@<>"):
        raise Refused("The sender's name has at most 60 characters, and no @, < or >.")
    yield mailbox_header("From", wire_address(sender.address), name).decode()
    yield ["to", "", ""]
    subject = checked("subject", composed.subject)
    if FIELD.search(subject):
        yield ["subject", "", subject]
    else:
        yield text_header("Subject", subject).decode()
    yield ["date", "", ""]
    if headers.reply_to:
        yield mailbox_header("Reply-To", wire_address(headers.reply_to), "").decode()


def _kind(headers: Headers) -> Iterator[Piece]:
    if not headers.bulk:
        yield "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
        return
    yield "List-Unsubscribe: "
    yield ["unsubscribe", "unsubscribe_url", ""]
    yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    if headers.list_id:
        yield _list_id(*headers.list_id)
    for name, value in (("List-Archive", headers.list_archive), ("List-Help", headers.list_help)):
        if value:
            yield f"{name}: <{url(value)}>\r\n"
    yield "List-Post: NO\r\nPrecedence: bulk\r\n"
    if headers.feedback_id:
        yield plain_header("Feedback-ID", checked("Feedback-ID", headers.feedback_id)).decode()


def _list_id(name: str, identifier: str) -> str:
    if not _LIST_ID.fullmatch(identifier):
        raise Refused("“%(id)s” cannot be the identifier of a list.", id=identifier)
    words = phrase(checked("topic's name", name), len("List-Id: ")) if name else ""
    last = len(words) - words.rfind("\n") + len("List-Id: ")
    gap = "" if not words else " " if last + len(identifier) + 3 <= 78 else "\r\n "
    return f"List-Id: {words}{gap}<{identifier}>\r\n"


def _merged(parts: list[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _to(to: Mailbox) -> bytes:
    name = strangers_name(to.name) if to.name else ""
    return mailbox_header("To", wire_address(to.address), name)


def _message_id(message_id: str) -> bytes:
    if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 900:
        raise Refused("“%(id)s” is no Message-ID.", id=message_id[:80])
    return f"Message-ID: <{message_id}>\r\n".encode()


def _subject_line(subject: str, values: Mapping[str, str]) -> bytes:
    def said(match: re.Match[str]) -> str:
        return strangers_words(values.get(match[1]) or "") or fallback(match)

    return text_header("Subject", FIELD.sub(said, subject))


def _one_click(values: Mapping[str, str]) -> bytes:
    """Write the value of List-Unsubscribe; nothing in it is encoded, it folds at the comma only."""
    link = values.get("unsubscribe_url") or ""
    if not _ONE_CLICK.fullmatch(link) or len(link) > 900:
        raise Refused("The link to unsubscribe must be one https URL.")
    mail = values.get("unsubscribe_mailto") or ""
    if mail:
        mail = url(mail if mail.startswith("mailto:") else f"mailto:{mail}")
        return f"<{link}>,\r\n <{mail}>\r\n".encode()
    return f"<{link}>\r\n".encode()
