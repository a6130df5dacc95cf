"""Readers that are not ours understand our calendars: ical.js, node-ical and dateutil."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil import tz  # type: ignore[import-untyped]

from outreach.events.calendar import Attendee, Feed, Method, write_calendar
from outreach.events.entry import Entry, Override, Recurrence
from outreach.events.models import EventKind, EventStatus
from outreach.events.recurrence import Series, expand
from outreach.events.timezones import write_timezone
from tests.events.readers import javascript, read

FIRST = 2026
ZONES = sorted(available_timezones())
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@cache
def texts() -> dict[str, tuple[str, int]]:
    """Write every zone, over ten years where its rule holds so long, otherwise over one."""
    written = {}
    for name in ZONES:
        for last in (FIRST + 10, FIRST):
            timezone = write_timezone(name, FIRST, last)
            if timezone is not None:
                written[name] = (timezone.to_ical().decode(), last)
                break
    return written


@cache
def moments(name: str, last: int) -> tuple[datetime, ...]:
    """Give moments of each month, and those around every change of the clocks."""
    zone = ZoneInfo(name)
    months = [
        datetime(year, month, 15, 11, 30, tzinfo=UTC)
        for year in range(FIRST, last + 1)
        for month in range(1, 13)
    ]
    found = list(months)
    for earlier, later in pairwise(months):
        low, high = earlier, later
        if low.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
            continue
        while high - low > SECOND:
            middle = low + (high - low) // SECOND // 2 * SECOND
            same = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
            low, high = (middle, high) if same else (low, middle)
        found += [high - HOUR - SECOND, high - SECOND, high, high + HOUR]
    return tuple(each for each in found if is_plain(each, zone))


def is_plain(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a wall time names one moment only."""
    wall = moment.astimezone(zone)
    return wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset()


def walls(name: str, last: int) -> list[datetime]:
    """Give what the clocks there show at these moments."""
    zone = ZoneInfo(name)
    return [each.astimezone(zone).replace(tzinfo=None) for each in moments(name, last)]


def test_every_zone_can_be_written_for_this_year_and_nearly_every_one_for_ten() -> None:
    written = texts()
    assert sorted(written) == ZONES
    assert sum(last > FIRST for _, last in written.values()) > 0.95 * len(ZONES)


@javascript
def test_ical_js_reads_the_utc_instant_of_zoneinfo_in_every_zone() -> None:
    asked = [
        {
            "text": f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n",
            "walls": [wall.isoformat() for wall in walls(name, last)],
        }
        for name, (text, last) in texts().items()
    ]
    answers = read(zones=asked)["zones"]
    wrong = {
        f"{name} {moment}: {answer - moment.timestamp():+}"
        for (name, (_, last)), given in zip(texts().items(), answers, strict=True)
        for moment, answer in zip(moments(name, last), given, strict=True)
        if answer != moment.timestamp()
    }
    assert not wrong


def test_dateutil_reads_the_utc_instant_of_zoneinfo_in_every_zone() -> None:
    wrong = set(misread_by_dateutil())
    assert not wrong


def misread_by_dateutil() -> Iterator[str]:
    """Give what dateutil understands otherwise than zoneinfo."""
    for name, (text, last) in texts().items():
        there = tz.tzical(StringIO(text)).get(name)
        for moment, wall in zip(moments(name, last), walls(name, last), strict=True):
            offset = wall.replace(tzinfo=there).utcoffset() or timedelta()
            if wall - offset != moment.replace(tzinfo=None):
                yield f"{name} {moment}"


def open_hour(zone: str = "Europe/Paris") -> Entry:
    """Give a monthly hour."""
    return Entry(
        uid="open-hour@news.example.org",
        language="fr",
        title="Heure ouverte\u00a0: « mines, eaux; forêts »",
        summary="",
        description="Première ligne,\nseconde\u00a0; \\ fin 🏔️" * 7,
        url="https://news.example.org/fr/events/open-hour",
        link="https://news.example.org/j/open-hour?a=1,2;b=3",
        day=date(2026, 12, 3),
        starts_at=datetime(2026, 12, 3, 14, tzinfo=UTC),
        ends_at=datetime(2026, 12, 3, 15, 30, tzinfo=UTC),
        zone=zone,
        kind=EventKind.WEBINAR,
        status=EventStatus.CONFIRMED,
        sequence=2,
        changed_at=datetime(2026, 11, 1, tzinfo=UTC),
        organiser='Women\'s "Rights", and; Mining',
        organiser_address="rsvp@news.example.org",
        recurrence=Recurrence("FREQ=MONTHLY;BYDAY=1TH;COUNT=12"),
    )


