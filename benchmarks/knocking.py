"""Asking a server for one address again and again over many connections, and counting."""

import re
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from selectors import EVENT_READ, DefaultSelector

PROCESSES = 2
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Figures:
    """What came of it. Latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float
    errors: int
    """Connections that broke, and answers that were neither 200 nor 304."""


def by_wrk(
    port: int, path: str, headers: Mapping[str, str], *, connections: int, seconds: float
) -> Figures:
    """Let `wrk` ask; it must be installed."""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return _read_wrk(said)


def _read_wrk(said: str) -> Figures:
    def latency(percent: str) -> float:
        found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)", said)
        return float(found[1]) * _UNITS[found[2]] if found else 0.0

    per_second = re.search(r"Requests/sec:\s+([\d.]+)", said)
    wrong = re.findall(
        r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", said
    )
    return Figures(
        per_second=float(per_second[1]) if per_second else 0.0,
        p50=round(latency("50"), 2),
        p99=round(latency("99"), 2),
        errors=sum(int(one or other) for one, other in wrong),
    )


def by_ourselves(
    port: int, path: str, headers: Mapping[str, str], *, connections: int, seconds: float
) -> Figures:
    """Ask from several processes, each with its share of the connections, one request at a time."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()
    shares = [(port, asked, connections // PROCESSES, seconds)] * PROCESSES
    with get_context("spawn").Pool(PROCESSES) as pool:
        answered = pool.starmap(_ask, shares)
    times = sorted(time for share, _ in answered for time in share)
    if not times:
        return Figures(0.0, 0.0, 0.0, sum(errors for _, errors in answered))
    return Figures(
        per_second=round(len(times) / seconds, 1),
        p50=round(times[len(times) // 2], 2),
        p99=round(times[int(len(times) * 0.99)], 2),
        errors=sum(errors for _, errors in answered),
    )


class _Connection:
    """A connection that always waits for one answer."""

    def __init__(self, port: int, asked: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._asked = asked
        self._missing = -1
        self._head = b""
        self.is_right = True
        self.ask()

    def ask(self) -> None:
        """Send the next request."""
        self.begun = time.perf_counter()
        self._missing, self._head = -1, b""
        self.socket.sendall(self._asked)

    def read(self) -> bool:
        """Take what has come; True once the answer is whole. OSError where nothing will come."""
        came = self.socket.recv(1 << 20)
        if not came:
            raise OSError("the server closed the connection")
        if self._missing >= 0:
            self._missing -= len(came)
            return self._missing <= 0
        self._head += came
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return False
        self.is_right = head[9:12] in (b"200", b"304")
        length = _LENGTH.search(head)
        whole = int(length[1]) if length and head[9:12] != b"304" else 0
        self._missing = whole - len(rest)
        return self._missing <= 0


def _ask(port: int, asked: bytes, connections: int, seconds: float) -> tuple[list[float], int]:
    """Ask until the time is over; give milliseconds of each answer, and how much went wrong."""
    times: list[float] = []
    errors = 0
    end = time.perf_counter() + seconds
    with DefaultSelector() as waiting:
        for _ in range(connections):
            opened = _Connection(port, asked)
            waiting.register(opened.socket, EVENT_READ, opened)
        while time.perf_counter() < end and waiting.get_map():
            for key, _ in waiting.select(1):
                one: _Connection = key.data
                try:
                    if one.read():
                        times.append((time.perf_counter() - one.begun) * 1000)
                        errors += not one.is_right
                        one.ask()
                except OSError:
                    errors += 1
                    waiting.unregister(one.socket)
                    one.socket.close()
        for key in [*waiting.get_map().values()]:
            key.data.socket.close()
    return times, errors
