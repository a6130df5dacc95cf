"""Looking at links over the network: what answers, what leads on, and where nobody may be led."""

import socket
import time
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from threading import Event

import pytest

from outreach.newsletters.checks.addresses import Address, is_public
from outreach.newsletters.checks.guarded import Rules
from outreach.newsletters.checks.looking import Outcome, look
from outreach.newsletters.checks.models import Problem
from outreach.newsletters.checks.rounds import MOST_AT_ONCE, look_at
from tests.newsletters.checks.servers import CERTIFICATE, Web, only_public, serving


@pytest.fixture(scope="module")
def shared() -> Iterator[Web]:
    """Run one web for all tests of this file."""
    with serving() as running:
        yield running


@pytest.fixture
def web(shared: Web) -> Web:
    """Give the web, with nothing asked yet."""
    shared.asked.clear()
    shared.most_at_once = 0
    return shared


PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e")
CLOSED = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),  # noqa: S104
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *(
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1"),
    *("2001::7f00:1", "2001:db8::1", "100::1"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", CLOSED)
def test_what_means_something_only_nearby_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "127.0.0.1.",
        "LOCALHOST",
        "①②⑦.⓪.⓪.①",
    ],
)
def test_no_way_of_writing_this_machine_leads_to_it(web: Web, host: str) -> None:
    rules = Rules(ports=frozenset({web.port}), whole_seconds=3)
    found = look(f"http://{host}:{web.port}/200", rules)
    assert found.status == 0
    assert found.problem in {Problem.PRIVATE, Problem.NAME, Problem.MALFORMED}
    assert web.asked == []


def test_a_name_that_leads_into_a_private_network_is_not_asked(web: Web) -> None:
    assert look(web.url("/200", "inner.test"), web.rules()).problem is Problem.PRIVATE
    assert look(web.url("/200"), only_public(web)).problem is Problem.PRIVATE
    assert web.asked == []


def test_a_public_page_cannot_lead_on_into_a_private_network(web: Web) -> None:
    found = look(web.url(f"/to/{web.url('/200', 'inner.test')}"), web.rules())
    assert found.problem is Problem.PRIVATE
    assert [line.split()[1] for line in web.asked] == [f"site.test:{web.port}"]


def test_the_address_that_was_checked_is_the_one_connected_to(web: Web) -> None:
    """DNS rebinding: a name that is public at first, and this machine a moment later."""
    answers = iter([[ip_address("93.184.216.34")], *[[ip_address("127.0.0.1")]] * 5])
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Iterable[Address]:
        asked.append(host)
        return next(answers)

    seen: list[str] = []

    def allows(address: Address) -> bool:
        seen.append(str(address))
        return is_public(address)

    rules = web.rules(resolve=rebinding, allows=allows, connect_seconds=0.3, whole_seconds=1.0)
    found = look(web.url("/200"), rules)
    assert found.status == 0
    assert web.asked == []
    assert seen[0] == "93.184.216.34"
    assert len(asked) == 1


def test_of_several_addresses_only_an_allowed_one_is_used(web: Web) -> None:
    both = [ip_address("10.0.0.7"), ip_address("127.0.0.1")]
    found = look(web.url("/200"), web.rules(resolve=lambda *_: both))
    assert found.status == 200


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://ana:secret@site.test/", Problem.PASSWORD),
        ("http://ana@site.test/", Problem.PASSWORD),
        ("http://site.test:22/", Problem.PORT),
        ("http://site.test:99999/", Problem.MALFORMED),
        ("http://site.test:port/", Problem.MALFORMED),
        ("http://", Problem.MALFORMED),
        ("http:///path", Problem.MALFORMED),
        ("http://[::1", Problem.MALFORMED),
        ("http://a\\@site.test/", Problem.MALFORMED),
        ("ftp://site.test/", Problem.SCHEME),
        ("file://host/etc/passwd", Problem.SCHEME),
        ("gopher://site.test/", Problem.SCHEME),
        (f"http://site.test/{'x' * 3000}", Problem.MALFORMED),
        ("http://..test/", Problem.MALFORMED),
    ],
)
def test_an_address_that_cannot_be_asked_is_told_without_asking(url: str, problem: Problem) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Iterable[Address]:
        asked.append(host)
        return []

    assert look(url, Rules(resolve=resolve)).problem is problem
    assert asked == []


@pytest.mark.parametrize("status", [200, 204, 403, 404, 410, 429, 500, 503])
def test_the_last_answer_counts(web: Web, status: int) -> None:
    assert look(web.url(f"/{status}"), web.rules()) == Outcome(status)


