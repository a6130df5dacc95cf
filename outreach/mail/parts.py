"""The parts of a message: text and HTML, and the calendar of an invitation.

The calendar of an invitation stands beside text and HTML, and once more as an attachment (RFC 6047
§2.4, CALENDAR.md §3). It is one person's own, so a compiled message has places for it. What is
published to many (`PUBLISH`) is an attachment only: beside the text, programs show it instead of
the letter. Base64 carries every byte of either through any relay.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from outreach.errors import Refused
from outreach.mail.compose import Composed
from outreach.mail.fields import FIELD, fallback
from outreach.mail.quoted import SOFT, body_text, quote

Place = list[str]
"""`[how, name, fallback]`: where something personal is to stand."""
Piece = str | Place

METHODS = frozenset({"REQUEST", "CANCEL"})
PUBLISH = "PUBLISH"
CALENDAR = "calendar"
"""The value that `CompiledMessage.write` needs."""
FILE = "invite.ics"
INLINE = (
    "Content-Type: text/calendar; charset=UTF-8; method={method}\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
)
ATTACHED = (
    f'Content-Type: application/ics; name="{FILE}"\r\n'
    f'Content-Disposition: attachment; filename="{FILE}"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)
PUBLISHED = (
    f'Content-Type: text/calendar; charset=UTF-8; method={PUBLISH}; name="event.ics"\r\n'
    'Content-Disposition: attachment; filename="event.ics"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)


@dataclass(frozen=True)
class EnclosedCalendar:
    """A calendar that goes with a letter to one person."""

    method: str
    """One of `METHODS`, the same as inside."""
    content: bytes
    """RFC 5545, UTF-8."""


def checked_method(method: str) -> str:
    """Give the method of a calendar; Refused where mail knows none such."""
    if method not in METHODS:
        raise Refused("“%(method)s” is no method of a calendar in a mail.", method=method)
    return method


def encoded(calendar: str, method: str) -> bytes:
    """Encode a calendar as lines of at most 76 bytes; Refused unless it says the same method.

    A part whose method is not that of its calendar is shown as a plain file (RFC 6047 §2.4).
    """
    if f"\r\nMETHOD:{method}\r\n" not in calendar:
        raise Refused(
            "An invitation needs its calendar, with the method %(method)s.", method=method
        )
    lines = base64.encodebytes(calendar.encode("utf-8"))
    return lines.replace(b"\n", b"\r\n")


def mime(composed: Composed, method: str, published: str = "") -> Iterator[Piece]:
    """Write all that follows the headers, and MIME's own.

    `method`: of the calendar that each recipient gets, or empty; `published`: one for all of them.
    """
    if not re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", composed.language):
        raise Refused("“%(tag)s” is no language tag.", tag=composed.language)
    text, html_part = body_text(composed.text), body_text(composed.html)
    digest = hashlib.sha256(f"{composed.language}\0{text}\0{html_part}".encode())
    # "=_" and "=-" occur in no quoted-printable and no base64, so the boundaries occur in no part.
    inner, outer = f"=_{digest.hexdigest()[:32]}", f"=-{digest.hexdigest()[:32]}"
    yield "MIME-Version: 1.0\r\n"
    yield f"Content-Language: {composed.language}\r\n"
    if not method and not published:
        yield from _alternative(composed, inner, "")
        return
    yield f'Content-Type: multipart/mixed;\r\n boundary="{outer}"\r\n\r\n--{outer}\r\n'
    yield from _alternative(composed, inner, method)
    yield f"\r\n--{outer}\r\n"
    if method:
        yield ATTACHED
        yield [CALENDAR, CALENDAR, checked_method(method)]
    else:
        yield PUBLISHED
        yield encoded(published, PUBLISH).decode()
    yield f"--{outer}--\r\n"


def _alternative(composed: Composed, boundary: str, method: str) -> Iterator[Piece]:
    yield f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
    for subtype, how, content in (
        ("plain", "text", composed.text),
        ("html", "html", composed.html),
    ):
        yield (
            f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        yield from _opened(body_text(content), how)
        yield "\r\n"
    if method:
        yield f"--{boundary}\r\n{INLINE.format(method=method)}"
        yield [CALENDAR, CALENDAR, method]
    yield f"--{boundary}--\r\n"


def _opened(content: str, how: str) -> Iterator[Piece]:
    """Encode a part; each place stands on a soft-broken line of its own."""
    soft, position = SOFT.decode(), 0
    for match in FIELD.finditer(content):
        yield quote(content[position : match.start()]).decode() + soft
        words = html.unescape(fallback(match)) if how == "html" else fallback(match)
        yield [how, match[1], words]
        yield soft
        position = match.end()
    yield quote(content[position:]).decode()
