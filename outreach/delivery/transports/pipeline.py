"""One conversation with an SMTP server, bytes in and bytes out: pipelined where it is offered.

RFC 5321, RFC 2920 (PIPELINING), RFC 1870 (SIZE), RFC 3461 (DSN), RFC 6531 (SMTPUTF8). No socket
in here: `transports.wire` carries the bytes. DATA ends a pipelined group (RFC 2920 §3.1), so what
follows a message's final dot at once is the envelope of the next.
"""

import re
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from outreach.delivery.transports.parcels import Fate, Parcel, Result, ServerTrouble
from outreach.delivery.transports.replies import Reply, ReplyReader, readable

OUR_FAULT = frozenset({503, 530, 534, 535, 538})
"""Codes that speak of us, not of the recipient: authentication, encryption, bad sequence."""

_LONE = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"\n\.")
_NOT_IN_A_PATH = re.compile(r"[\x00-\x20<>\x7f-\x9f\u2028\u2029]")
_TO_XTEXT = re.compile(r"[^!-*,-<>-~]")


@dataclass(frozen=True, slots=True)
class Offers:
    """What the server said that it can do, in its answer to EHLO."""

    pipelining: bool = False
    smtputf8: bool = False
    eight_bit: bool = False
    size: bool = False
    dsn: bool = False


class _Step(Enum):
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    CONTENT = auto()
    EMPTY = auto()
    RESET = auto()
    QUIT = auto()


class _Envelope:
    """A parcel that the server has been told of."""

    __slots__ = ("failure", "parcel")

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.failure: Reply | None = None


_Command = tuple[bytes, tuple[_Step, ...], _Envelope | None]
_ALL = (_Step.MAIL, _Step.RCPT, _Step.DATA)
_ACCEPTED = (_Step.MAIL, _Step.RCPT)
"""Steps after which there is nothing to do if the server agrees: half of all replies."""