def starts(entry: Entry, now: datetime) -> list[float]:
    """Give the starts of a series as zoneinfo has them."""
    assert entry.starts_at is not None
    assert entry.recurrence is not None
    wall = entry.starts_at.astimezone(ZoneInfo(entry.zone)).replace(tzinfo=None)
    series = Series(
        wall,
        entry.zone,
        entry.recurrence.rule,
        exceptions=frozenset(entry.recurrence.exceptions),
        extra=entry.recurrence.extra,
    )
    return [each.starts_at.timestamp() for each in expand(series, now)]


@javascript
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
def test_ical_js_keeps_a_series_at_its_hour_over_the_changes_of_clocks(
    zone: str, now: datetime
) -> None:
    recurrence = Recurrence(
        "FREQ=MONTHLY;BYDAY=1TH;COUNT=12",
        exceptions=(date(2027, 1, 7),),
        extra=(datetime(2027, 6, 8, 9, tzinfo=UTC),),
    )
    entry = replace(open_hour(zone), recurrence=recurrence)
    [answer] = read(calendars=[write_calendar([entry], now=now).decode()])["calendars"]
    [event] = answer["icalJs"]
    assert event["starts"] == starts(entry, now)


@javascript
def test_a_series_in_a_zone_without_rules_is_read_as_single_occurrences(now: datetime) -> None:
    entry = open_hour("Africa/Casablanca")
    [answer] = read(calendars=[write_calendar([entry], now=now).decode()])["calendars"]
    assert [event["starts"] for event in answer["icalJs"]] == [
        [each] for each in starts(entry, now)
    ]
    assert {event["uid"] for event in answer["icalJs"]} == {entry.uid}


@javascript
def test_both_readers_understand_the_texts_and_times_of_an_event(now: datetime) -> None:
    entry = replace(open_hour(), recurrence=None)
    feed = Feed("Événements", "https://news.example.org/fr/events.ics", "fr")
    [answer] = read(calendars=[write_calendar([entry], feed=feed, now=now).decode()])["calendars"]
    [first], [second] = answer["icalJs"], answer["nodeIcal"]
    for event in (first, second):
        assert event["uid"] == entry.uid
        assert event["summary"] == entry.title
        assert event["description"] == f"{entry.link}\n\n{entry.description}\n\n{entry.url}"
        assert event["status"] == "CONFIRMED"
    assert entry.starts_at is not None
    assert entry.ends_at is not None
    assert first["starts"] == [entry.starts_at.timestamp()]
    assert (second["start"], second["end"]) == (
        entry.starts_at.timestamp(),
        entry.ends_at.timestamp(),
    )


@javascript
def test_a_backslash_before_a_letter_stays_one(now: datetime) -> None:
    # Not asked of node-ical 0.27: it reads what RFC 5545 §3.3.11 escapes (`\\N`) as a line break.
    entry = replace(open_hour(), recurrence=None, title="Folder C:\\News, \\new; \\\\")
    [answer] = read(calendars=[write_calendar([entry], now=now).decode()])["calendars"]
    assert answer["icalJs"][0]["summary"] == entry.title


@javascript
def test_an_invitation_and_its_end_are_read_as_one_event(now: datetime) -> None:
    entry = replace(open_hour(), recurrence=None)
    guest = Attendee("ana@example.org", 'Ana "la Minera" Ñ')
    read_ones = read(
        calendars=[
            write_calendar([entry], method=method, attendee=guest, now=now).decode()
            for method in (Method.REQUEST, Method.CANCEL)
        ]
    )["calendars"]
    [request], [cancel] = (answer["icalJs"] for answer in read_ones)
    assert request["uid"] == cancel["uid"]
    assert request["attendees"] == cancel["attendees"] == ["mailto:ana@example.org"]
    assert (request["status"], cancel["status"]) == ("CONFIRMED", "CANCELLED")
    assert cancel["sequence"] == request["sequence"] + 1
    assert [answer["nodeIcal"][0]["method"] for answer in read_ones] == ["REQUEST", "CANCEL"]


@javascript
def test_a_moved_occurrence_is_known_by_its_original_moment(now: datetime) -> None:
    moved = Override(
        date(2027, 4, 1), datetime(2027, 4, 2, 9, tzinfo=UTC), None, EventStatus.CONFIRMED, 3
    )
    [answer] = read(
        calendars=[write_calendar([replace(open_hour(), overrides=(moved,))], now=now).decode()]
    )["calendars"]
    series, occurrence = answer["icalJs"]
    assert series["recurrenceId"] is None
    assert occurrence["recurrenceId"] == datetime(2027, 4, 1, 13, tzinfo=UTC).timestamp()
    assert occurrence["starts"] == [moved.starts_at.timestamp()]
