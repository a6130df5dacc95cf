"""Quoted-printable of our own (RFC 2045 §6.7): CRLF only, no line over 76 bytes.

No line begins with a dot: what never needs dot-stuffing (RFC 5321 §4.5.2) need not be searched.

The standard library's writes bare LF soft breaks where the text has no CRLF.
"""

import re

SOFT = b"=\r\n"
WIDTH = 75
"""Bytes of a line before the `=` of a soft break."""

SHORT = WIDTH // 3
"""Bytes that fit on a line whatever they are."""

_PLAIN = re.compile(rb"[!-,\-/-<>-~][ !-<>-~]{0,72}[!-<>-~]|[!-,\-/-<>-~]|")
_CODES = [
    bytes([byte]) if (33 <= byte <= 126 and byte != 61) or byte == 32 else b"=%02X" % byte
    for byte in range(256)
]
LONE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What neither mail nor HTML can carry: controls, halves of characters, non-characters."""


def body_text(text: str) -> str:
    """Give a text with only LF line ends and nothing that mail cannot carry."""
    return LONE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def quote(text: str) -> bytes:
    """Encode a text with LF line ends. A blank at the end of a line is encoded."""
    return b"\r\n".join(_line(line.encode("utf-8")) for line in text.split("\n"))


def quote_value(text: str) -> bytes:
    """Encode one line that stands on a soft-broken line of its own."""
    raw = text.encode("utf-8")
    return raw if _PLAIN.fullmatch(raw) else _line(raw)


def _line(raw: bytes) -> bytes:
    if _PLAIN.fullmatch(raw):
        return raw
    if len(raw) <= SHORT and raw[-1:] != b" " and raw[:1] != b".":
        return b"".join([_CODES[byte] for byte in raw])
    return _folded(raw)


def _folded(raw: bytes) -> bytes:
    lines: list[bytes] = []
    line: list[bytes] = []
    length = 0
    for byte in raw:
        code = _CODES[byte]
        if length + len(code) > WIDTH:
            lines.append(b"".join(line))
            line, length = [], 0
        if code == b"." and not line:
            code = b"=2E"
        line.append(code)
        length += len(code)
    if line and line[-1] == b" ":
        line[-1] = b"=20"
        if length + 2 > WIDTH:
            lines.append(b"".join(line[:-1]))
            line = line[-1:]
    lines.append(b"".join(line))
    return SOFT.join(lines)
