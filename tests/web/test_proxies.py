"""Who is really asking."""

from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from outreach.web.proxies import TrustedProxies


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]


def seen(trusted: tuple[str, ...], address: str, forwarded: str = "", scheme: str = "") -> str:
    environ = EnvironBuilder().get_environ() | {"REMOTE_ADDR": address}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = scheme
    body, _status, _headers = run_wsgi_app(TrustedProxies(echo, trusted), environ)
    return b"".join(body).decode()


def test_nobody_is_believed_unless_trusted() -> None:
    assert seen((), "203.0.113.9", "198.51.100.1", "https") == "203.0.113.9 http"


def test_a_trusted_proxy_is_believed() -> None:
    assert seen(("10.0.0.0/8",), "10.1.2.3", "198.51.100.1", "https") == "198.51.100.1 https"


def test_what_a_visitor_writes_before_the_proxys_own_word_is_not_believed() -> None:
    assert seen(("10.0.0.0/8",), "10.1.2.3", "1.1.1.1, 198.51.100.1") == "198.51.100.1 http"


def test_a_chain_of_our_own_proxies_is_followed_to_the_visitor() -> None:
    chain = "1.1.1.1, 198.51.100.1, 10.9.9.9"
    assert seen(("10.0.0.0/8",), "10.1.2.3", chain) == "198.51.100.1 http"


@pytest.mark.parametrize("forwarded", ["unknown", "'; DROP TABLE", "198.51.100.1:80", ","])
def test_nonsense_leaves_the_proxys_address(forwarded: str) -> None:
    assert seen(("10.1.2.3",), "10.1.2.3", forwarded) == "10.1.2.3 http"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_no_header_breaks_it(forwarded: str) -> None:
    proxies = TrustedProxies(echo, ("10.0.0.0/8",))
    assert proxies.visitor("10.1.2.3", forwarded)
