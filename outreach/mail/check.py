"""Checks a finished message as a stranger would, by other code than that which wrote it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

from outreach.mail.check_html import lint_html

_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_TEXT_OR_PHRASE = frozenset({"subject", "from", "to", "reply-to", "list-id"})
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_TOKENS = re.compile(r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|%%")
_ENCODED = re.compile(rb"=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=")
_ONE_CLICK = re.compile(
    r"<(https://[^\s<>,]+|http://(127\.0\.0\.1|localhost|\[::1\])[:/][^\s<>,]*)>"
    r"(, <mailto:[^\s<>,]+>)?"
)
_LIST_ID = re.compile(r"(.+ )?<[A-Za-z0-9.-]+>", re.DOTALL)

_NAME = 60
"""What a name may add to a wrapped line."""

MAX_HTML = 100_000
"""Bytes beyond which Gmail hides the rest."""


@dataclass(frozen=True)
class Mail:
    """A message in bytes, its head split by hand, and as the standard library reads it."""

    raw: bytes
    head: bytes
    fields: list[tuple[str, bytes]]
    """Names and unfolded values."""
    parsed: EmailMessage

    def values(self, name: str) -> list[bytes]:
        """Give every value of a header field, unfolded."""
        return [value for known, value in self.fields if known.lower() == name.lower()]

    def text(self, name: str) -> str:
        """Give one field as its reader sees it."""
        decoded = decode_header(b"".join(self.values(name)[:1]).decode("utf-8", "replace"))
        return "".join(
            part.decode(charset or "ascii", "replace") if isinstance(part, bytes) else part
            for part, charset in decoded
        )

    @property
    def bulk(self) -> bool:
        """Tell whether this is a newsletter."""
        return bool(self.values("Precedence") or self.values("List-Unsubscribe"))


def lint(raw: bytes) -> list[str]:
    """Give every breach of what must be true of a mail (RFC 5322, 2047, 8058; WCAG for its HTML).

    An empty list means that nothing was found.
    """
    head = raw.partition(b"\r\n\r\n")[0]
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", head)
    split = [line.partition(b":") for line in unfolded.split(b"\r\n")]
    fields = [(name.decode("ascii", "replace"), value.strip()) for name, _, value in split]
    mail = Mail(raw, head, fields, message_from_bytes(raw, policy=default))
    checks = (_once, _mailboxes, _date, _kind, _unsubscribe, _lines, _words, _parts, _bodies)
    return [sentence for check in checks for sentence in check(mail)]


def _once(mail: Mail) -> Iterator[str]:
    for name in _ONCE:
        if len(mail.values(name)) != 1:
            yield f"There are {len(mail.values(name))} fields {name} instead of one."
    for name, _ in mail.fields:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            yield f"{name!r} is no name of a header field."
    language = mail.text("Content-Language")
    if not language or language == "und":
        yield "Content-Language is missing."


def _mailboxes(mail: Mail) -> Iterator[str]:
    for name in ("From", "To"):
        boxes = list(getattr(mail.parsed[name], "addresses", ()))
        if len(boxes) != 1 or not boxes[0].addr_spec:
            yield f"{name} holds {len(boxes)} mailboxes instead of one."
        # Not `display_name`: the standard library puts a blank between two encoded-words.
        shown = mail.text(name).rpartition("<")[0].strip().strip('"')
        if len(shown) > 60 or set(shown) & set("@<>"):
            yield f"The name in {name} is too long, or looks like an address."


def _date(mail: Mail) -> Iterator[str]:
    value = mail.text("Date")
    try:
        aware = parsedate_to_datetime(value).tzinfo is not None
    except ValueError:
        aware = False
    if not aware or not value.endswith(" +0000"):
        yield f"Date has no numeric zone: {value!r}"
    if not re.fullmatch(rb"<[^\s<>@]+@[^\s<>@]+>", b"".join(mail.values("Message-ID"))):
        yield "The Message-ID is malformed."


def _kind(mail: Mail) -> Iterator[str]:
    if mail.bulk:
        if mail.values("Precedence") != [b"bulk"]:
            yield "A newsletter says Precedence: bulk."
        if mail.values("Auto-Submitted") or mail.values("X-Auto-Response-Suppress"):
            yield "A newsletter does not say that it is an automatic answer."
    elif mail.values("Auto-Submitted") != [b"auto-generated"] or mail.values(
        "X-Auto-Response-Suppress"
    ) != [b"OOF, AutoReply"]:
        yield "A transactional mail says Auto-Submitted: auto-generated and asks for no answer."
    for value in mail.values("List-Id"):
        if not _LIST_ID.fullmatch(value.decode("ascii", "replace")):
            yield "List-Id is malformed."


def _unsubscribe(mail: Mail) -> Iterator[str]:
    links, posts = mail.values("List-Unsubscribe"), mail.values("List-Unsubscribe-Post")
    if not mail.bulk:
        if links or posts:
            yield "Only newsletters carry List-Unsubscribe."
        return
    if len(links) != 1 or not _ONE_CLICK.fullmatch(links[0].decode("ascii", "replace")):
        yield "List-Unsubscribe holds one HTTPS URI, and then at most one mailto."
    if posts != [b"List-Unsubscribe=One-Click"]:
        yield "List-Unsubscribe-Post says List-Unsubscribe=One-Click, once."


def _lines(mail: Mail) -> Iterator[str]:
    without = mail.raw.replace(b"\r\n", b"")
    if b"\r" in without or b"\n" in without:
        yield "There is a bare CR or LF."
    if not mail.raw.endswith(b"\r\n"):
        yield "The last line has no end."
    lines = mail.raw.split(b"\r\n")
    if max(map(len, lines)) > 998:
        yield "A line is longer than 998 bytes."
    for line in mail.head.split(b"\r\n"):
        if len(line) > 78 and len(line.split()) > 2:
            yield f"A header line could be folded and is not: {line[:40]!r}"
    body = mail.raw[len(mail.head) + 4 :]
    if max(map(len, body.split(b"\r\n"))) > 76:
        yield "A line of the body is longer than 76 bytes."


def _words(mail: Mail) -> Iterator[str]:
    for name, value in mail.fields:
        for word in _ENCODED.findall(value):
            yield from _encoded(name, word)
        if _FORBIDDEN.search(mail.text(name)):
            yield f"{name} holds a character that no header may hold."
        if _TOKENS.search(mail.text(name)):
            yield f"{name} holds an open field."
        if not value.isascii() and name != "To":
            yield f"{name} is not ASCII."


def _encoded(name: str, word: bytes) -> Iterator[str]:
    if name.lower() not in _TEXT_OR_PHRASE:
        yield f"{name} must not be encoded."
    if len(word) > 75:
        yield f"An encoded-word in {name} is longer than 75 bytes."
    yield from _whole(name, word)


def _whole(name: str, word: bytes) -> Iterator[str]:
    content, charset = decode_header(word.decode("ascii"))[0]
    try:
        _ = content.decode(charset or "ascii") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        yield f"An encoded-word in {name} cuts a character in two."


LETTER = ["multipart/alternative", "text/plain", "text/html"]
INVITATION = [
    *("multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
    *("text/calendar", "application/ics"),
]
"""CALENDAR.md §3: with anything else in it, Outlook sees no invitation."""
ANNOUNCEMENT = INVITATION[:-1]


def _parts(mail: Mail) -> Iterator[str]:
    leaves = [part for part in mail.parsed.walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in mail.parsed.walk()]
    if kinds not in (LETTER, INVITATION, ANNOUNCEMENT):
        yield f"The parts are {', '.join(kinds)}."
    yield from _boundaries(mail)
    if len(mail.raw) > 500_000:
        yield "The message is larger than 500 kB."
    for part in leaves[:2]:
        if str(part["Content-Transfer-Encoding"]) != "quoted-printable":
            yield "A part is not quoted-printable."
        if part.get_content_charset() != "utf-8":
            yield "A part is not UTF-8."
    yield from _calendars(leaves[2:])


def _boundaries(mail: Mail) -> Iterator[str]:
    for part in mail.parsed.walk():
        boundary = f"--{part.get_boundary() or ''}".encode()
        if part.is_multipart() and mail.raw.count(boundary) != len(part.get_payload()) + 1:
            yield "The boundary occurs in a part."


def _calendars(parts: Sequence[EmailMessage]) -> Iterator[str]:
    """Look at the calendar beside the text and at its copy (RFC 6047 §2.4)."""
    if len({_content(part) for part in parts}) > 1:
        yield "The two calendars differ."
    for part in parts:
        if str(part["Content-Transfer-Encoding"]) != "base64":
            yield "A calendar is not base64."
        if part.get_content_type() == "text/calendar":
            method = str(part.get_param("method"))
            if f"METHOD:{method}".encode() not in _content(part).splitlines():
                yield "The method of the part is not that of its calendar."


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _bodies(mail: Mail) -> Iterator[str]:
    bodies = {part.get_content_type(): part for part in mail.parsed.walk()}
    if not {"text/plain", "text/html"} <= bodies.keys():
        return
    text = str(bodies["text/plain"].get_content())
    html = str(bodies["text/html"].get_content())
    yield from _text(text)
    if _TOKENS.search(html.replace("}}", "} }")):
        yield "The HTML holds an open field."
    if len(html.encode()) > MAX_HTML:
        yield f"The HTML is larger than {MAX_HTML} bytes."
    for value in mail.values("List-Unsubscribe"):
        link = value.decode().split(">")[0].strip("<")
        if link not in text or link.replace("&", "&amp;") not in html:
            yield "The link to unsubscribe is missing in the text or in the HTML."
    yield from lint_html(html, subject=mail.text("Subject"), language=mail.text("Content-Language"))


def _text(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if len(line) > 78 + _NAME and "://" not in line and " " in line.strip():
            yield f"A line of the text is not wrapped: {line[:40]!r}"
    if _TOKENS.search(text):
        yield "The text holds an open field."
