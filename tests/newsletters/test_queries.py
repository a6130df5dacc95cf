"""The archive: what the public sees of editions, its feeds, the card in the welcome mail."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from outreach.campaigns.schedule import start_due
from outreach.content.site import load_site
from outreach.errors import NotFound
from outreach.mail.compose import Stationery
from outreach.newsletters.feeds import atom, json_feed
from outreach.newsletters.listing import states
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.newsletters.queries import (
    EditionState,
    edition,
    editions,
    latest_card,
    public_edition,
    public_editions,
)
from tests.writing import Home
from tests.writing import edition as edition_file

REPOSITORY = Path(__file__).parent.parent.parent
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def archive(home: Home) -> Home:
    """Give a home with two public editions and a draft."""
    for slug, day in (("june", "2020-06-01"), ("july", "2020-07-01"), ("draft", "2020-08-01")):
        more = "" if slug == "draft" else "on_web: true\n"
        home.write(
            f"content/newsletters/letter/{slug}/en.md",
            edition_file(slug, more=more).replace("2020-07-01", day),
        )
    home.write(
        "content/newsletters/letter/july/fr.md",
        edition_file("juillet <&>", more="summary: Résumé & plus\n"),
    )
    assert home.faults() == []
    return home


def test_editions_are_listed_newest_first_drafts_included(archive: Home) -> None:
    with archive.database.reading() as session:
        assert [one.name for one in editions(session)] == [
            "letter/draft",
            "letter/july",
            "letter/june",
        ]
        assert set(states(session).values()) == {EditionState.DRAFT}


def test_the_archive_has_no_drafts(archive: Home) -> None:
    with archive.database.reading() as session:
        site = load_site(session, archive.links)
        found = public_editions(session, site)
        assert [one.name for one in found] == ["letter/july", "letter/june"]
        assert found[0].languages == ("en", "fr")
        assert found[0].summaries["fr"] == "Résumé & plus"
        assert public_edition(session, site, "letter/july") == found[0]
        for name in ("letter/draft", "letter/none", "none/july", "", "letter"):
            with pytest.raises(NotFound):
                public_edition(session, site, name)
        with pytest.raises(NotFound, match="outreach editions"):
            edition(session, "letter/none")


def test_the_latest_card_is_in_the_readers_language_or_the_next_best(archive: Home) -> None:
    with archive.database.reading() as session:
        site = load_site(session, archive.links)
        french = latest_card(session, site, archive.links, {"news"}, "fr")
        spanish = latest_card(session, site, archive.links, {"news", "x"}, "es")
        assert french
        assert (french.title, french.author) == ("juillet <&>", "La lettre")
        assert french.url == archive.links.to_edition("fr", "letter", "july")
        assert spanish
        assert spanish.title == "july"
        assert latest_card(session, site, archive.links, {"x"}, "fr") is None


def test_feeds_are_the_same_bytes_each_time_and_well_formed(archive: Home) -> None:
    with archive.database.reading() as session:
        site = load_site(session, archive.links)
        feed = atom(session, site, archive.links, "fr")
        other = json_feed(session, site, archive.links, "fr")
    archive.sync()
    with archive.database.reading() as session:
        assert atom(session, site, archive.links, "fr") == feed
        assert json_feed(session, site, archive.links, "fr") == other
    root = ET.fromstring(feed)  # noqa: S314  (our own output)
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    assert titles == ["juillet <&>", "june"]
    assert root.findtext(f"{ATOM}updated") == "2020-07-01T00:00:00Z"
    items = json.loads(other)["items"]
    assert [item["language"] for item in items] == ["fr", "en"]
    assert items[0]["content_text"] == "Résumé & plus"
    assert items[0]["url"] == archive.links.to_edition("fr", "letter", "july")


def test_an_edition_keeps_its_name_and_date_in_feeds_when_it_is_translated_and_sent(
    archive: Home,
) -> None:
    before = in_feed(archive, "june")
    archive.write(
        "content/newsletters/letter/june/fr.md",
        edition_file("juin", more="on_web: true\n").replace("2020-07-01", "2020-06-01"),
    )
    assert archive.faults() == []
    with archive.database.transaction() as session:
        schedule_edition(
            session,
            Stationery(REPOSITORY / "templates"),
            archive.links,
            ScheduleRequest("letter/june", "news", archive.now, "UTC"),
            archive.now,
        )
        start_due(session, archive.now)
    after = in_feed(archive, "june")
    assert after["title"] != before["title"]
    assert (after["id"], after["date_published"]) == (before["id"], "2020-06-01T00:00:00Z")


def in_feed(archive: Home, slug: str) -> dict[str, str]:
    """Give the entry of an edition in the French feed."""
    with archive.database.reading() as session:
        site = load_site(session, archive.links)
        items = json.loads(json_feed(session, site, archive.links, "fr"))["items"]
    return next(item for item in items if f"/{slug}" in item["id"])


def test_a_feed_of_an_empty_archive_is_a_feed(home: Home) -> None:
    home.sync()
    with home.database.reading() as session:
        site = load_site(session, home.links)
        root = ET.fromstring(atom(session, site, home.links, "en"))  # noqa: S314
        assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
        assert json.loads(json_feed(session, site, home.links, "en"))["items"] == []
