"""The headers of every answer."""

import re

import pytest
from werkzeug.test import TestResponse

from outreach.bootstrap import boot
from outreach.settings import Settings
from outreach.web.app import create_app
from outreach.web.security import STRICT
from tests.web.visitor import Visitor


def policy(answer: TestResponse) -> dict[str, str]:
    """Give the directives of the Content-Security-Policy."""
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", ["/en/", "/fr/subscribe", "/es/nowhere", "/robots.txt", "/"])
def test_every_answer_is_protected(site: Visitor, path: str) -> None:
    headers = site.get(path).headers
    assert headers["Content-Security-Policy"] == STRICT
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


DATA = '<script type="application/ld+json">'
"""Words about the page, which no browser runs, whatever the policy."""


def test_pages_hold_nothing_that_the_policy_forbids(site: Visitor) -> None:
    assert "unsafe" not in STRICT
    number = site.subscriber()
    for path in (
        "/en/",
        "/fr/subscribe",
        "/es/events/embedding-gender",
        "/en/pages/guide",
        "/fr/newsletters/wrm/2020-07",
        site.preferences_path(number),
    ):
        html = site.text(path)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        for script in re.findall(r"<script[^>]*>", html):
            assert script.startswith("<script src=") or script == DATA, path


def test_only_the_mails_own_page_may_have_styles_and_be_framed_by_us(site: Visitor) -> None:
    answer = site.get("/mail/wrm/2020-07/fr")
    rules = policy(answer)
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == "'unsafe-inline'"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["form-action"] == "'none'"
    assert "allow-scripts" not in rules["sandbox"]  # therefore allow-same-origin is safe
    assert "allow-forms" not in rules["sandbox"]
    assert "script-src" not in rules
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Content-Language" in answer.headers
    assert '<base target="_top">' in answer.text


def test_pages_with_a_token_are_kept_to_their_owner(site: Visitor) -> None:
    number = site.subscriber()
    for path in (
        site.preferences_path(number),
        site.personal_path(number),
        site.leave_path(number),
        site.confirm_path("ana@example.org"),
    ):
        answer = site.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex, nofollow"' in answer.text
        assert 'rel="canonical"' not in answer.text
        assert 'property="og:' not in answer.text
        assert answer.headers["Content-Security-Policy"] == STRICT


def test_over_https_browsers_are_told_to_stay_there(environ: dict[str, str]) -> None:
    environ |= {"BASE_URL": "https://news.example.org", "LOG_LEVEL": "ERROR"}
    services = boot(Settings.from_environ(environ))
    headers = create_app(services).test_client().get("/robots.txt").headers
    services.close()
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_machines_are_asked_to_leave_token_pages_alone(site: Visitor) -> None:
    robots = site.text("/robots.txt")
    for path in ("/u/", "/*/preferences/", "/*/personal/", "/*/confirm/"):
        assert f"Disallow: {path}\n" in robots


def test_our_files_are_kept_for_ever_under_names_of_their_own(site: Visitor) -> None:
    html = site.text("/en/")
    found = re.findall(r'"(/(?:static|theme)[^"]*)"', html)
    assert len(found) == 3
    for path in found:
        answer = site.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert re.search(r"-[0-9a-f]{16}\.(css|js)$", path)


def test_an_old_name_of_the_colours_still_gives_colours_but_is_not_kept(site: Visitor) -> None:
    answer = site.get("/theme-0000000000000000.css")
    assert "--brand:#5b2a6a" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_other_colours_get_another_address(site: Visitor) -> None:
    before = re.search(r"/theme-[0-9a-f]+\.css", site.text("/en/"))
    path = site.home / "content" / "site.toml"
    path.write_text(path.read_text().replace("#5b2a6a", "#1a2a6a"))
    site.sync()
    after = re.search(r"/theme-[0-9a-f]+\.css", site.text("/en/"))
    assert before
    assert after
    assert before[0] != after[0]
    assert "--brand:#1a2a6a" in site.text(after[0])
