"""Feeds as bytes: well formed whatever a title holds, and the same for the same values."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from outreach.content.syndication import Channel, Item, atom, json_feed, rss

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</title>]]><b>&amp; \x00\x0b\x1b\x85\ufffe\ud800“ok” 🦺\r\n\tend"
SAID = "</title>]]><b>&amp; “ok” 🦺\n\tend"
UPDATED = datetime(2026, 11, 23, 9, 0, 0, 123, tzinfo=UTC)
ITEM = Item(
    id="https://example.org/fr/events/a?b=1&c=2",
    url="https://example.org/fr/events/a?b=1&c=2",
    title=HOSTILE,
    summary=HOSTILE,
    language="fr",
    updated=UPDATED,
    author=HOSTILE,
    tags=(HOSTILE,),
)
CHANNEL = Channel(
    title=HOSTILE,
    about=HOSTILE,
    url="https://example.org/fr/events?a=1&b=2",
    own_url="https://example.org/fr/events.atom",
    language="fr",
    author=HOSTILE,
    items=(ITEM, replace(ITEM, id="urn:two", published=UPDATED)),
)


def read(feed: bytes) -> ET.Element:
    """Read XML, which is refused unless it is well formed."""
    return ET.fromstring(feed)  # noqa: S314  (our own output)


def test_atom_has_what_the_standard_wants_and_keeps_hostile_titles_as_text() -> None:
    feed = read(atom(CHANNEL))
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}title") == SAID
    assert feed.findtext(f"{ATOM}id") == CHANNEL.own_url
    assert feed.findtext(f"{ATOM}updated") == "2026-11-23T09:00:00Z"
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links == {"self": CHANNEL.own_url, "alternate": CHANNEL.url}
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == ITEM.id
    assert first.findtext(f"{ATOM}title") == SAID
    assert first.findtext(f"{ATOM}summary") == SAID
    assert first.findtext(f"{ATOM}author/{ATOM}name") == SAID
    assert [each.get("term") for each in first.findall(f"{ATOM}category")] != []
    assert first.find(f"{ATOM}published") is None
    assert second.findtext(f"{ATOM}published") == "2026-11-23T09:00:00Z"


def test_rss_has_what_its_readers_want() -> None:
    feed = read(rss(CHANNEL))
    assert (feed.tag, feed.get("version")) == ("rss", "2.0")
    [channel] = feed.findall("channel")
    assert channel.findtext("title") == SAID
    assert channel.findtext("link") == CHANNEL.url
    assert channel.findtext("description") == SAID
    first, second = channel.findall("item")
    assert first.findtext("link") == ITEM.url
    assert parsedate_to_datetime(first.findtext("pubDate") or "") == UPDATED.replace(microsecond=0)
    assert (first.find("guid").attrib, second.find("guid").attrib) == (  # type: ignore[union-attr]
        {"isPermaLink": "true"},
        {"isPermaLink": "false"},
    )


def test_the_description_of_an_rss_item_is_html_that_shows_the_text() -> None:
    [item, _] = read(rss(CHANNEL)).findall("channel/item")
    assert "&lt;b&gt;&amp;amp;" in (item.findtext("description") or "")


def test_json_feed_has_its_required_keys() -> None:
    feed = json.loads(json_feed(CHANNEL))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == SAID
    assert (feed["home_page_url"], feed["feed_url"]) == (CHANNEL.url, CHANNEL.own_url)
    first, second = feed["items"]
    assert (first["id"], first["url"], first["content_text"]) == (ITEM.id, ITEM.url, SAID)
    assert first["date_modified"] == second["date_published"] == "2026-11-23T09:00:00Z"
    assert "date_modified" not in second
    assert "icon" not in feed


@pytest.mark.parametrize("write", [atom, rss, json_feed])
def test_an_empty_feed_is_a_feed_that_never_changes(write: object) -> None:
    assert callable(write)
    feed = write(replace(CHANNEL, items=()))
    assert feed == write(replace(CHANNEL, items=()))
    assert str(datetime.now(UTC).year) not in feed.decode()
