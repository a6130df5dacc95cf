"""Who may frame an embed, and that nothing else of ours can be framed."""

import re

import pytest
from sqlalchemy import update

from outreach.events.partner_models import Partner
from tests.web.embed.stage import partner, put
from tests.web.test_security import policy
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.one_database

FRAMES = ("/embed/en/events", "/embed/fr/events?view=month", "/embed/es/signup")
DATA = ("/embed/en/events.json", "/embed/fr/signup.json", "/embed/v1.schema.json")
KEPT = "public, max-age=300, stale-while-revalidate=3600"


@pytest.mark.parametrize("path", FRAMES)
def test_anybody_may_frame_what_is_made_for_it(site: Visitor, path: str) -> None:
    answer = site.get(path)
    rules = policy(answer)
    assert rules["frame-ancestors"] == "*"
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    for name in ("style-src", "script-src", "img-src", "connect-src", "form-action"):
        assert rules[name] == "'self'"
    headers = answer.headers
    assert "X-Frame-Options" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert headers["Cache-Control"] == KEPT
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert answer.get_etag() != (None, None)
    assert answer.get_etag()[1] is False


@pytest.mark.parametrize("path", DATA)
def test_any_site_may_read_the_data(site: Visitor, path: str) -> None:
    headers = site.get(path).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == KEPT


def test_a_partner_may_keep_its_embeds_to_its_own_sites(site: Visitor) -> None:
    partner(site, origins=("https://friends.example", "https://www.friends.example"))
    for path in ("/embed/en/events", "/embed/en/signup"):
        rules = policy(site.get(f"{path}?partner=friends"))
        assert rules["frame-ancestors"] == "https://friends.example https://www.friends.example"
        assert policy(site.get(path))["frame-ancestors"] == "*"


def test_who_held_a_copy_learns_that_other_sites_may_frame_it_now(site: Visitor) -> None:
    partner(site, origins=("https://old.example",))
    path = "/embed/en/events?partner=friends"
    tag = site.get(path).headers["ETag"]
    with site.services.database.transaction() as session:
        session.execute(update(Partner).values(origins=["https://new.example"]))
    site.watch.skip_a_minute()
    answer = site.get(path, If_None_Match=tag)
    assert answer.status_code == 200
    assert policy(answer)["frame-ancestors"] == "https://new.example"


@pytest.mark.parametrize(
    "path",
    ["/en/", "/fr/events", "/en/events/open-hour/register", "/es/subscribe", "/embed", "/embed/",
     "/embed/en", "/embed/en/nothing", "/desk/", "/healthz", "/en/events.ics"],
)  # fmt: skip
def test_nothing_else_can_be_framed(site: Visitor, path: str) -> None:
    assert policy(site.get(path))["frame-ancestors"] == "'none'"


def test_no_embed_sets_a_cookie_or_holds_what_its_policy_forbids(site: Visitor) -> None:
    put(site, "talk", title="Talk <script>alert(1)</script> & more")
    site.sync()
    for language in LANGUAGES:
        for path in ("events", "events?view=month&month=2026-12", "events?view=next", "signup"):
            answer = site.get(f"/embed/{language}/{path}")
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Vary"] == "Accept-Encoding"
            html = answer.text
            assert "style=" not in html
            assert "<style" not in html
            assert "<script>" not in html
            assert " onclick" not in html


def test_files_of_frames_load_in_a_frame_that_its_host_has_sandboxed(site: Visitor) -> None:
    html = site.text("/embed/en/events")
    found = [path for path in site.links_of(html) if path.startswith(("/static/", "/embed/look"))]
    assert len(found) == 3
    for path in found:
        assert site.get(path).headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_kept_frame_finds_its_files_after_they_have_changed(site: Visitor) -> None:
    html = site.text("/embed/en/events")
    for path in (each for each in site.links_of(html) if each.startswith("/static/")):
        former = re.sub("[0-9a-f]{16}", "0123456789abcdef", path)
        now, before = site.get(path), site.get(former)
        assert (before.status_code, before.data) == (200, now.data)
        assert before.headers["Cache-Control"] == "public, max-age=60"
        assert "immutable" in now.headers["Cache-Control"]
        assert before.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert site.get(former.replace("embed", "nothing")).status_code == 404
        assert site.get(former.replace("-0", "-g")).status_code == 404


def test_the_language_is_that_of_the_address_whatever_the_browser_wishes(site: Visitor) -> None:
    plain = site.get("/embed/fr/events")
    assert plain.headers["Content-Language"] == "fr"
    assert site.get("/embed/fr/events", Accept_Language="es").data == plain.data
