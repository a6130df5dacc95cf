"""Events: which are next, which are over, and how each looks inside another text."""

from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.content.site import load_site
from outreach.errors import NotFound
from outreach.events.models import EventStatus
from outreach.events.queries import card, coming, event, open_card, past, shown, upcoming
from tests.writing import EVENT, Home, text

DAY_ONLY = 'kind = "deadline"\ndate = {day}\n'


def slugs(home: Home, now: datetime) -> tuple[list[str], list[str]]:
    """Give the slugs of upcoming and of past events."""
    with home.database.reading() as session:
        return (
            [row.slug for row in upcoming(session, 10, "", now)],
            [row.slug for row in past(session, 10, now)],
        )


@pytest.fixture
def talks(home: Home) -> Home:
    """Give a home with a talk on 1 December, a deadline on the 2nd, and an old meeting."""
    home.write("content/events/talk/event.toml", EVENT)
    home.write("content/events/line/event.toml", DAY_ONLY.format(day="2026-12-02"))
    home.write("content/events/old/event.toml", 'kind = "meeting"\ndate = 2020-06-23\n')
    for slug in ("talk", "line", "old"):
        home.write(f"content/events/{slug}/en.md", text(slug))
    home.write("content/events/talk/fr.md", text("Causerie"))
    assert home.faults() == []
    return home


def test_events_are_next_until_they_end(talks: Home) -> None:
    end = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
    assert slugs(talks, talks.now) == (["talk", "line"], ["old"])
    assert slugs(talks, end - timedelta(seconds=1)) == (["talk", "line"], ["old"])
    assert slugs(talks, end) == (["line"], ["talk", "old"])


def test_a_day_lasts_until_it_has_ended_everywhere_on_earth(talks: Home) -> None:
    assert "line" in slugs(talks, datetime(2026, 12, 3, 11, 59, tzinfo=UTC))[0]
    assert "line" in slugs(talks, datetime(2026, 12, 3, 12, 0, tzinfo=UTC))[1]


def test_upcoming_events_can_be_of_one_topic_and_few(talks: Home) -> None:
    with talks.database.reading() as session:
        assert [row.slug for row in upcoming(session, 9, "news", talks.now)] == ["talk"]
        assert [row.slug for row in upcoming(session, 1, "", talks.now)] == ["talk"]
        assert upcoming(session, 9, "gone", talks.now) == []


def test_a_wall_time_becomes_the_moment_that_its_zone_means(talks: Home) -> None:
    with talks.database.reading() as session:
        row = event(session, "talk")
        assert row.starts_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
        assert (row.date, row.zone) == (date(2026, 12, 1), "Europe/Paris")
        with pytest.raises(NotFound):
            event(session, "gone")


def test_an_hour_that_happens_twice_can_be_chosen(talks: Home) -> None:
    content = EVENT.replace("2026-12-01T15:00:00", "2026-10-25T02:30:00")
    content = content.replace("2026-12-01T16", "2026-10-25T09")
    for which, hour in (("earlier", 0), ("later", 1)):
        talks.write("content/events/talk/event.toml", f'{content}which = "{which}"\n')
        assert talks.faults() == []
        with talks.database.reading() as session:
            starts = event(session, "talk").starts_at
            assert starts == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_a_card_is_in_the_readers_language_or_the_next_best(talks: Home) -> None:
    with talks.database.reading() as session:
        site = load_site(session, talks.links)
        row = shown(session, event(session, "talk"), talks.now)
        french = open_card(row, site, talks.links, "fr", now=talks.now)
        assert french
        assert (french.title, french.kind) == ("Causerie", "Webinaire")
        assert french.url == talks.links.to_event("fr", "talk")
        assert french.register_url == "https://example.org/register"
        assert french.calendar_url == talks.links.to_event_file("fr", "talk")
        row.event.recording_url = "https://example.org/film"
        afterwards = open_card(row, site, talks.links, "fr", now=talks.now + timedelta(days=30))
        assert afterwards
        assert (afterwards.register_url, afterwards.calendar_url) == ("", "")
        assert afterwards.recording_url == "https://example.org/film"
        other = card(shown(session, event(session, "line"), talks.now), site, talks.links, "fr")
        assert other
        assert (other.title, other.starts_at) == ("line", None)