@pytest.mark.parametrize("path", ["/no-head", "/head-lies"])
def test_what_only_answers_to_readers_is_asked_as_they_do(web: Web, path: str) -> None:
    assert look(web.url(path), web.rules()).status == 200
    assert [line.split()[0] for line in web.asked] == ["HEAD", "GET"]


def test_a_page_of_a_terabyte_is_not_read(web: Web) -> None:
    began = time.monotonic()
    assert look(web.url("/large"), web.rules()).status == 200
    assert time.monotonic() - began < 20


def test_a_link_that_leads_on_is_followed_with_its_way_told(web: Web) -> None:
    there = web.url("/200", "other.test")
    assert look(web.url(f"/to/{there}"), web.rules()) == Outcome(200, there)
    gone = web.url("/404")
    assert look(web.url(f"/to/{gone}"), web.rules()) == Outcome(404, gone)


def test_a_link_that_leads_on_without_an_end_is_left(web: Web) -> None:
    found = look(web.url("/loop/"), web.rules())
    assert found.problem is Problem.LOOP
    assert len(web.asked) == 6


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("javascript:alert(1)", Problem.SCHEME),
        ("file:///etc/passwd", Problem.SCHEME),
        ("http://ana:secret@site.test/", Problem.PASSWORD),
        ("http://site.test:22/", Problem.PORT),
    ],
)
def test_where_a_link_leads_on_is_checked_like_itself(
    web: Web, target: str, problem: Problem
) -> None:
    assert look(web.url(f"/to/{target}"), web.rules()).problem in {problem, Problem.MALFORMED}
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/silent", Problem.TIMEOUT),
        ("/drip", Problem.TIMEOUT),
        ("/garbage", Problem.UNREACHABLE),
        ("/hang-up", Problem.UNREACHABLE),
    ],
)
def test_a_server_that_behaves_badly_holds_nobody_up(web: Web, path: str, problem: Problem) -> None:
    began = time.monotonic()
    assert look(web.url(path), web.rules()).problem is problem
    assert time.monotonic() - began < 20


def test_nobody_there_is_told_apart_from_no_such_name(web: Web) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        closed = look(f"http://site.test:{port}/", web.rules(ports=frozenset({port})))
    assert closed.problem is Problem.UNREACHABLE
    nameless = Rules(ports=frozenset({web.port}))
    assert look(f"http://no-such-name.invalid:{web.port}/", nameless).problem is Problem.NAME


def test_a_certificate_is_checked_against_the_name() -> None:
    with serving(https=True) as web:
        untrusted = look(web.url("/200", "localhost"), web.rules())
        assert untrusted.problem is Problem.CERTIFICATE
        trusting = web.rules(ca_file=str(CERTIFICATE))
        assert look(web.url("/200", "localhost"), trusting).status == 200
        assert look(web.url("/200", "other.test"), trusting).problem is Problem.CERTIFICATE
        slow = look(web.url("/drip", "localhost"), trusting)
        assert slow.problem is Problem.TIMEOUT


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.7:3128")
    assert look(web.url("/200"), web.rules()).status == 200


def test_many_links_are_looked_at_a_few_at_a_time_and_one_at_a_time_on_a_host(web: Web) -> None:
    rules = web.rules()
    one_host = [web.url(f"/slow/{number}") for number in range(5)]
    found = dict(look_at(one_host, lambda url: look(url, rules), Event()))
    assert {outcome.status for outcome in found.values()} == {200}
    assert found.keys() == set(one_host)
    assert web.most_at_once == 1
    many = [web.url("/slow/", f"h{number}.test") for number in range(12)]
    assert len(dict(look_at([*many, *many], lambda url: look(url, rules), Event()))) == 12
    assert 2 <= web.most_at_once <= MOST_AT_ONCE


def test_a_round_ends_when_told_to(web: Web) -> None:
    stop = Event()
    urls = [web.url(f"/slow/{number}") for number in range(20)]
    rounds = look_at(urls, lambda url: look(url, web.rules()), stop)
    next(rounds)
    stop.set()
    assert len(list(rounds)) < 3


def test_a_link_that_nobody_foresaw_does_not_end_the_round() -> None:
    def strange(url: str) -> Outcome:
        if "bad" in url:
            raise RuntimeError("unforeseen")
        return Outcome(200)

    found = dict(look_at(["http://bad.test/", "http://good.test/"], strange, Event()))
    assert found["http://bad.test/"].problem is Problem.MALFORMED
    assert found["http://good.test/"].status == 200
