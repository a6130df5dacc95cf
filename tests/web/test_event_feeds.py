"""Feeds of events at their addresses, for readers and other sites."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from tests.web.visitor import LANGUAGES, Visitor

KINDS = {
    "ics": "text/calendar; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}
CHOICES = ("", "/topic/events", "/kind/meeting", "/topic/events/kind/meeting")


@pytest.mark.parametrize("form", KINDS)
def test_every_choice_has_a_feed_in_every_language_and_form(site: Visitor, form: str) -> None:
    for language in LANGUAGES:
        for choice in CHOICES:
            path = f"/{language}/events{choice}.{form}"
            answer = site.get(path)
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, KINDS[form]), path
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "/events/open-hour" in answer.text
            assert path in answer.text.replace("\r\n ", "")  # as calendars fold lines
            if form in ("atom", "rss"):
                ET.fromstring(answer.data)  # noqa: S314  (our own output)
            if form == "json":
                assert json.loads(answer.data)["feed_url"].endswith(path)


@pytest.mark.parametrize("form", KINDS)
def test_the_bytes_are_the_same_until_something_changes(site: Visitor, form: str) -> None:
    path = f"/fr/events.{form}"
    first = site.get(path)
    site.watch.skip_a_minute()
    site.watch.wait(seconds=2)
    again = site.get(path)
    assert (again.data, again.headers) == (first.data, first.headers)
    assert site.get(path, If_None_Match=first.headers["ETag"]).status_code == 304


def test_there_is_no_feed_of_what_does_not_exist(site: Visitor) -> None:
    for form in KINDS:
        for choice in ("topic/nothing", "kind/party", "topic/events/kind/party"):
            assert site.get(f"/en/events/{choice}.{form}").status_code == 404
        assert site.get(f"/xx/events.{form}").status_code == 404
    assert site.get("/en/events.xml").status_code == 404


def test_a_hostile_title_stays_text(site: Visitor) -> None:
    folder = site.home / "content" / "events" / "open-hour"
    file = folder / "en.md"
    title = "</title><script>alert(1)</script> & “more”"
    file.write_text(re.sub(r"(?m)^title:.*$", f"title: '{title}'", file.read_text()))
    site.watch.wait(minutes=2)
    site.sync()
    root = ET.fromstring(site.get("/en/events.atom").data)  # noqa: S314  (our own output)
    titles = [each.text for each in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert title in titles
    assert json.loads(site.get("/en/events.json").data)["items"][0]["title"] == title


def test_the_list_of_events_names_the_feeds_of_what_it_shows(site: Visitor) -> None:
    html = site.text("/fr/events")
    for form, kind in KINDS.items():
        bare = kind.partition(";")[0]
        assert re.search(
            rf'<link rel="alternate" type="{re.escape(bare)}" title="[^"]+" '
            rf'href="/fr/events\.{form}">',
            html,
        )
    assert ">Atom</a> · <a" in html
    assert "Flux\N{NO-BREAK SPACE}:" in html
    assert 'href="/en/events/kind/webinar.rss"' in site.text("/en/events?kind=webinar")
