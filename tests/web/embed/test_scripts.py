"""The scripts of partners' pages, as they are served: small, plain and kept by the browser."""

import gzip
import re

import pytest

from outreach.web.embed.scripts import COMPONENT, LOADER
from tests.web.visitor import Visitor

SCRIPTS = {"/embed/v1.js": COMPONENT, "/embed/v1-frame.js": LOADER}


@pytest.mark.parametrize(("body", "most"), [(COMPONENT, 10_000), (LOADER, 2_000)])
def test_a_script_is_small(body: bytes, most: int) -> None:
    assert len(gzip.compress(body, 6)) <= most


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_is_public_and_kept_for_minutes(site: Visitor, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.data == SCRIPTS[path]
    headers = answer.headers
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=3600"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers
    assert "Vary" not in headers or "Cookie" not in headers["Vary"]
    tag = headers["ETag"]
    assert not tag.startswith("W/")
    again = site.get(path, If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag


@pytest.mark.parametrize("path", ["/embed/v2.js", "/embed/v1.py", "/embed/v1-frame"])
def test_there_is_no_other_script(site: Visitor, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("body", [COMPONENT, LOADER])
def test_a_script_makes_no_text_into_code_and_stores_nothing(body: bytes) -> None:
    text = body.decode()
    forbidden = (
        r"\.(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|"
        r"Storage|indexedDB|\.cookie|sendBeacon|XMLHttpRequest|WebSocket|\bimport\b|srcdoc"
    )
    assert re.findall(forbidden, text) == []
    assert text.count("fetch(") == (1 if body is COMPONENT else 0)
    assert "http" not in re.sub(r"(?m)^\s*//.*$|https\?:|\"https?:\"|`HTTP ", "", text)
