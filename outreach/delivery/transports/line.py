"""One connection: the bytes of a conversation over a socket that never blocks."""

import socket
import ssl
import time

from outreach.delivery.transports.parcels import Parcel, Result, ServerTrouble
from outreach.delivery.transports.pipeline import Conversation
from outreach.delivery.transports.smtp import Connected

ANSWER_SECONDS = 300.0
"""How long we wait for a reply (RFC 5321 §4.5.3.2 asks for 2 to 10 minutes)."""
TAKE = 8_192
"""Bytes read at a time: replies are short."""
OUT_BUFFER = 262_144
"""Bytes that the kernel holds for us: a whole message, so that it goes on while we do not look."""


class Line:
    """A connected server, the conversation with it, and what is still to be written."""

    def __init__(self, connected: Connected, most: int) -> None:
        self.socket: socket.socket = connected.socket
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, OUT_BUFFER)
        self.talk = Conversation(connected.offers, most)
        self.number = connected.socket.fileno()
        self.touched = time.monotonic()
        self.wants_to_write = self.is_watched_for_writing = False
        self.leaving = False
        self._unsaid: bytes | memoryview = b""
        self._written = 0

    def offer(self, parcel: Parcel) -> None:
        """Take a parcel; it is written by the next `write`."""
        if not self.talk.alive:
            self.touched = time.monotonic()
        self.talk.offer(parcel)

    def read(self) -> None:
        """Hear what there is; ServerTrouble if the server is gone or says that it goes."""
        try:
            while True:
                data = self.socket.recv(TAKE)
                if not data:
                    raise ServerTrouble("the server hung up")
                self.talk.feed(data)
                if len(data) < TAKE and not isinstance(self.socket, ssl.SSLSocket):
                    break
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            raise ServerTrouble(f"the connection broke: {error}") from error
        self.touched = time.monotonic()

    def write(self) -> None:
        """Write what can be written now; ServerTrouble if the connection is broken."""
        try:
            while unsaid := self._unsaid or self.talk.outgoing():
                self._unsaid = unsaid
                count = self.socket.send(unsaid)
                self._written += count
                self._unsaid = memoryview(unsaid)[count:] if count < len(unsaid) else b""
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            raise ServerTrouble(f"the connection broke: {error}") from error
        self.wants_to_write = bool(self._unsaid)

    def leave(self) -> None:
        """Say QUIT."""
        self.leaving = True
        self.talk.quit()
        self.write()

    def silent_for(self, moment: float) -> float:
        """Give the seconds since anything was heard."""
        return moment - self.touched

    def hang_up(self) -> tuple[list[Result], list[Parcel]]:
        """Close at once: give the results, the uncertain among them, and the parcels to keep."""
        results = self.talk.results()
        cut_off, kept = self.talk.cut(self._written)
        self.socket.close()
        return results + cut_off, kept
