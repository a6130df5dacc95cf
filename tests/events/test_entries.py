"""Rows become what calendars are written from, and that can be written."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from outreach.events.calendar import write_calendar
from outreach.events.entries import entry_of, uid_of
from outreach.events.entry import Entry
from outreach.events.models import EventStatus
from outreach.events.queries import event
from outreach.links import Links
from outreach.mail.compiled import Mailbox
from tests.writing import EVENT, Home, text

DESK = Mailbox("rsvp@example.org", "Women and Mines")
PATH = "content/events/talk/event.toml"
SERIES = """\
kind = "meeting"
start = 2026-12-03T15:00:00
duration = 60
zone = "Europe/Paris"
registration = {}

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=4"
exceptions = [2027-02-04]

[[override]]
date = 2027-01-07
start = 2027-01-08T10:00:00
"""


@pytest.fixture
def talk(home: Home) -> Home:
    """Give a home with an event's text that points at the event."""
    body = "See [the talk](event:talk).\n\n{{ divider() }}\n\n**Welcome.**\n"
    home.write("content/events/talk/en.md", text("Talk", body=body))
    return home


def read(home: Home, content: str, original: date | None = None) -> Entry:
    """Sync, and give the entry of the event, or of one of its occurrences."""
    home.write(PATH, content)
    assert home.faults() == []
    with home.database.reading() as session:
        row = event(session, "talk")
        chosen = [each for each in row.occurrences if each.original == original]
        return entry_of(
            row,
            row.translations[0],
            home.links,
            organiser=DESK,
            occurrence=chosen[0] if chosen else None,
        )


def starts(entry: Entry, now: datetime) -> list[tuple[object, object]]:
    """Write the calendar, and give RECURRENCE-ID and DTSTART of each VEVENT."""
    read_back = Calendar.from_ical(write_calendar([entry], now=now))
    return [
        (each.decoded("RECURRENCE-ID", None), each.decoded("DTSTART"))
        for each in read_back.walk("VEVENT")
    ]


def test_an_event_is_the_same_entry_wherever_it_moves(talk: Home) -> None:
    before = read(talk, EVENT)
    after = read(talk, EVENT.replace("2026-12-01", "2026-12-08"), date(2026, 12, 1))
    assert before.uid == after.uid == "talk@127.0.0.1"
    assert (after.original, after.recurrence) == (None, None)
    assert starts(after, talk.now) == [(None, datetime(2026, 12, 8, 14, 0, tzinfo=UTC))]
    assert (after.organiser, after.organiser_address) == ("A Foundation", "rsvp@example.org")
    assert after.link == "https://example.org/register"


def test_a_description_is_plain_and_its_links_are_whole(talk: Home) -> None:
    entry = read(talk, EVENT)
    page = talk.links.to_event("en", "talk")
    assert entry.description == f"See the talk <{page}>.\n\n*Welcome.*"


def test_a_series_has_its_rule_and_what_departs_from_it(talk: Home) -> None:
    entry = read(talk, SERIES)
    assert entry.recurrence
    assert entry.recurrence.rule == "FREQ=MONTHLY;BYDAY=1TH;COUNT=4"
    assert entry.recurrence.exceptions == (date(2027, 2, 4),)
    [moved] = entry.overrides
    assert (moved.original, moved.status) == (date(2027, 1, 7), EventStatus.CONFIRMED)
    assert moved.starts_at == datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
    assert entry.link == talk.links.to_register("en", "talk")
    assert len(starts(entry, talk.now)) == 2


def test_an_occurrence_keeps_the_name_that_invitations_gave_it(talk: Home) -> None:
    moved = read(talk, SERIES, date(2027, 1, 7))
    first = datetime(2027, 1, 7, 14, 0, tzinfo=UTC)
    assert starts(moved, talk.now) == [(first, datetime(2027, 1, 8, 9, 0, tzinfo=UTC))]
    earlier = read(talk, SERIES.replace("T15:00", "T11:00"), date(2026, 12, 3))
    assert starts(earlier, talk.now) == [
        (datetime(2026, 12, 3, 14, 0, tzinfo=UTC), datetime(2026, 12, 3, 10, 0, tzinfo=UTC))
    ]


def test_a_uid_is_small_letters_at_our_domain(talk: Home) -> None:
    read(talk, EVENT)
    loud = Links("https://News.Example.ORG", ("a-key-that-only-the-tests-use-0123456789",))
    with talk.database.reading() as session:
        assert uid_of(event(session, "talk"), loud) == "talk@news.example.org"
