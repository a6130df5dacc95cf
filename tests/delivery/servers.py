"""A mail server on loopback that answers as a test says."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = Callable[[str, str], bytes | None]
"""Given the verb (`.` for the final dot) and the recipient: a reply, b"" to hang up, None: Ok."""

REPLIES = {"DATA": b"354 Go on\r\n", "QUIT": b"221 Bye\r\n", "STAR": b"220 Go on\r\n"}


@dataclass
class MailServer:
    """A server on loopback, a thread a connection, that answers as the test says."""

    answer: Answer = lambda _verb, _recipient: None
    offers: tuple[str, ...] = ("PIPELINING",)
    greeting: bytes = b"220 test ESMTP\r\n"
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Sender, recipient and content (as on the wire, without the final dot) of what was taken."""
    heard: list[str] = field(default_factory=list)
    """Every command."""
    connections: int = 0
    tls: ssl.SSLContext | None = None
    """Used after STARTTLS."""
    tls_at_once: bool = False

    def start(self) -> None:
        """Listen on a free port."""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"smtp+plain://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def recipients(self) -> list[str]:
        """Give who got something, in order."""
        return [recipient for _, recipient, _ in self.received]

    def wait_for(self, count: int) -> None:
        """Wait until that many messages have been taken."""
        deadline = time.monotonic() + 20
        while len(self.received) < count:
            assert time.monotonic() < deadline, "the messages do not come"
            time.sleep(0.01)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.tls and self.tls_at_once:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as lines:
                connection.sendall(self.greeting)
                self._converse(connection, iter(lines))

    def _converse(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        sender = recipient = ""
        for raw in lines:
            line = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
            self.heard.append(line)
            verb = line[:4].upper()
            if verb == "MAIL":
                sender = line.split("<")[1].split(">")[0]
            if verb == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
            reply = self._reply(verb, recipient)
            connection.sendall(reply)
            if verb == "STAR" and self.tls:
                with self.tls.wrap_socket(connection, server_side=True) as secure:
                    self._converse(secure, iter(secure.makefile("rb")))
                return
            if reply.startswith(b"354"):
                reply = self._taken(sender, recipient, self._content(lines))
                connection.sendall(reply)
            if not reply or verb == "QUIT":
                return

    def _taken(self, sender: str, recipient: str, content: bytes) -> bytes:
        reply = self.answer(".", recipient)
        if reply is None:
            self.received.append((sender, recipient, content))
            return b"250 2.0.0 Ok\r\n"
        return reply

    def _reply(self, verb: str, recipient: str) -> bytes:
        given = self.answer(verb, recipient)
        if given is not None:
            return given
        if verb == "EHLO":
            lines = ["test", *self.offers]
            return "".join(f"250-{line}\r\n" for line in lines).encode() + b"250 HELP\r\n"
        return REPLIES.get(verb, b"250 2.0.0 Ok\r\n")

    @staticmethod
    def _content(lines: Iterator[bytes]) -> bytes:
        content: list[bytes] = []
        for line in lines:
            if line == b".\r\n":
                return b"".join(content)
            content.append(line)
        raise ConnectionResetError("the client hung up before the final dot")