class Conversation:
    """What was said, what is expected, what comes next. `most`: parcels before it ends."""

    def __init__(self, offers: Offers, most: int) -> None:
        self.offers = offers
        self.alive = 0
        """Parcels whose fate is open."""
        self.delivered = 0
        self._left = most
        self._reader = ReplyReader()
        self._commands: deque[_Command] = deque()
        self._expected: deque[tuple[_Step, _Envelope | None]] = deque()
        self._outgoing: list[bytes] = []
        self._results: list[Result] = []
        self._said = 0
        """Bytes given out so far."""
        self._content_end = 0
        """What `_said` was after the last byte of the latest message."""
        self._blocked = False
        """Whether DATA has been said and not answered."""

    @property
    def room(self) -> int:
        """How many more parcels it can take now: one on the wire, one whose envelope follows."""
        return min(self._left, (2 if self.offers.pipelining else 1) - self.alive)

    @property
    def finished(self) -> bool:
        """Whether it has taken all that it may, and everything is answered."""
        return not self._left and not self._expected and not self._commands

    @property
    def expects(self) -> bool:
        """Whether a reply is due."""
        return bool(self._expected)

    def offer(self, parcel: Parcel) -> None:
        """Take a parcel; ask `room` first."""
        self._left -= 1
        trouble = self._unsendable(parcel)
        if trouble:
            self._results.append(Result(parcel.id, Fate.REFUSED, 0, trouble))
            return
        self.alive += 1
        envelope = _Envelope(parcel)
        mail, rcpt = self._paths(parcel)
        if self.offers.pipelining:
            self._commands.append((b"%b%bDATA\r\n" % (mail, rcpt), _ALL, envelope))
        else:
            self._commands.append((mail, (_Step.MAIL,), envelope))
            self._commands.append((rcpt, (_Step.RCPT,), envelope))
            self._commands.append((b"DATA\r\n", (_Step.DATA,), envelope))
        self._speak()

    def feed(self, data: bytes) -> None:
        """Hear what the server says; ServerTrouble if it closes or cannot be understood."""
        for reply in self._reader.feed(data):
            if reply[0] == 250 and self._expected and self._expected[0][0] in _ACCEPTED:
                self._expected.popleft()
                continue
            if reply[0] == 421:
                self._content_end = self._said + 1  # the answer is clear: it was not taken
                raise ServerTrouble(f"the server closes: {readable(reply[1])}")
            if not self._expected:
                raise ServerTrouble(f"the server speaks unasked: {reply[0]}")
            step, envelope = self._expected.popleft()
            if envelope is not None:
                self._answered(step, envelope, reply)
        self._speak()

    def outgoing(self) -> bytes:
        """Give the bytes to be written now."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def results(self) -> list[Result]:
        """Give the fates decided since the last call."""
        decided, self._results = self._results, []
        return decided

    def quit(self) -> None:
        """Take our leave; only when nothing is alive."""
        self._left = 0
        self._commands.append((b"QUIT\r\n", (_Step.QUIT,), None))
        self._speak()

    def cut(self, written: int) -> tuple[list[Result], list[Parcel]]:
        """End it after `written` bytes went out: give the uncertain, and the parcels to keep."""
        cut_off: list[Result] = []
        kept: dict[int, Parcel] = {}
        for step, envelope in self._open():
            if envelope is None:
                continue
            if step is _Step.CONTENT and written >= self._content_end:
                text = "the connection broke before the server had answered"
                cut_off.append(Result(envelope.parcel.id, Fate.CUT_OFF, 0, text))
            else:
                kept[envelope.parcel.id] = envelope.parcel
        self.alive = 0
        self._expected.clear()
        self._commands.clear()
        return cut_off, list(kept.values())

    def _open(self) -> list[tuple[_Step, _Envelope | None]]:
        return [*self._expected, *((steps[0], envelope) for _, steps, envelope in self._commands)]

    def _speak(self) -> None:
        """Say what may be said now."""
        while self._commands and not self._blocked:
            if self._expected and not self.offers.pipelining:
                return
            said, steps, envelope = self._commands.popleft()
            self._say(said)
            for step in steps:
                self._expected.append((step, envelope))
            self._blocked = steps[-1] is _Step.DATA

    def _say(self, data: bytes) -> None:
        self._outgoing.append(data)
        self._said += len(data)

    def _answered(self, step: _Step, envelope: _Envelope, reply: Reply) -> None:
        if step is _Step.CONTENT:
            self._settle(envelope, reply)
        elif step is _Step.DATA:
            self._blocked = False
            self._data_answered(envelope, reply)
        elif step is _Step.EMPTY:
            self._settle(envelope, envelope.failure or reply)
        elif reply[0] // 100 != 2 and envelope.failure is None:
            self._failed(step, envelope, reply)

    def _failed(self, step: _Step, envelope: _Envelope, reply: Reply) -> None:
        """MAIL or RCPT was refused."""
        if reply[0] in OUR_FAULT and step is _Step.MAIL:
            raise ServerTrouble(f"the server will not take mail: {reply[0]} {readable(reply[1])}")
        envelope.failure = reply
        if not self.offers.pipelining:
            self._commands = deque(one for one in self._commands if one[2] is not envelope)
            self._give_up(envelope)

    def _data_answered(self, envelope: _Envelope, reply: Reply) -> None:
        if reply[0] == 354 and envelope.failure is None:
            parcel = envelope.parcel
            for piece in dot_stuffed(parcel.content, is_clean=parcel.is_clean):
                self._say(piece)
            self._content_end = self._said
            self._expected.append((_Step.CONTENT, envelope))
        elif reply[0] == 354:
            # It waits for a message to nobody: end it, or all that follows would be its text.
            self._say(b".\r\n")
            self._expected.append((_Step.EMPTY, envelope))
            self._reset()
        elif reply[0] // 100 in (2, 3):
            self._expected.appendleft((_Step.DATA, envelope))
            raise ServerTrouble(f"the server answers DATA with {reply[0]}")
        else:
            envelope.failure = envelope.failure or reply
            self._give_up(envelope)

    def _give_up(self, envelope: _Envelope) -> None:
        """Settle a parcel that was refused, and clear the server's mind of it."""
        self._settle(envelope, envelope.failure or (0, b""))
        self._reset()

    def _reset(self) -> None:
        self._commands.appendleft((b"RSET\r\n", (_Step.RESET,), None))

    def _settle(self, envelope: _Envelope, reply: Reply) -> None:
        code, text = reply
        self.alive -= 1
        if code // 100 == 2:
            self.delivered += 1
            self._results.append(Result(envelope.parcel.id, Fate.SENT, code))
            return
        fate = Fate.REFUSED if code // 100 == 5 else Fate.DEFERRED
        self._results.append(Result(envelope.parcel.id, fate, code, readable(text)))

    def _unsendable(self, parcel: Parcel) -> str:
        """Tell why this server cannot be told of a parcel at all; empty if it can."""
        if _NOT_IN_A_PATH.search(parcel.recipient) or _NOT_IN_A_PATH.search(parcel.sender):
            return "5.1.3 the address holds what no address may hold"
        if not parcel.recipient.isascii() and not self.offers.smtputf8:
            return "5.6.7 the mail server does not offer SMTPUTF8, which this address needs"
        return ""

    def _paths(self, parcel: Parcel) -> tuple[bytes, bytes]:
        offers = self.offers
        mail = f"MAIL FROM:<{parcel.sender}>"
        rcpt = f"RCPT TO:<{parcel.recipient}>"
        if offers.size:
            mail += f" SIZE={len(parcel.content)}"
        if not parcel.recipient.isascii():
            mail += " BODY=8BITMIME SMTPUTF8" if offers.eight_bit else " SMTPUTF8"
        if offers.dsn:
            mail += f" RET=HDRS ENVID={parcel.envelope_id}" if parcel.envelope_id else " RET=HDRS"
            rcpt += f" NOTIFY=FAILURE,DELAY{_original(parcel.recipient)}"
        return f"{mail}\r\n".encode(), f"{rcpt}\r\n".encode()


def dot_stuffed(content: bytes, *, is_clean: bool = False) -> tuple[bytes, bytes]:
    """Make a message ready to follow DATA: CRLF, dots doubled, the final dot (RFC 5321 §4.5.2).

    Gives the message and what ends it apart: 40 kB are not copied for three bytes. `is_clean`: it
    is known that all line ends are CRLF and that no line begins with a dot; to look through 40 kB
    takes a good part of the time of sending it.
    """
    if not is_clean:
        content = _DOT.sub(b"\n..", _LONE.sub(b"\r\n", content))
        content = b"." + content if content.startswith(b".") else content
    return content, b".\r\n" if content.endswith(b"\r\n") or not content else b"\r\n.\r\n"


def _original(address: str) -> str:
    """Write ORCPT (RFC 3461 §4.2); an address that is not ASCII goes without."""
    if not address.isascii():
        return ""
    return " ORCPT=rfc822;" + _TO_XTEXT.sub(lambda sign: f"+{ord(sign[0]):02X}", address)
