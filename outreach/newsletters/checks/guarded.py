"""Connections that only reach allowed addresses: the one that was checked is the one connected to.

A name is resolved once, when the connection is made; so whoever answers differently a moment later
(DNS rebinding) gains nothing. The certificate is still checked against the name.
"""

import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Timer
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from outreach.newsletters.checks.addresses import Address, is_public
from outreach.newsletters.checks.models import Problem


class Forbidden(Exception):
    """A connection that is not to be made."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def resolved(host: str, port: int) -> Iterable[Address]:
    """Give the addresses of a name, in the order of the resolver; Forbidden if there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(Problem.NAME) from error
    return dict.fromkeys(ip_address(str(each[4][0])) for each in found)


@dataclass(frozen=True)
class Rules:
    """Where links may lead, and how long they may take."""

    allows: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], Iterable[Address]] = resolved
    ports: frozenset[int] = frozenset({80, 443})
    connect_seconds: float = 5.0
    read_seconds: float = 8.0
    whole_seconds: float = 20.0
    """Of one answer, however slowly it drips in."""
    most_hops: int = 5
    ca_file: str | bool = True
    """Of the certificates that are trusted; True for those of the web."""
    agent: str = "Mozilla/5.0 (compatible; Outreach link check)"


@dataclass
class Leash:
    """Ends every connection that was made on it once its time is over."""

    seconds: float
    pulled: bool = False
    _held: list[socket.socket] = field(default_factory=list)
    _timer: Timer | None = None

    def __enter__(self) -> "Leash":
        """Begin to count."""
        self._timer = Timer(self.seconds, self._pull)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        if self._timer is not None:
            self._timer.cancel()
        while self._held:
            self._held.pop().close()

    def hold(self, connected: socket.socket) -> None:
        """Keep a second handle: TLS takes the first one over, and shutting down ends both."""
        self._held.append(socket.socket(fileno=os.dup(connected.fileno())))

    def _pull(self) -> None:
        self.pulled = True
        for each in list(self._held):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class GuardedAdapter(HTTPAdapter):
    """The adapter of a `requests.Session` that keeps to the rules."""

    def __init__(self, rules: Rules, leash: Leash) -> None:
        self._rules, self._leash = rules, leash
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002  (as the adapter has it)
        **more: Any,  # noqa: ANN401
    ) -> None:
        """Make the pools of guarded connections."""
        rules, leash = self._rules, self._leash

        def connect(connection: HTTPConnection) -> socket.socket:
            made = _connected(connection, rules)
            leash.hold(made)
            return made

        plain = type("Plain", (HTTPConnection,), {"_new_conn": connect})
        secure = type("Secure", (HTTPSConnection,), {"_new_conn": connect})
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **more)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


def _connected(connection: HTTPConnection, rules: Rules) -> socket.socket:
    """Connect to the first allowed address that answers; Forbidden where none is allowed."""
    port = int(connection.port or connection.default_port)
    found = list(rules.resolve(connection.host, port))
    allowed = [each for each in found if rules.allows(each)]
    if not allowed:
        raise Forbidden(Problem.PRIVATE if found else Problem.NAME)
    failure: OSError = OSError("nothing was tried")
    for address in allowed[:2]:
        try:
            return socket.create_connection((str(address), port), rules.connect_seconds)
        except TimeoutError as error:
            raise Forbidden(Problem.TIMEOUT) from error
        except OSError as error:
            failure = error
    raise Forbidden(Problem.UNREACHABLE) from failure
