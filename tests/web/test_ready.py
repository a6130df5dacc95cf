"""Answers that are kept before Flask: addresses, codings, validators, and what counts."""

import gzip

import pytest
from flask import Flask, make_response

from outreach.sync import synchronise
from outreach.web.feeds import make_public
from outreach.web.ready import keep
from outreach.web.security import STRICT
from tests.web.kitchen import LONG, TEXT, Kitchen
from tests.web.visitor import Visitor


@pytest.fixture
def kitchen() -> Kitchen:
    """Give an application that answers from one place."""
    return Kitchen()


def test_what_is_kept_is_made_once_and_looks_the_same_the_first_time(kitchen: Kitchen) -> None:
    first, second = kitchen.get(), kitchen.get()
    assert kitchen.asked == 1
    assert first.headers == second.headers
    assert first.data == second.data == LONG.encode()
    assert second.headers["Content-Type"] == TEXT
    assert second.headers["Vary"] == "Accept-Encoding"
    assert second.headers["Content-Length"] == str(len(LONG))


def test_each_query_is_an_answer_of_its_own(kitchen: Kitchen) -> None:
    for path in ("/soup?a=1", "/soup?a=2", "/soup", "/soup?a=1"):
        kitchen.get(path)
    assert kitchen.asked == 3


def test_what_nobody_reads_of_a_query_makes_no_other_answer(kitchen: Kitchen) -> None:
    first = kitchen.get("/each?a=1&b=%20")
    for query in ("a=1&b=%20&utm_source=x", "fbclid=9&a=1&&x&b=%20", "=&a=1&%61a=5&b=%20&c=a=1"):
        assert kitchen.get(f"/each?{query}").data == first.data
    assert kitchen.asked == 1
    assert len(kitchen.layer.shelf) == 1


def test_a_name_is_known_however_it_is_written_and_repeated(kitchen: Kitchen) -> None:
    said = {kitchen.get(f"/each?{query}").text for query in ("%61=1&x=1", "a=1&a=2", "a", "a=")}
    assert len(said) == kitchen.asked == 4
    assert not any("x=1" in each for each in said), "what is taken away, no view can read"


def test_a_view_that_is_not_announced_cannot_keep_its_answers() -> None:
    app = Flask("forgotten")
    app.testing = True
    app.add_url_rule("/", "view", lambda: keep(make_public(make_response("x"), TEXT)))
    with pytest.raises(RuntimeError, match="view keeps its answers and is not announced"):
        app.test_client().get("/")


def test_a_changed_header_makes_another_tag(kitchen: Kitchen) -> None:
    before = kitchen.get()
    kitchen.framed_by = "https://friends.example"
    kitchen.now += 60
    after = kitchen.get(If_None_Match=before.headers["ETag"])
    assert (after.status_code, after.data) == (200, before.data)
    assert after.headers["X-Framed-By"] == "https://friends.example"
    assert after.headers["ETag"] != before.headers["ETag"]


def test_gzip_has_a_tag_of_its_own_and_is_what_it_says(kitchen: Kitchen) -> None:
    plain, packed = kitchen.get(), kitchen.get(Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    ("wished", "packed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("deflate, x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("identity, gzip;q=0.2", False),
        ("br", False),
        ("", False),
        ("gzip;q=many", False),
        ("gzip," * 100, False),
    ],
)
def test_gzip_is_given_to_those_who_take_it(kitchen: Kitchen, wished: str, *, packed: bool) -> None:
    answer = kitchen.get(Accept_Encoding=wished)
    assert ("Content-Encoding" in answer.headers) is packed


def test_what_does_not_become_smaller_is_not_packed(kitchen: Kitchen) -> None:
    kitchen.said = "short"
    assert kitchen.get(Accept_Encoding="gzip").data == b"short"


@pytest.mark.parametrize("wished", ["{}", "W/{}", '"other", {}', '"a",W/{},"b"'])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_tag_of_either_coding_is_known_again(kitchen: Kitchen, wished: str, coding: str) -> None:
    full = kitchen.get(Accept_Encoding=coding)
    tag = full.headers["ETag"]
    for asked_in in ("gzip", "identity"):
        known = kitchen.get(Accept_Encoding=asked_in, If_None_Match=wished.format(tag))
        assert (known.status_code, known.data) == (304, b"")
        assert known.headers["ETag"] == tag
        for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            assert known.headers[name] == full.headers[name]
        assert "Content-Type" not in known.headers
        assert "Content-Encoding" not in known.headers


