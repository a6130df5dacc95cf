"""A fast SMTP server that takes everything and keeps nothing, for measuring.

`python -m benchmarks.sink 127.0.0.1:2525`
"""

import selectors
import socket
import sys

GREETING = b"220 sink ESMTP\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n"
OK = b"250 2.0.0 Ok\r\n"
GO_ON = b"354 End data with <CR><LF>.<CR><LF>\r\n"
END = b"\r\n.\r\n"


class Guest:
    """One client's connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.in_data = False
        self.rest = b""

    def hear(self) -> bool:
        """Answer what was said; False when the client is gone."""
        data = self.connection.recv(262_144)
        if not data:
            return False
        answers: list[bytes] = []
        data = self.rest + data
        while data:
            if self.in_data:
                end = data.find(END)
                if end < 0:
                    data = data[-4:]
                    break
                data = data[end + 5 :]
                self.in_data = False
                answers.append(OK)
                continue
            line, found, data = data.partition(b"\r\n")
            if not found:
                data = line
                break
            answers.append(self.answer(line[:4].upper()))
        self.rest = data
        if answers:
            self.connection.sendall(b"".join(answers))
        return b"221 2.0.0 Bye\r\n" not in answers

    def answer(self, verb: bytes) -> bytes:
        """Answer one command."""
        if verb == b"DATA":
            self.in_data = True
            # What follows may begin with the end: the line break before the dot has been heard.
            return GO_ON
        if verb == b"EHLO":
            return EHLO
        return b"221 2.0.0 Bye\r\n" if verb == b"QUIT" else OK


def serve(host: str, port: int) -> None:
    """Serve for ever."""
    listener = socket.create_server((host, port), backlog=200)
    print(f"listening on {host}:{listener.getsockname()[1]}", flush=True)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(GREETING)
                selector.register(connection, selectors.EVENT_READ, Guest(connection))
                continue
            guest: Guest = key.data
            try:
                stays = guest.hear()
            except OSError:
                stays = False
            if not stays:
                selector.unregister(guest.connection)
                guest.connection.close()


if __name__ == "__main__":
    where, _, number = sys.argv[1].rpartition(":")
    serve(where, int(number))
