"""Calendars as bytes: what RFC 5545, 5546 and 7986 ask, and what readers make of less."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from outreach.errors import Refused
from outreach.events.calendar import Attendee, Feed, Method, write_calendar
from outreach.events.entry import Entry, Override, Recurrence
from outreach.events.models import EventKind, EventStatus

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
CHANGED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
ENTRY = Entry(
    uid="water@news.example.org",
    language="en",
    title="Water and mines",
    summary="In short.",
    description="What mines do to rivers.",
    url="https://news.example.org/en/events/water",
    link="https://news.example.org/r/water",
    day=date(2026, 12, 3),
    starts_at=datetime(2026, 12, 3, 14, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 3, 15, 30, tzinfo=UTC),
    zone="Europe/Paris",
    kind=EventKind.WEBINAR,
    status=EventStatus.CONFIRMED,
    sequence=4,
    changed_at=CHANGED,
    organiser="Women’s Rights and Mining",
    organiser_address="rsvp+abc@news.example.org",
)
SERIES = replace(ENTRY, recurrence=Recurrence("FREQ=MONTHLY;BYDAY=1TH"))
DAY = replace(ENTRY, starts_at=None, ends_at=None, zone="", kind=EventKind.DEADLINE)
GUEST = Attendee("ana@example.org", "Ana Ñandú")
FEED = Feed("Events", "https://news.example.org/en/events.ics", "en")


def published(*entries: Entry, feed: Feed | None = None, now: datetime = NOW) -> bytes:
    """Give what a feed or a download holds."""
    return write_calendar(entries, feed=feed, now=now)


def invited(entry: Entry, method: Method = Method.REQUEST) -> list[str]:
    """Give the lines of an invitation, or of its end."""
    return lines(write_calendar([entry], method=method, attendee=GUEST, now=NOW))


def lines(raw: bytes) -> list[str]:
    """Give the unfolded lines."""
    return raw.decode().replace("\r\n ", "").split("\r\n")[:-1]


def named(found: Sequence[str], name: str) -> list[str]:
    """Give the lines of one property, with its parameters."""
    return [line for line in found if line.startswith((f"{name}:", f"{name};"))]


def value(raw: bytes, name: str) -> str:
    """Give the value of the only property of that name that the library reads in the event."""
    return str(Calendar.from_ical(raw).walk("VEVENT")[0][name])


def cancelled(original: date, starts_at: datetime) -> Override:
    """Give one occurrence that does not take place."""
    return Override(original, starts_at, None, EventStatus.CANCELLED, 5)


@pytest.mark.parametrize("text", ["é" * 200, "🏔️" * 90, "漢字" * 100, "plain " * 60])
def test_lines_end_in_crlf_and_no_fold_splits_a_character(text: str) -> None:
    raw = published(replace(ENTRY, title=text.strip(), description=text))
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert value(raw, "SUMMARY") == text.strip()


def test_special_characters_are_escaped_and_control_characters_are_dropped() -> None:
    title = "a\\b; c, d\x00\x07\x7f\x85e \\N \\n"
    raw = published(replace(ENTRY, title=title, description="one\r\ntwo\rthree\u2028four"))
    assert named(lines(raw), "SUMMARY") == [r"SUMMARY;LANGUAGE=en:a\\b\; c\, d e \\N \\n"]
    assert r"one\ntwo\nthree\nfour" in named(lines(raw), "DESCRIPTION")[0]


def test_version_product_scale_and_one_method_stand_at_the_top() -> None:
    assert lines(published(ENTRY, SERIES, feed=FEED))[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Outreach//Events//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for method in (Method.REQUEST, Method.CANCEL):
        assert named(invited(ENTRY, method), "METHOD") == [f"METHOD:{method}"]


def test_the_uid_is_the_same_in_every_method_and_language() -> None:
    french = replace(ENTRY, language="fr", title="Eau et mines")
    everywhere = [lines(published(ENTRY)), lines(published(french)), invited(ENTRY)]
    everywhere.append(invited(french, Method.CANCEL))
    assert {named(found, "UID")[0] for found in everywhere} == {"UID:water@news.example.org"}


@pytest.mark.parametrize("uid", ["Water@x.example", "water", "wäter@x.example", "a\r\nB:c@x.ex"])
def test_a_uid_that_is_not_lower_case_ascii_at_a_domain_is_refused(uid: str) -> None:
    with pytest.raises(Refused):
        published(replace(ENTRY, uid=uid))


def test_an_occurrence_carries_the_uid_of_its_series_and_its_original_moment() -> None:
    one = replace(ENTRY, original=date(2026, 12, 3))
    moved = replace(
        one,
        starts_at=datetime(2026, 12, 4, 9, 0, tzinfo=UTC),
        ends_at=None,
        original_start=ENTRY.starts_at,
    )
    for entry in (one, moved):
        assert named(invited(entry), "RECURRENCE-ID") == ["RECURRENCE-ID:20261203T140000Z"]
    assert "DTSTART:20261204T090000Z" in invited(moved)


def test_an_occurrence_that_vanished_is_cancelled_and_not_deleted() -> None:
    override = cancelled(date(2027, 7, 1), datetime(2027, 7, 1, 13, 0, tzinfo=UTC))
    found = lines(published(replace(SERIES, overrides=(override,))))
    assert "RECURRENCE-ID;TZID=Europe/Paris:20270701T150000" in found
    assert named(found, "STATUS") == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]
    assert named(found, "SEQUENCE") == ["SEQUENCE:4", "SEQUENCE:5"]
    assert not named(found, "EXDATE")


def test_an_invitation_to_a_series_leaves_out_what_was_cancelled() -> None:
    override = cancelled(date(2027, 7, 1), datetime(2027, 7, 1, 13, 0, tzinfo=UTC))
    found = invited(replace(SERIES, overrides=(override,)))
    assert named(found, "EXDATE") == ["EXDATE;TZID=Europe/Paris:20270701T150000"]
    assert named(found, "STATUS") == ["STATUS:CONFIRMED"]


def test_the_stamp_is_the_last_change_in_feeds_and_the_moment_in_invitations() -> None:
    assert named(lines(published(ENTRY, feed=FEED)), "DTSTAMP") == ["DTSTAMP:20261101T080000Z"]
    assert named(invited(ENTRY), "DTSTAMP") == ["DTSTAMP:20261123T090000Z"]


def test_a_feed_is_the_same_bytes_a_second_later() -> None:
    entries = (ENTRY, SERIES, DAY, replace(SERIES, zone="Africa/Casablanca"))
    assert published(*entries, feed=FEED) == published(*entries, feed=FEED, now=LATER)


def test_the_sequence_is_the_stored_one_and_one_more_where_only_the_seat_goes() -> None:
    gone = replace(ENTRY, status=EventStatus.CANCELLED, sequence=5)
    assert named(invited(ENTRY), "SEQUENCE") == ["SEQUENCE:4"]
    assert named(invited(ENTRY, Method.CANCEL), "SEQUENCE") == ["SEQUENCE:5"]
    assert named(invited(gone, Method.CANCEL), "SEQUENCE") == ["SEQUENCE:5"]


def test_a_single_occurrence_is_in_utc_and_a_series_in_its_zone() -> None:
    assert "DTSTART:20261203T140000Z" in lines(published(ENTRY))
    assert "VTIMEZONE" not in published(ENTRY).decode()
    found = lines(published(SERIES))
    assert "DTSTART;TZID=Europe/Paris:20261203T150000" in found
    assert "RRULE:FREQ=MONTHLY;BYDAY=1TH" in found


def test_two_series_in_one_zone_share_its_definition() -> None:
    other = replace(SERIES, uid="other@news.example.org", zone="America/Lima")
    third = replace(SERIES, uid="third@news.example.org")
    found = lines(published(SERIES, other, third))
    assert named(found, "TZID") == ["TZID:America/Lima", "TZID:Europe/Paris"]
    assert not named(found, "RDATE")


def test_no_time_floats() -> None:
    found = lines(published(ENTRY, replace(SERIES, uid="other@news.example.org")))
    in_events = "\n".join(found[found.index("BEGIN:VEVENT") :]).splitlines()
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        for line in named(in_events, name):
            assert line.endswith("Z") or ";TZID=" in line


def test_exceptions_and_further_dates_stand_in_the_zone_of_the_series() -> None:
    recurrence = Recurrence(
        "FREQ=MONTHLY;BYDAY=1TH", (date(2027, 7, 1),), (datetime(2027, 7, 8, 12, 0, tzinfo=UTC),)
    )
    found = lines(published(replace(SERIES, recurrence=recurrence)))
    assert "EXDATE;TZID=Europe/Paris:20270701T150000" in found
    assert "RDATE;TZID=Europe/Paris:20270708T140000" in found


def test_a_series_in_a_zone_without_rules_is_one_event_an_occurrence() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;COUNT=20", (date(2026, 12, 10),))
    override = cancelled(date(2026, 12, 17), datetime(2026, 12, 17, 14, 0, tzinfo=UTC))
    entry = replace(SERIES, zone="Africa/Casablanca", recurrence=recurrence, overrides=(override,))
    found = lines(published(entry))
    assert not named(found, "RRULE")
    assert "BEGIN:VTIMEZONE" not in found
    assert len(named(found, "RECURRENCE-ID")) == 19
    assert "RECURRENCE-ID:20261210T140000Z" not in found
    assert named(found, "STATUS")[:2] == ["STATUS:CONFIRMED", "STATUS:CANCELLED"]
    assert all(line.endswith("Z") for line in named(found, "DTSTART"))


@pytest.mark.parametrize(
    ("ending", "in_its_zone"),
    [
        (";COUNT=6", True),
        (";UNTIL=20271231T000000Z", True),
        (";COUNT=120", False),
        (";UNTIL=20361231T000000Z", False),
        ("", False),
    ],
)
def test_a_series_keeps_its_zone_while_the_rule_of_the_zone_holds(
    ending: str, in_its_zone: bool
) -> None:
    recurrence = Recurrence(f"FREQ=MONTHLY;BYDAY=1TH{ending}")
    found = lines(published(replace(SERIES, zone="Africa/Cairo", recurrence=recurrence)))
    assert ("TZID:Africa/Cairo" in found) is in_its_zone
    assert bool(named(found, "RECURRENCE-ID")) is not in_its_zone


def test_an_event_without_an_end_lasts_an_hour() -> None:
    assert "DTEND:20261203T150000Z" in lines(published(replace(ENTRY, ends_at=None)))


@pytest.mark.parametrize("ends_at", [ENTRY.starts_at, CHANGED])
def test_an_end_that_is_not_later_is_refused(ends_at: datetime) -> None:
    with pytest.raises(Refused, match="ends before it begins"):
        published(replace(ENTRY, ends_at=ends_at))


def test_a_day_is_written_as_a_day_that_ends_on_the_next() -> None:
    found = lines(published(DAY))
    assert "DTSTART;VALUE=DATE:20261203" in found
    assert "DTEND;VALUE=DATE:20261204" in found
    assert "TRANSP:TRANSPARENT" in found


def test_a_day_cannot_repeat() -> None:
    with pytest.raises(Refused, match="needs an hour"):
        published(replace(DAY, recurrence=SERIES.recurrence))


@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL])
def test_an_invitation_has_exactly_one_attendee_and_an_organiser(method: Method) -> None:
    found = invited(ENTRY, method)
    assert named(found, "ATTENDEE") == [
        'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Ana Ñandú":'
        "mailto:ana@example.org"
    ]
    assert named(found, "ORGANIZER") == [
        'ORGANIZER;CN="Women’s Rights and Mining":mailto:rsvp+abc@news.example.org'
    ]
    assert "SENT-BY" not in "".join(found)


@pytest.mark.parametrize("entry", [ENTRY, SERIES])
def test_the_end_of_an_invitation_says_cancelled(entry: Entry) -> None:
    assert named(invited(entry, Method.CANCEL), "STATUS") == ["STATUS:CANCELLED"]


def test_what_is_published_names_no_attendee_and_one_organiser() -> None:
    found = lines(published(ENTRY, feed=FEED))
    assert not named(found, "ATTENDEE")
    assert len(named(found, "ORGANIZER")) == 1


def test_the_link_is_the_first_line_of_the_description_the_place_and_the_url() -> None:
    raw = published(ENTRY)
    assert value(raw, "DESCRIPTION").split("\n") == [
        ENTRY.link,
        "",
        ENTRY.description,
        "",
        ENTRY.url,
    ]
    assert value(raw, "LOCATION") == value(raw, "URL") == ENTRY.link


def test_without_a_link_the_page_takes_its_place() -> None:
    raw = published(replace(ENTRY, link="", description=""))
    assert value(raw, "DESCRIPTION") == f"{ENTRY.url}\n\n{ENTRY.summary}"
    assert value(raw, "URL") == ENTRY.url


def test_a_feed_says_its_name_its_source_and_how_often_to_look() -> None:
    found = lines(published(ENTRY, feed=replace(FEED, name="Events, all; \\Now")))
    assert r"NAME;LANGUAGE=en:Events\, all\; \\Now" in found
    assert r"X-WR-CALNAME:Events\, all\; \\Now" in found
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in found
    assert "X-PUBLISHED-TTL:PT6H" in found
    assert f"SOURCE;VALUE=URI:{FEED.url}" in found


def test_a_download_and_an_invitation_say_nothing_of_feeds() -> None:
    for found in (lines(published(ENTRY)), invited(ENTRY)):
        for name in ("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE"):
            assert not named(found, name)


@pytest.mark.parametrize(
    ("status", "language", "title"),
    [
        (EventStatus.CANCELLED, "en", "Cancelled: Water and mines"),
        (EventStatus.CANCELLED, "fr", "Annulé\u00a0: Water and mines"),
        (EventStatus.CANCELLED, "es", "Cancelado: Water and mines"),
        (EventStatus.POSTPONED, "fr", "Reporté\u00a0: Water and mines"),
    ],
)
def test_what_does_not_take_place_stays_and_says_so(
    status: EventStatus, language: str, title: str
) -> None:
    raw = published(replace(ENTRY, status=status, language=language), feed=FEED)
    assert value(raw, "SUMMARY") == title
    assert "STATUS:CANCELLED" in lines(raw)


def test_a_tentative_event_says_so() -> None:
    assert "STATUS:TENTATIVE" in lines(published(replace(ENTRY, status=EventStatus.TENTATIVE)))


def test_texts_say_their_language() -> None:
    found = lines(published(replace(ENTRY, language="pt-BR")))
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        assert named(found, name)[0].startswith(f"{name};LANGUAGE=pt-BR:")


def test_an_alarm_is_there_only_when_asked_for() -> None:
    raw = write_calendar([ENTRY], alarm=timedelta(minutes=15), now=NOW)
    assert "TRIGGER:-PT15M" in lines(raw)
    assert "ACTION:DISPLAY" in lines(raw)
    assert b"VALARM" not in published(ENTRY)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 3, 14, 0),
        datetime(2026, 12, 3, 14, 0, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_a_time_that_is_not_utc_is_refused(moment: datetime) -> None:
    for changed in (
        replace(ENTRY, starts_at=moment),
        replace(ENTRY, ends_at=moment + timedelta(hours=9)),
        replace(ENTRY, changed_at=moment),
    ):
        with pytest.raises(Refused, match="needs times in UTC"):
            published(changed)


@pytest.mark.parametrize(
    "address", ["", "a", "a@b\r\nX:1", "a b@c.example", "\x85@c.example", "a@b.example;X=1"]
)
def test_an_address_that_could_break_a_line_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        published(replace(ENTRY, organiser_address=address))
    with pytest.raises(Refused):
        write_calendar([ENTRY], method=Method.REQUEST, attendee=Attendee(address), now=NOW)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://", "mailto:a@b.example"])
def test_a_link_that_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(Refused, match="cannot hold the link"):
        published(replace(ENTRY, link=link))


def test_letters_beyond_ascii_in_a_link_are_encoded() -> None:
    raw = published(replace(ENTRY, link="https://x.example/é?a=1,2&b=%20"))
    assert "URL:https://x.example/%C3%A9?a=1,2&b=%20" in lines(raw)


def test_quotation_marks_in_a_name_become_typographic_ones() -> None:
    found = lines(published(replace(ENTRY, organiser='The "Mine"\r\nX:1; group')))
    assert 'ORGANIZER;CN="The “Mine” X:1; group":mailto:rsvp+abc@news.example.org' in found


def test_calls_that_make_no_sense_are_mistakes_of_the_caller() -> None:
    gone = replace(ENTRY, status=EventStatus.POSTPONED)
    with pytest.raises(ValueError, match="one attendee"):
        write_calendar([ENTRY], attendee=GUEST, now=NOW)
    with pytest.raises(ValueError, match="one attendee"):
        write_calendar([ENTRY], method=Method.CANCEL, now=NOW)
    with pytest.raises(ValueError, match="one event"):
        write_calendar([ENTRY, DAY], method=Method.REQUEST, attendee=GUEST, now=NOW)
    with pytest.raises(ValueError, match="nobody is invited"):
        write_calendar([gone], method=Method.REQUEST, attendee=GUEST, now=NOW)


def test_a_feed_without_events_is_a_calendar_still() -> None:
    assert lines(published(feed=FEED))[-1] == "END:VCALENDAR"


HOSTILE = st.text(st.characters(codec=None), max_size=120) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "END:VEVENT", "\\N", "\\", ";", ",", '"', "^n", "é", "\x00", ":"]
    ),
    max_size=25,
).map("".join)


@given(title=HOSTILE, description=HOSTILE, organiser=HOSTILE)
def test_no_text_breaks_a_calendar(title: str, description: str, organiser: str) -> None:
    entry = replace(ENTRY, title=title, description=description, organiser=organiser)
    raw = published(entry)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    found = lines(raw)
    assert [line for line in found if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert len(found) == len(lines(published(ENTRY)))
    control = set(map(chr, [*range(32), *range(127, 160)]))
    assert not control & set("".join(found))