def test_an_event_without_any_text_is_nowhere_listed(talks: Home) -> None:
    talks.remove("content/events/line/en.md")
    talks.sync()
    assert slugs(talks, talks.now) == (["talk"], ["old"])
    with talks.database.reading() as session:
        site = load_site(session, talks.links)
        assert (
            card(shown(session, event(session, "line"), talks.now), site, talks.links, "en") is None
        )


SERIES = """\
kind = "meeting"
start = 2026-10-01T15:00:00
duration = 60
zone = "Europe/Paris"

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=4"
"""


@pytest.fixture
def series(home: Home) -> Home:
    """Give a home with a talk on the first Thursdays from October to January."""
    home.write("content/events/hour/event.toml", SERIES)
    home.write("content/events/hour/en.md", text("Hour"))
    assert home.faults() == []
    return home


def listed(home: Home, now: datetime) -> list[tuple[date, EventStatus]]:
    """Give days and statuses of what is upcoming."""
    with home.database.reading() as session:
        return [(row.date, row.status) for row in upcoming(session, 10, "", now)]


def test_a_series_is_listed_once_by_its_next_occurrence(series: Home) -> None:
    assert listed(series, series.now) == [(date(2026, 12, 3), EventStatus.CONFIRMED)]
    end = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
    assert listed(series, end - timedelta(seconds=1))[0][0] == date(2026, 12, 3)
    assert listed(series, end)[0][0] == date(2027, 1, 7)
    assert slugs(series, series.now) == (["hour"], [])


def test_a_series_is_past_after_its_last_occurrence(series: Home) -> None:
    after = datetime(2027, 1, 7, 15, 0, tzinfo=UTC)
    assert slugs(series, after) == ([], ["hour"])
    with series.database.reading() as session:
        assert [row.date for row in past(session, 9, after)] == [date(2027, 1, 7)]
        assert shown(session, event(session, "hour"), after).date == date(2027, 1, 7)


def test_a_cancelled_occurrence_is_passed_over_for_the_next(series: Home) -> None:
    more = "\n[[override]]\ndate = 2026-12-03\ncancelled = true\n"
    series.write("content/events/hour/event.toml", SERIES + more)
    assert series.faults() == []
    assert listed(series, series.now) == [(date(2027, 1, 7), EventStatus.CONFIRMED)]
    with series.database.reading() as session:
        row = event(session, "hour")
        assert [each.status for each in coming(session, row, 9, series.now)] == [
            EventStatus.CANCELLED,
            EventStatus.CONFIRMED,
        ]


@pytest.mark.parametrize(("status", "said"), [("cancelled", "annulé"), ("postponed", "reporté")])
def test_what_does_not_take_place_keeps_its_card_and_says_so(
    talks: Home, status: str, said: str
) -> None:
    talks.write("content/events/talk/event.toml", f'{EVENT}status = "{status}"\n')
    assert talks.faults() == []
    assert slugs(talks, talks.now) == (["talk", "line"], ["old"])
    with talks.database.reading() as session:
        site = load_site(session, talks.links)
        row = shown(session, event(session, "talk"), talks.now)
        french = open_card(row, site, talks.links, "fr", now=talks.now)
        assert french
        assert french.kind == f"Webinaire – {said}"
        assert (french.register_url, french.calendar_url) == ("", "")


def test_one_registers_for_a_built_in_registration_on_a_page_of_ours(talks: Home) -> None:
    content = EVENT.replace('registration = "https://example.org/register"', "registration = {}")
    talks.write("content/events/talk/event.toml", content)
    assert talks.faults() == []
    with talks.database.reading() as session:
        site = load_site(session, talks.links)
        row = shown(session, event(session, "talk"), talks.now)
        english = open_card(row, site, talks.links, "en", now=talks.now)
        assert english
        assert english.register_url == talks.links.to_register("en", "talk")
        mailed = open_card(row, site, talks.links, "en", now=talks.now, mailed=True)
        assert mailed
        assert mailed.register_url == f"{english.register_url}[[ register_path ]]"


def test_what_has_no_end_stays_for_an_hour(talks: Home) -> None:
    content = EVENT.replace("end = 2026-12-01T16:30:00\n", "")
    talks.write("content/events/talk/event.toml", content)
    assert talks.faults() == []
    end = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    assert "talk" in slugs(talks, end - timedelta(seconds=1))[0]
    assert "talk" in slugs(talks, end)[1]
