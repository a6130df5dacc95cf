"""A small web of our own on this machine, with everything that links can meet."""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from outreach.newsletters.checks.addresses import Address, is_public
from outreach.newsletters.checks.guarded import Rules

CERTIFICATE = Path(__file__).parent.parent.parent / "delivery" / "loopback.pem"
LOOPBACK = ip_address("127.0.0.1")


@dataclass
class Web:
    """A server, what it was asked, and the names that lead to it."""

    port: int
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    https: bool = False

    def url(self, path: str, host: str = "site.test") -> str:
        """Give an address of this web."""
        return f"{'https' if self.https else 'http'}://{host}:{self.port}{path}"

    def rules(self, **more: object) -> Rules:
        """Give rules under which this web may be looked at, by any name beneath `test`."""
        values: dict[str, object] = {
            "allows": lambda address: address == LOOPBACK,
            "resolve": self.resolve,
            "ports": frozenset({self.port}),
            "connect_seconds": 2.0,
            "read_seconds": 0.6,
            "whole_seconds": 1.5,
        }
        return Rules(**{**values, **more})  # type: ignore[arg-type]

    @staticmethod
    def resolve(host: str, _port: int) -> Iterable[Address]:
        """Lead every name here, and `inner.test` into a private network."""
        return [ip_address("10.0.0.7" if host == "inner.test" else "127.0.0.1")]


@contextmanager
def serving(*, https: bool = False) -> Iterator[Web]:
    """Run a web for a while."""
    web = Web(0, https=https)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_HEAD(self) -> None:
            """Answer as the path says."""
            _answer(self, web)

        def do_GET(self) -> None:
            """Answer as the path says."""
            _answer(self, web)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if https:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _answer(handler: BaseHTTPRequestHandler, web: Web) -> None:
    kind, _, rest = handler.path.lstrip("/").partition("/")
    with web.lock:
        web.asked.append(f"{handler.command} {handler.headers['Host']} {handler.path}")
        web.at_once += 1
        web.most_at_once = max(web.most_at_once, web.at_once)
    try:
        _write(handler, kind, rest)
    except OSError:
        handler.close_connection = True
    finally:
        with web.lock:
            web.at_once -= 1


def _write(handler: BaseHTTPRequestHandler, kind: str, rest: str) -> None:
    if kind == "drip":
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(40):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.2)
    elif kind == "silent":
        time.sleep(1.2)
    elif kind == "garbage":
        handler.wfile.write(b"\x00\xff nothing that is HTTP\r\n\r\n" * 3)
    elif kind == "hang-up":
        handler.connection.shutdown(socket.SHUT_RDWR)
    else:
        _status(handler, kind, rest)


def _status(handler: BaseHTTPRequestHandler, kind: str, rest: str) -> None:
    status = {"no-head": 405 if handler.command == "HEAD" else 200}.get(kind, 200)
    if kind == "head-lies":
        status = 404 if handler.command == "HEAD" else 200
    if kind == "to":
        handler.send_response(302)
        handler.send_header("Location", rest)
    elif kind == "loop":
        handler.send_response(301)
        handler.send_header("Location", f"/loop/{rest}x")
    elif kind == "large":
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
    else:
        if kind == "slow":
            time.sleep(0.15)
        handler.send_response(int(kind) if kind.isdigit() else status)
    handler.end_headers()


def only_public(web: Web) -> Rules:
    """Give rules that know this web's names, and allow what is public only, as in earnest."""
    return web.rules(allows=is_public)
