"""Calendars to subscribe to: what they hold, and when their bytes change."""

from datetime import timedelta

import pytest
from icalendar import Calendar, Component

from outreach.content.site import load_site
from outreach.errors import NotFound
from outreach.events.feeds import Choice, checked, fingerprint, write_feed
from tests.events.readers import javascript, read
from tests.writing import EVENT, SITE, Home, text

EVENTS = Choice("en")
PATH = "content/events/talk/event.toml"
TOPICS = """\
[[topics]]
slug = "news"

[topics.name]
en = "News"
fr = "Nouvelles"

[[topics]]
slug = "gold"

[topics.name]
en = "Gold"
fr = "L’or"
"""


@pytest.fixture
def fair(home: Home) -> Home:
    """Give a home with a webinar about the news and a deadline about gold."""
    home.write("subscribers/topics.toml", TOPICS)
    home.write(PATH, EVENT + 'online_url = "https://meet.example.org/secret"\n')
    home.write("content/events/talk/en.md", text("Talk"))
    home.write("content/events/talk/fr.md", text("Conférence"))
    home.write(
        "content/events/call/event.toml",
        'kind = "deadline"\ntopic = "gold"\ndate = 2027-01-15\norganiser = "A Foundation"\n',
    )
    home.write("content/events/call/en.md", text("Call"))
    assert home.faults() == []
    return home


def write(home: Home, choice: Choice = EVENTS) -> bytes:
    """Write a feed."""
    with home.database.reading() as session:
        site = load_site(session, home.links)
        return write_feed(session, site, home.links, choice, home.now)


def mark(home: Home, choice: Choice = EVENTS) -> str:
    """Give a feed's fingerprint."""
    with home.database.reading() as session:
        return fingerprint(session, load_site(session, home.links), choice, home.now)


def entries(feed: bytes) -> dict[str, Component]:
    """Give what a feed holds, by title."""
    return {str(each["SUMMARY"]): each for each in Calendar.from_ical(feed).walk("VEVENT")}


def test_a_feed_holds_the_events_of_its_choice_in_its_language(fair: Home) -> None:
    assert entries(write(fair)).keys() == {"Talk", "Call"}
    assert entries(write(fair, Choice("fr"))).keys() == {"Conférence", "Call"}
    assert entries(write(fair, Choice("en", topic="gold"))).keys() == {"Call"}
    assert entries(write(fair, Choice("en", kind="webinar"))).keys() == {"Talk"}
    assert entries(write(fair, Choice("en", topic="gold", kind="webinar"))) == {}


def test_a_feed_says_what_it_is_and_how_often_to_come_back(fair: Home) -> None:
    calendar = Calendar.from_ical(write(fair, Choice("fr", topic="gold", kind="deadline")))
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["NAME"] == "Femmes et mines: L’or – Date limite"
    assert calendar["X-WR-CALNAME"] == calendar["NAME"]
    assert str(calendar["SOURCE"]).endswith("/fr/events/topic/gold/kind/deadline.ics")
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=6)


def test_a_feed_tells_nobody_where_one_joins_or_who_comes(fair: Home) -> None:
    feed = write(fair)
    assert b"secret" not in feed
    assert b"ATTENDEE" not in feed


def test_the_same_rows_give_the_same_bytes(fair: Home) -> None:
    feed, before = write(fair), mark(fair)
    fair.now += timedelta(hours=5)
    assert fair.faults() == []
    assert (write(fair), mark(fair)) == (feed, before)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (PATH, "15:00", "14:00"),
        (PATH, 'status = "confirmed"', 'status = "cancelled"'),
        (PATH, 'topic = "news"', 'topic = "gold"'),
        (PATH, 'kind = "webinar"', 'kind = "meeting"'),
        (PATH, "A Foundation", "Another"),
        (PATH, "https://example.org/register", "https://example.org/elsewhere"),
        ("content/events/talk/en.md", "Talk", "A talk"),
        ("content/events/talk/en.md", "Some words", "Other words"),
        ("content/site.toml", "Women and Mines", "Women"),
        ("content/site.toml", "news@", "letters@"),
    ],
)
def test_whatever_changes_the_bytes_changes_the_fingerprint(
    fair: Home, path: str, old: str, new: str
) -> None:
    fair.write(PATH, EVENT + 'status = "confirmed"\n')
    assert fair.faults() == []
    feed, before = write(fair), mark(fair)
    file = fair.path / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    fair.now += timedelta(minutes=5)
    assert fair.faults() == []
    assert write(fair) != feed
    assert mark(fair) != before


def test_a_topic_by_another_name_is_another_feed(fair: Home) -> None:
    choice = Choice("en", topic="gold")
    before = mark(fair, choice)
    fair.write("subscribers/topics.toml", TOPICS.replace('"Gold"', '"Silver"'))
    assert fair.faults() == []
    assert mark(fair, choice) != before
    assert b"Silver" in write(fair, choice)


def test_a_cancelled_event_stays_and_says_so(fair: Home) -> None:
    uid = entries(write(fair))["Talk"]["UID"]
    fair.write(PATH, EVENT + 'status = "cancelled"\n')
    assert fair.faults() == []
    fair.now += timedelta(days=40)
    gone = entries(write(fair))["Cancelled: Talk"]
    assert (gone["UID"], gone["STATUS"]) == (uid, "CANCELLED")
    assert gone["SEQUENCE"] == 1


def test_an_event_whose_folder_is_gone_is_cancelled_there_for_a_month_and_more(fair: Home) -> None:
    for name in ("event.toml", "en.md", "fr.md"):
        fair.remove(f"content/events/talk/{name}")
    assert fair.faults() == []
    for days in (0, 31):
        fair.now += timedelta(days=days)
        assert {str(each["STATUS"]) for each in entries(write(fair)).values()} == {
            "CANCELLED",
            "CONFIRMED",
        }
    fair.now += timedelta(days=30)
    assert entries(write(fair)).keys() == {"Call"}


def test_what_was_over_a_year_ago_is_left_out(fair: Home) -> None:
    fair.now += timedelta(days=330)
    assert entries(write(fair)).keys() == {"Talk", "Call"}
    fair.now += timedelta(days=60)
    assert entries(write(fair)).keys() == {"Call"}


def test_there_is_no_calendar_of_what_does_not_exist(fair: Home) -> None:
    with fair.database.reading() as session:
        for choice in (Choice("en", topic="silver"), Choice("en", kind="party")):
            with pytest.raises(NotFound):
                checked(session, choice)


def test_an_empty_home_has_an_empty_calendar(home: Home) -> None:
    home.write("content/site.toml", SITE)
    assert home.faults() == []
    assert entries(write(home)) == {}


@javascript
def test_readers_in_javascript_understand_a_feed(fair: Home) -> None:
    [answer] = read(calendars=[write(fair).decode()])["calendars"]
    assert {each["summary"] for each in answer["icalJs"]} == {"Talk", "Call"}
    assert {each["uid"] for each in answer["icalJs"]} == {
        each["uid"] for each in answer["nodeIcal"]
    }
