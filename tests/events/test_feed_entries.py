"""Events as entries of feeds: which, in what order, and what each says."""

import pytest

from outreach.content.site import load_site
from outreach.content.syndication import Channel, Item
from outreach.events.feed_entries import channel
from outreach.events.feeds import Choice
from tests.writing import EVENT, Home, text

PATH = "content/events/talk/event.toml"


@pytest.fixture
def fair(home: Home) -> Home:
    """Give a home with a webinar, a deadline after it, and a meeting that was."""
    home.write(PATH, EVENT)
    home.write("content/events/talk/en.md", text("Talk"))
    home.write("content/events/talk/fr.md", text("Conférence"))
    others = {
        "call": 'kind = "deadline"\ndate = 2027-01-15\n',
        "was": 'kind = "meeting"\ntopic = "news"\ndate = 2026-05-05\n',
        "long-ago": 'kind = "meeting"\ntopic = "news"\ndate = 2024-05-05\n',
    }
    for slug, source in others.items():
        home.write(f"content/events/{slug}/event.toml", f'{source}organiser = "Us"\n')
        home.write(f"content/events/{slug}/en.md", text(slug.capitalize()))
    assert home.faults() == []
    return home


def read(home: Home, choice: Choice) -> Channel:
    """Give a feed."""
    with home.database.reading() as session:
        site = load_site(session, home.links)
        return channel(session, site, home.links, choice, home.now)


def titles(home: Home, **chosen: str) -> list[str]:
    """Give the titles of a feed in English."""
    return [item.title for item in read(home, Choice("en", **chosen)).items]


def talk(home: Home, language: str) -> Item:
    """Give the entry of the talk."""
    return next(each for each in read(home, Choice(language)).items if "/talk" in each.id)


def test_what_is_to_come_is_first_and_then_what_was_within_a_year(fair: Home) -> None:
    assert titles(fair) == ["Talk", "Call", "Was"]
    fair.now = fair.now.replace(month=12, day=20)
    assert titles(fair) == ["Call", "Talk", "Was"]


def test_a_feed_holds_its_topic_and_its_kind(fair: Home) -> None:
    assert titles(fair, topic="news") == ["Talk", "Was"]
    assert titles(fair, kind="deadline") == ["Call"]
    assert titles(fair, topic="news", kind="meeting") == ["Was"]
    feed = read(fair, Choice("fr", topic="news", kind="meeting", form="rss"))
    assert feed.own_url.endswith("/fr/events/topic/news/kind/meeting.rss")
    assert feed.url.endswith("/fr/events?kind=meeting&topic=news")
    assert feed.title == "Femmes et mines: Nouvelles – Réunion"


def test_an_entry_says_in_the_language_of_the_feed_what_it_is_and_when(fair: Home) -> None:
    french = talk(fair, "fr")
    assert french.title == "Conférence"
    assert french.summary.startswith(
        "Webinaire\N{NO-BREAK SPACE}: mardi 1er décembre 2026, 15:00–16:30 (Europe/Paris, UTC+1)."
    )
    assert "Tuesday, 1 December 2026, 15:00–16:30" in talk(fair, "en").summary
    assert french.tags == ("Webinaire", "Nouvelles")
    assert french.author == "A Foundation"


def test_an_entry_keeps_its_name_and_says_when_it_changed(fair: Home) -> None:
    before = talk(fair, "fr")
    fair.now = fair.now.replace(hour=12)
    assert fair.faults() == []
    assert talk(fair, "fr") == before
    fair.write("content/events/talk/fr.md", text("La conférence"))
    assert fair.faults() == []
    after = talk(fair, "fr")
    assert (after.id, after.updated) == (before.id, fair.now)
    assert before.updated < after.updated


def test_what_is_cancelled_stays_and_says_so_in_its_language(fair: Home) -> None:
    fair.write(PATH, EVENT + 'status = "cancelled"\n')
    assert fair.faults() == []
    assert titles(fair)[0] == "Cancelled: Talk"
    french = talk(fair, "fr")
    assert french.title == "Annulé\N{NO-BREAK SPACE}: Conférence"
    assert "annulé" in french.summary


def test_an_event_whose_folder_is_gone_is_told_as_cancelled(fair: Home) -> None:
    for name in ("event.toml", "en.md", "fr.md"):
        fair.remove(f"content/events/talk/{name}")
    assert fair.faults() == []
    assert titles(fair)[0] == "Cancelled: Talk"


def test_a_series_is_told_once_with_its_next_date_and_its_rule(fair: Home) -> None:
    fair.write(PATH, EVENT + '\n[recurrence]\nrule = "FREQ=MONTHLY;BYDAY=1TU;COUNT=6"\n')
    assert fair.faults() == []
    assert titles(fair) == ["Talk", "Call", "Was"]
    assert "Every first Tuesday of the month." in talk(fair, "en").summary
    fair.now = fair.now.replace(month=12, day=10)
    assert "5 January 2027" in talk(fair, "en").summary


def test_nothing_depends_on_the_hour_of_asking(fair: Home) -> None:
    early, late = (
        fair.now.replace(day=1, month=12, hour=1),
        fair.now.replace(day=1, month=12, hour=23),
    )
    fair.now = early
    before = read(fair, Choice("en"))
    fair.now = late
    assert read(fair, Choice("en")) == before
