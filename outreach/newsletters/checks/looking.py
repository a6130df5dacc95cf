"""Looks at one link over the network: where it leads, and how that answers. Nothing is stored."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.exceptions import ConnectTimeout, ReadTimeout, RequestException, SSLError
from urllib3.exceptions import HTTPError

from outreach.newsletters.checks.addresses import literal
from outreach.newsletters.checks.guarded import Forbidden, GuardedAdapter, Leash, Rules
from outreach.newsletters.checks.models import Problem

LONGEST_URL = 2000
"""Characters; browsers and mail programs cut longer ones."""
LEADS_ON = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Outcome:
    """How a link answered."""

    status: int = 0
    """Of the last answer; 0 where there was none."""
    final_url: str = ""
    """Where it led in the end; empty where it did not lead on."""
    problem: Problem = Problem.NONE


Look = Callable[[str], Outcome]


def look(url: str, rules: Rules) -> Outcome:
    """Look at a link, each of its redirects checked like itself. Never raises."""
    at, hops = url, 0
    with Leash(rules.whole_seconds) as leash, requests.Session() as session:
        session.trust_env = False
        session.headers.update({"User-Agent": rules.agent, "Accept": "*/*"})
        session.mount("http://", GuardedAdapter(rules, leash))
        session.mount("https://", GuardedAdapter(rules, leash))
        while True:
            status, onward, problem = _one(session, at, rules, leash)
            if problem or not onward:
                return Outcome(status, at if hops else "", problem)
            if hops == rules.most_hops:
                return Outcome(status, at, Problem.LOOP)
            at, hops = onward, hops + 1


def address_problem(url: str, ports: frozenset[int]) -> Problem:
    """Tell what is wrong with an address before anything is asked of the network."""
    parts = _split(url)
    if parts is None or len(url) > LONGEST_URL:
        return Problem.MALFORMED
    if parts.scheme not in _DEFAULT_PORTS:
        return Problem.SCHEME
    if parts.username is not None or parts.password is not None:
        return Problem.PASSWORD
    if (parts.port or _DEFAULT_PORTS[parts.scheme]) not in ports:
        return Problem.PORT
    return Problem.NONE


def leads_nowhere_public(url: str, rules: Rules) -> bool:
    """Tell whether an address names a place in a private network as plainly as can be."""
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    address = literal(host)
    return host == "localhost" or (address is not None and not rules.allows(address))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and "\\" not in parts.netloc else None


def _one(
    session: requests.Session, url: str, rules: Rules, leash: Leash
) -> tuple[int, str, Problem]:
    """Ask one address, without following: status, where it leads on, what went wrong."""
    problem = address_problem(url, rules.ports)
    if problem:
        return 0, "", problem
    try:
        status, onward = _ask(session, "HEAD", url, rules)
        if status >= 400 and not leash.pulled:
            # Some servers answer HEAD in another way than what a reader asks.
            status, onward = _ask(session, "GET", url, rules)
    except Forbidden as forbidden:
        return 0, "", forbidden.problem
    except (RequestException, HTTPError, OSError, ValueError) as error:
        return 0, "", Problem.TIMEOUT if leash.pulled else _told(error)
    if leash.pulled:
        # What was cut off looks like an answer without the rest of its head.
        return 0, "", Problem.TIMEOUT
    return status, onward, Problem.NONE


def _ask(session: requests.Session, method: str, url: str, rules: Rules) -> tuple[int, str]:
    """Ask, and read no more than the head of the answer."""
    answer = session.request(
        method,
        url,
        allow_redirects=False,
        stream=True,
        timeout=(rules.connect_seconds, rules.read_seconds),
        verify=rules.ca_file,
    )
    with answer:
        location = answer.headers.get("Location", "")
        if answer.status_code not in LEADS_ON or not location:
            return answer.status_code, ""
        return answer.status_code, _joined(url, location)


def _joined(url: str, location: str) -> str:
    """Give where a redirect leads; its header may hold UTF-8, read as Latin-1."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(url, location[: LONGEST_URL + 1]).partition("#")[0]
    except ValueError:
        return "malformed:"


def _told(error: Exception) -> Problem:
    if isinstance(error, SSLError):
        return Problem.CERTIFICATE
    if isinstance(error, ConnectTimeout | ReadTimeout | TimeoutError):
        return Problem.TIMEOUT
    if isinstance(error, ValueError):
        return Problem.MALFORMED
    return Problem.UNREACHABLE
