"""What is shown when something is not there or goes wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.web.visitor import Visitor

pytestmark = pytest.mark.one_database

HOSTILE = (
    "/%00",
    "/en/%00",
    "/en/articles/%00",
    "/en/articles/..%2f..%2fetc%2fpasswd",
    "/en/../../etc/passwd",
    "/en/pages/" + "a" * 5000,
    "/en/confirm/" + "A" * 3000,
    "/u/" + "A" * 499,
    "/u/%ff%fe",
    "/en/preferences/.",
    "/en/preferences/AAAA",
    "/en/personal/____",
    "/en/events/%F0%9F%92%A9",
    "/en//events",
    "//example.com/",
    "/%5cexample.com/",
    "/media/" + "0" * 64 + "/a.png",
    "/media/" + "0" * 64 + "/%0d%0aSet-Cookie:x=1",
    "/media/zz/a.png",
    "/mail/wrm/2020-07/xx",
    "/mail/wrm/2020-07/en'--",
    "/theme-.css",
    "/theme-0123456789abcdef.css.map",
    "/static/../app.py",
    "/static/site.css",
    "/fr/newsletters/wrm/2020-07/feed.xml",
    "/en-US-x-private-longer-than-it-should-be-at-all/",
    "/zz/",
    "/EN/",
    "/en/subscribe?topic=%00&topic=../../x",
    "/en/?language[]=1&%00=%ff",
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"])
def test_hostile_addresses_never_break_anything(site: Visitor, method: str) -> None:
    for path in HOSTILE:
        answer = site.client.open(path, method=method)
        assert answer.status_code < 500, path
        assert "Set-Cookie" not in answer.headers
        target = answer.headers.get("Location", "/")
        assert target.startswith(("/", "http://localhost/")), path
        assert not target.startswith("//"), path


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.text(max_size=12), max_size=5), query=st.binary(max_size=20))
def test_no_address_breaks_anything(site: Visitor, parts: list[str], query: bytes) -> None:
    path = "/en/" + "/".join(parts)
    # A line break ends the request line: none ever arrives.
    asked = query.decode("latin-1").replace("\n", "").replace("\r", "")
    answer = site.client.get(path.replace("?", ""), query_string=asked)
    assert answer.status_code < 500


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["/en/subscribe", "/fr/link", "/u/AAAA"]),
    body=st.binary(max_size=200),
    kind=st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "",
        ]
    ),
)
def test_no_body_breaks_anything(site: Visitor, path: str, body: bytes, kind: str) -> None:
    assert site.client.post(path, data=body, content_type=kind).status_code < 500


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/nothing-here", "This page does not exist"),
        ("/fr/articles/nothing", "Cette page n’existe pas"),
        ("/es/events/nothing", "Esta página no existe"),
        ("/es/newsletters/wrm/1999-01", "Esta página no existe"),
    ],
)
def test_what_is_not_there_is_told_in_the_language_of_the_address(
    site: Visitor, path: str, words: str
) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert words in answer.text
    assert 'content="noindex, nofollow"' in answer.text


def test_without_a_language_in_the_address_the_browser_decides(site: Visitor) -> None:
    assert "Cette page n’existe pas" in site.get("/nowhere", Accept_Language="fr-CA").text
    assert "This page does not exist" in site.get("/de/", Accept_Language="de").text


def test_a_link_that_was_cut_short_is_told_kindly(site: Visitor) -> None:
    for path in ("/fr/preferences/AAAA", "/fr/confirm/AAAA", "/fr/personal/AAAA"):
        answer = site.get(path)
        assert answer.status_code == 410
        assert "Ce lien ne fonctionne plus" in answer.text
        assert "/fr/link" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_slash_too_many_is_forgiven(site: Visitor) -> None:
    answer = site.get("/fr/pages/guide/")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/fr/pages/guide")
    assert site.client.get("/fr", follow_redirects=True).status_code == 200
    assert site.get("/fr/nowhere/").status_code == 404


def test_a_page_that_takes_no_forms_says_so(site: Visitor) -> None:
    answer = site.client.post("/en/events")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_that_is_too_long_is_refused_in_words(site: Visitor) -> None:
    answer = site.client.post("/es/subscribe", data={"first_name": "x" * 300_000})
    assert answer.status_code == 413
    assert "Era demasiado largo" in answer.text


def test_a_fault_of_ours_is_told_without_its_details(site: Visitor) -> None:
    with site.services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events RENAME TO away"))
    answer = site.get("/fr/events")
    assert answer.status_code == 500
    assert "Un incident s’est produit" in answer.text
    assert "events" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_there_is_an_answer_even_without_a_database(site: Visitor) -> None:
    with site.services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE content_files RENAME TO away"))
    answer = site.get("/fr/events")
    assert answer.status_code == 503
    assert "Something went wrong on our side" in answer.text


def test_a_visitor_reads_words_and_no_number(site: Visitor) -> None:
    answer = site.get("/en/nowhere")
    assert answer.status_code == 404
    assert "404" not in answer.text
