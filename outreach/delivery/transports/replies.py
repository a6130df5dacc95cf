"""Replies of an SMTP server, read from bytes (RFC 5321 §4.2)."""

from outreach.delivery.transports.parcels import ServerTrouble

LONGEST = 64 * 1024
"""Bytes of one reply; who says more is no mail server."""

_CODES = {b"%d" % code: code for code in range(200, 600)}

Reply = tuple[int, bytes]
"""The code, and the text of all lines without codes, as it came."""


class ReplyReader:
    """Puts replies together from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> list[Reply]:
        """Give the replies that are now complete; ServerTrouble if these are no replies."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if (self._rest or self._lines) and self._length() > LONGEST:
            raise ServerTrouble("the server's reply has no end")
        replies: list[Reply] = []
        for line in lines:
            code = _CODES.get(line[:3])
            if code is None:
                raise ServerTrouble(f"this is no reply: {line[:100]!r}")
            text = line[4:]
            if line[3:4] == b"-":
                self._lines.append(text)
                continue
            if self._lines:
                text = b"\n".join((*self._lines, text))
                self._lines.clear()
            replies.append((code, text))
        return replies

    def _length(self) -> int:
        return len(self._rest) + sum(map(len, self._lines))


def readable(text: bytes) -> str:
    """Make a reply's text fit to be kept and shown: printable, on one line, not too long."""
    line = " ".join(text.decode("utf-8", "replace").split())
    return "".join(sign for sign in line if sign.isprintable())[:500]
