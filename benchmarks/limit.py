"""The bare pipelined loop with ready bytes: as fast as one Python process can put mail on wires."""

import selectors
import socket
import time

END_OF_GREETING = b"250 "


class Wire:
    """One connection that repeats one message."""

    def __init__(self, host: str, port: int, content: bytes) -> None:
        self.envelope = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
        self.both = content + self.envelope
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.recv(4096)
        self.socket.sendall(b"EHLO benchmark.example\r\n")
        heard = b""
        while END_OF_GREETING not in heard:
            heard += self.socket.recv(4096)
        self.socket.settimeout(0)
        self.heard = b""
        self.unsaid = memoryview(self.envelope)
        self.sent = 0

    def step(self) -> int:
        """Read and write what can be; give how many messages were taken (0 or 1)."""
        taken = 0
        try:
            data = self.socket.recv(65_536)
            if not data:
                raise RuntimeError("the sink hung up")
            self.heard += data
        except BlockingIOError:
            pass
        if self.heard.endswith(b"\n") and b"\n354" in b"\n" + self.heard:
            if b"\n5" in self.heard or b"\n4" in self.heard:
                raise RuntimeError("the sink refuses mail")
            taken = self.sent
            self.heard = b""
            self.sent = 1
            self.unsaid = memoryview(self.both)
        self.write()
        return taken

    def write(self) -> None:
        """Write what can be written now."""
        while self.unsaid:
            try:
                count = self.socket.send(self.unsaid)
            except BlockingIOError:
                return
            self.unsaid = self.unsaid[count:]


def measure(host: str, port: int, content: bytes, *, connections: int, messages: int) -> float:
    """Send ready bytes that often; give messages a second."""
    wires = [Wire(host, port, content) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    for wire in wires:
        selector.register(wire.socket, selectors.EVENT_READ, wire)
    began = time.perf_counter()
    taken = 0
    for wire in wires:
        wire.write()
    while taken < messages:
        for key, events in selector.select():
            wire = key.data
            taken += wire.step()
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if wire.unsaid else 0)
            if events and selector.get_key(wire.socket).events != wanted:
                selector.modify(wire.socket, wanted, wire)
    elapsed = time.perf_counter() - began
    for wire in wires:
        wire.socket.close()
    return messages / elapsed
