"""Texts, addresses and moments as a calendar may hold them: escaped, and refused where unsafe."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import idna
from icalendar import vCalAddress, vText, vUri

from outreach.errors import Refused

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_ADDRESS = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9.-]+")
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f\"<>\\^`{|}]+")
_UID = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]+")
_IN_URLS = ":/?#[]@!$&'()*+,;=%-._~"


class Text(vText):
    r"""A text, escaped as RFC 5545 §3.3.11 says: the library would make `\N` a break."""

    def to_ical(self) -> bytes:
        """Give the escaped bytes."""
        return self.translate(_ESCAPED).encode()


def clean(text: str) -> str:
    """Give a text with plain line ends and without characters that calendars cannot hold."""
    return _UNWRITABLE.sub("", _BREAKS.sub("\n", text).replace("\t", " ")).strip()


def text(value: str, language: str = "") -> Text:
    """Write a text; what it is called in its language where that is known (RFC 5545 §3.2.10)."""
    return Text(clean(value), params={"LANGUAGE": language} if language else None)


def line(value: str, language: str = "") -> Text:
    """Write a text that has one line only."""
    return text(_one_line(value), language)


def url(value: str) -> vUri:
    """Write a web address; Refused if it is none."""
    written = quote(value, safe=_IN_URLS)
    if not _URL.fullmatch(written) or written != quote(clean(value), safe=_IN_URLS):
        raise Refused("A calendar cannot hold the link “%(url)s”.", url=value[:200])
    return vUri(written)


def person(address: str, name: str = "", **parameters: str) -> vCalAddress:
    """Write a person or an organisation with a mail address; Refused if the address is unsafe.

    Letters that are not ASCII are written as A-labels (domain) or percent-encoded (RFC 6068).
    """
    local, at, domain = address.rpartition("@")
    written = "".join(map(_percent, local)) + at + _ascii(domain)
    if not _ADDRESS.fullmatch(written):
        raise Refused("A calendar cannot hold the address “%(address)s”.", address=address[:200])
    common_name = _without_quotes(_one_line(name))
    known = {**parameters, "CN": common_name} if common_name else parameters
    return vCalAddress(f"mailto:{written}", params=dict(known))


def _percent(letter: str) -> str:
    """Percent-encode what is a letter and not ASCII (RFC 6068 §2); the rest is refused later."""
    return quote(letter) if not letter.isascii() and letter.isprintable() else letter


def _ascii(domain: str) -> str:
    """Write a domain as its A-labels (RFC 5891); what is none stays, to be refused."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def uid(value: str) -> Text:
    """Write the name of an event; Refused unless it is lower-case ASCII at a domain."""
    if not _UID.fullmatch(value):
        raise Refused("A calendar cannot know an event as “%(uid)s”.", uid=value[:200])
    return Text(value)


def moment(value: datetime) -> datetime:
    """Give a moment in UTC to the second; Refused if it is not one (naive, or by another clock)."""
    if value.utcoffset() != timedelta():
        raise Refused("A calendar needs times in UTC, not %(time)s.", time=value.isoformat())
    return value.astimezone(UTC).replace(microsecond=0)


def _one_line(value: str) -> str:
    """Join lines; no-break spaces stay, for French needs them."""
    return re.sub("[ \n]+", " ", clean(value))


def _without_quotes(name: str) -> str:
    """Write quotation marks as typography does: a parameter cannot hold the typewriter's."""
    return re.sub(r'"([^"]*)"', "“\\1”", name).replace('"', "”")
