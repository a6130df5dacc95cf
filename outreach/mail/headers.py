"""How values are written into header fields: folded, encoded, and with nothing in them that breaks.

RFC 5322 (fields), RFC 2047 (encoded-words), RFC 8058 (what must not be folded).
"""

import re
from base64 import b64encode

import idna

from outreach.errors import Refused

MAX_LINE = 78
MAX_NAME = 60

_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
FORBIDDEN = re.compile(f"[{_CONTROLS}]")
"""What no header may hold: C0, C1, line separators, bidi overrides, halves of characters."""

_SUSPICIOUS = re.compile(rf"[{_CONTROLS}]|\[\[|\]\]|\{{\{{|\}}\}}|\{{%|%\}}|%%|  |^ | $")
_MARKS = re.compile(r"\[\[|\]\]|\{\{|\}\}|\{%|%\}|%%")
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/^`{|}~.,;:?()<>@\[\]_\"\\-][ -~]*")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 '.,&()/+-]{0,59}")
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = re.compile(rf"(?:{_ATEXT}|[^\x00-\x9f])+(?:\.(?:{_ATEXT}|[^\x00-\x9f])+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.?)*[A-Za-z0-9]")
_PLAIN_ADDRESS = re.compile(
    rf"{_ATEXT}+(?:\.{_ATEXT}+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_URL = re.compile(r"(?:https?://|mailto:)[!#-;=?-\[\]_a-z~]+")


def strangers_words(value: str) -> str:
    """Give what a stranger wrote without anything that could break a header or look like a field.

    Controls, line ends and bidi overrides become blanks or vanish; doubled marks such as `[[` are
    parted; it is never refused, as a name must not hold up a campaign.
    """
    if not _SUSPICIOUS.search(value):
        return value[:500]
    value = re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]", " ", value[:500])
    value = FORBIDDEN.sub("", value)
    while _MARKS.search(value):
        value = _MARKS.sub(lambda mark: mark[0][0], value)
    return re.sub(" {2,}", " ", value).strip(" ")


def strangers_name(value: str) -> str:
    """Give a stranger's name as a display name: at most 60 characters, without `@`, `<`, `>`."""
    if _PLAIN_NAME.fullmatch(value):
        return value.rstrip()
    return strangers_words(re.sub(r"[@<>\"\\]", "", value))[:MAX_NAME].strip()


def checked(what: str, value: str) -> str:
    """Give our own value for a header; Refused where it holds what no header may hold."""
    if FORBIDDEN.search(value):
        raise Refused(
            "The %(what)s holds a line end or an invisible control character. Write it anew.",
            what=what,
        )
    return value


def text_header(name: str, value: str) -> bytes:
    """Write a field of free text, such as Subject."""
    start = f"{name}:"
    if len(value) < 1:
        return f"{start}\r\n".encode()
    folded = _fold_plain(start, value) if _may_stand(value) else None
    return (folded or _fold_encoded(start, value)).encode("ascii") + b"\r\n"


def mailbox_header(name: str, address: str, display: str) -> bytes:
    """Write a field with one mailbox: `Name <address>`. The address is written as it is."""
    if not display:
        return f"{name}: {address}\r\n".encode()
    start = f"{name}: {phrase(display, len(name) + 2)}"
    last = len(start) - start.rfind("\n") - 1
    gap = " " if last + 3 + len(address) <= MAX_LINE else "\r\n "
    return f"{start}{gap}<{address}>\r\n".encode()


def phrase(words: str, column: int) -> str:
    """Write a display name that begins at that column: quoted where it can be, else encoded."""
    if words.isascii() and "=?" not in words and len(words) <= MAX_NAME:
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        if column + len(escaped) + 2 <= MAX_LINE:
            return f'"{escaped}"'
    encoded = _fold_encoded("." * (column - 1), words)
    return encoded[column:] if encoded[column - 1] == " " else encoded[column - 1 :]


def plain_header(name: str, value: str) -> bytes:
    """Write a field of ASCII words that is never encoded; folded at blanks."""
    if not value.isascii():
        raise Refused("The header %(name)s can only hold ASCII.", name=name)
    return (_fold_plain(f"{name}:", value) or f"{name}: {value}").encode() + b"\r\n"


def url(value: str) -> str:
    """Check a URL for a header: ASCII, no blanks, no angle brackets."""
    if not _URL.fullmatch(value) or len(value) > 900:
        raise Refused("“%(url)s” cannot stand in a header as a URL.", url=value[:80])
    return value


def wire_address(address: str) -> str:
    """Give an address as it goes onto the wire: the domain as an A-label. Refused if it is none."""
    if _PLAIN_ADDRESS.fullmatch(address) and len(address) <= 254:
        return address
    local, _, domain = address.rpartition("@")
    try:
        host = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        host = ""
    sane = _LOCAL.fullmatch(local) and not FORBIDDEN.search(local) and len(local.encode()) <= 64
    if not sane or not _PLAIN_ADDRESS.fullmatch(f"a@{host}") or len(host) > 253:
        raise Refused("This is not an address that mail can be sent to.")
    return f"{local}@{host}"


def _may_stand(value: str) -> bool:
    """Tell whether a text can be written without encoding."""
    return bool(
        value.isascii()
        and "=?" not in value
        and _PLAIN_WORDS.fullmatch(value)
        and not value.endswith(" ")
        and "  " not in value
        and max(map(len, value.split(" "))) < MAX_LINE - 1
    )


def _fold_plain(start: str, value: str) -> str | None:
    lines, line = [], start
    for word in value.split(" "):
        if len(line) + 1 + len(word) > MAX_LINE and line.strip() and line != start:
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    return "\r\n".join(lines) if max(map(len, lines)) <= MAX_LINE else None


def _fold_encoded(start: str, value: str) -> str:
    """Write encoded-words of at most 75 characters, each of whole code points (RFC 2047 §5)."""
    lines, column = [], len(start) + 1
    room = _room(column)
    chunk = b""
    for character in value:
        coded = character.encode("utf-8", "replace")
        if len(chunk) + len(coded) > room:
            lines.append(chunk)
            chunk, room = b"", _room(1)
        chunk += coded
    lines.append(chunk)
    words = [f"=?utf-8?b?{b64encode(line).decode()}?=" for line in lines if line]
    # Where the name of the field leaves no room, its line ends before the first word.
    gap = " " if lines[0] else "\r\n "
    return start + gap + "\r\n ".join(words)


def _room(column: int) -> int:
    """Give how many bytes fit into an encoded-word that begins at that column."""
    return max(0, (min(75, MAX_LINE - column) - len("=?utf-8?b??=")) // 4 * 3)