def test_a_star_is_any_tag_and_an_unknown_or_broken_one_is_none(kitchen: Kitchen) -> None:
    assert kitchen.get(If_None_Match="*").status_code == 304
    for wished in ('"other"', "", "W/", '"', "***", '"*"', "nonsense" * 2000):
        assert kitchen.get(If_None_Match=wished).status_code == 200


def test_a_view_that_judges_conditions_by_itself_is_kept_all_the_same(kitchen: Kitchen) -> None:
    first = kitchen.get("/conditional", If_None_Match='"of the view"')
    assert first.status_code == 200
    assert "of the view" not in first.headers["ETag"]
    assert kitchen.get("/conditional", If_None_Match=first.headers["ETag"]).status_code == 304
    assert kitchen.asked == 1


def test_head_has_the_same_headers_and_no_body(kitchen: Kitchen) -> None:
    head = kitchen.get(method="HEAD", Accept_Encoding="gzip")
    full = kitchen.get(Accept_Encoding="gzip")
    assert kitchen.asked == 1
    assert (head.data, head.headers) == (b"", full.headers)


def test_what_else_is_sent_goes_to_the_application(kitchen: Kitchen) -> None:
    kitchen.get()
    assert kitchen.get(method="POST").status_code == 200
    assert "POST" in kitchen.get(method="OPTIONS").headers["Allow"]
    assert kitchen.asked == 2


@pytest.mark.parametrize("name", ["gone", "cookie", "private", "bare"])
def test_what_is_not_for_everybody_is_not_kept(kitchen: Kitchen, name: str) -> None:
    first, second = kitchen.get(f"/{name}"), kitchen.get(f"/{name}")
    assert kitchen.asked == 2
    assert first.status_code == second.status_code
    assert "ETag" not in second.headers
    assert kitchen.counted == []


def test_each_time_it_is_given_counts_but_no_prefetch_and_no_head(kitchen: Kitchen) -> None:
    tag = kitchen.get().headers["ETag"]
    kitchen.get(If_None_Match=tag)
    kitchen.get(method="HEAD")
    kitchen.get(Sec_Purpose="prefetch;prerender")
    assert kitchen.counted == [(("view", "soup"),)] * 2


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({}, True),
        ({"Origin": "https://friends.example"}, True),
        ({"Origin": "https://else.example", "Referer": "https://friends.example/"}, False),
        ({"Referer": "https://friends.example"}, True),
        ({"Referer": "https://friends.example/a/page?x=https://else.example/"}, True),
        ({"Referer": "https://else.example/https://friends.example/"}, False),
        ({"Referer": "https://friends.example.else.example/"}, False),
        ({"Referer": "nonsense"}, False),
    ],
)
def test_what_counts_at_some_origins_counts_there_alone(
    kitchen: Kitchen, told: dict[str, str], *, counts: bool
) -> None:
    kitchen.counted_at = ("https://friends.example",)
    assert kitchen.get(**told).status_code == 200
    assert len(kitchen.counted) == counts


def test_what_is_kept_is_protected_and_the_same_under_every_host(site: Visitor) -> None:
    first = site.get("/fr/events.ics")
    other = site.get("/fr/events.ics", Host="evil.example.org", Cookie="a=b", Accept_Language="en")
    assert other.headers["Content-Security-Policy"] == STRICT
    assert other.headers["X-Content-Type-Options"] == "nosniff"
    assert (other.data, other.headers) == (first.data, first.headers)
    site.watch.skip_a_minute()
    made = site.get("/fr/events.ics", Host="evil.example.org", Accept_Language="es")
    assert (made.data, made.headers) == (first.data, first.headers)


def test_a_change_of_the_rows_shows_within_a_minute(site: Visitor) -> None:
    before = site.get("/en/events.json").data
    folder = site.home / "content" / "events" / "open-hour"
    text = (folder / "en.md").read_text()
    (folder / "en.md").write_text(text.replace("title: ", "title: New "))
    site.watch.wait(seconds=1)
    assert [*synchronise(site.services, site.watch()).faults] == []
    assert site.get("/en/events.json").data == before
    site.watch.wait(seconds=59)
    assert b"New " in site.get("/en/events.json").data
    assert b"New " not in before
