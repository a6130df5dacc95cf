"""Whatever stands in the address of an embed: a clear 400 or a sensible default, never a 500."""

import json
from dataclasses import fields
from urllib.parse import parse_qs, quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.web.embed.answers import READ
from outreach.web.embed.options import Options, Scheme, View
from tests.web.embed.stage import partner
from tests.web.visitor import Visitor

pytestmark = pytest.mark.one_database

PAGES = ("events", "signup")
WRONG = (
    "topic=nothing",
    "kind=party",
    "view=poster",
    "theme=pink",
    "accent=red",
    "accent=ffff00",
    "accent=12345",
    "accent_dark=000000",
    "heading=0",
    "heading=9",
    "heading=²",
    "count=51",
    "count=-1",
    "month=9999-01",
    "month=2026-13",
    "month=today",
    "topic=%00",
    "kind=%ED%A0%80",
    "view=%FF%FE",
    "theme=" + "x" * 500,
    "accent=%3Cscript%3E",
    "partner=" + "x" * 10_000,
)


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_option_is_told_in_a_frame_that_still_leads_to_us(
    site: Visitor, query: str
) -> None:
    for page in PAGES:
        answer = site.get(f"/embed/fr/{page}?{query}")
        assert answer.status_code == 400
        assert 'href="/fr/events" target="_top"' in answer.text
        assert "<script>" not in answer.text
        assert "\0" not in answer.text
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_option_is_told_to_programs_on_any_site(site: Visitor, query: str) -> None:
    for page in PAGES:
        answer = site.get(f"/embed/es/{page}.json?{query}")
        assert answer.status_code == 400
        assert answer.mimetype == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        [(name, said)] = json.loads(answer.text).items()
        assert name == "error"
        assert said.endswith(".")
        assert "cannot" not in said


@pytest.mark.parametrize(
    "query",
    [
        "partner=strangers",
        "partner=%00",
        "more=1",
        "view=",
        "count=",
        "view=month&view=poster",
        "accent=%235B2A6A",
        "topic=news,events&topic=news",
        "filter=kind&filter=x&filter=%00",
        "%%%=&&&=%ZZ",
    ],
)
def test_what_can_be_understood_or_means_nothing_is_no_fault(site: Visitor, query: str) -> None:
    for page in ("events", "events.json", "signup", "signup.json"):
        assert site.get(f"/embed/en/{page}?{query}").status_code == 200


def test_an_unknown_language_has_our_page_for_what_is_not_there(site: Visitor) -> None:
    for page in ("events", "events.json", "signup", "signup.json"):
        answer = site.get(f"/embed/de/{page}")
        assert answer.status_code == 404
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_colours_that_cannot_be_are_refused_in_words(site: Visitor) -> None:
    for query in ("accent=ffff00", "theme=pink", "accent=" + "0" * 3_000):
        answer = site.get(f"/embed/look.css?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")


NAMES = ("topic", "kind", "view", "theme", "accent", "accent_dark", "heading", "count", "month")
SOME = st.text(max_size=20) | st.sampled_from(
    ["month", "next", "news", "dark", "5b2a6a", "2026-12"]
)
PAIRS = st.lists(st.tuples(st.sampled_from((*NAMES, "partner", "filter")), SOME), max_size=6)
RAW = st.lists(st.sampled_from([*"&=%;+#0aZ", "%00", "%ED%A0%80", "topic=", "view="]), max_size=30)


@given(pairs=PAIRS, raw=RAW)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_whatever_breaks_anything(
    site: Visitor, pairs: list[tuple[str, str]], raw: list[str]
) -> None:
    written = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs)
    for query in (written, "".join(raw).replace("#", "%23")):
        for page in ("events", "events.json", "signup.json"):
            assert site.get(f"/embed/fr/{page}?{query}").status_code in (200, 400)


def test_a_partner_that_is_gone_counts_for_nobody(site: Visitor) -> None:
    partner(site, "friends")
    assert "partner=friends" in site.text("/embed/en/events?partner=friends")
    assert "partner=" not in site.text("/embed/en/events?partner=friend")


def test_everything_that_can_be_chosen_reaches_the_view() -> None:
    chosen = Options(
        topics=("news",),
        kinds=("webinar",),
        view=View.MONTH,
        theme=Scheme.DARK,
        accent="#d9aee6",
        accent_dark="#f2a877",
        heading=3,
        count=4,
        month="2027-03",
        partner="friends",
    )
    assert len(parse_qs(chosen.query)) == len(fields(Options))
    assert set(parse_qs(chosen.query)) == set(READ) - {"filter"}
