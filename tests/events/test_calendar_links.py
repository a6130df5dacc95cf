"""Links to calendars of the web: what they carry, and that they carry it whole."""

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from outreach.events.calendar_links import calendar_links, details
from outreach.events.entry import Entry, Recurrence
from outreach.events.models import EventKind, EventStatus

PAGE = "https://example.org/fr/events/open-hour"
EVENT = Entry(
    uid="event-open-hour@example.org",
    language="fr",
    title="Heure ouverte & thé + café",
    summary="Une heure pour vos questions.",
    description="Première ligne\nDeuxième <ligne>",
    url=PAGE,
    link="https://example.org/register?a=1&b=2",
    day=date(2026, 12, 3),
    starts_at=datetime(2026, 12, 3, 23, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 4, 0, 30, tzinfo=UTC),
    zone="Europe/Paris",
    kind=EventKind.MEETING,
    status=EventStatus.CONFIRMED,
    sequence=0,
    changed_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def queries(entry: Entry) -> dict[str, dict[str, str]]:
    """Read each link back as a server does."""
    return {
        link.name: {
            key: values[0]
            for key, values in parse_qs(urlsplit(link.url).query, strict_parsing=True).items()
        }
        for link in calendar_links(entry)
    }


def test_each_calendar_gets_the_same_moment_in_utc() -> None:
    asked = queries(EVENT)
    assert asked["Google"]["dates"] == "20261203T233000Z/20261204T003000Z"
    for name in ("Outlook.com", "Microsoft 365"):
        assert asked[name]["startdt"] == "2026-12-03T23:30:00Z"
        assert asked[name]["enddt"] == "2026-12-04T00:30:00Z"
    assert (asked["Yahoo"]["st"], asked["Yahoo"]["et"]) == ("20261203T233000Z", "20261204T003000Z")


def test_a_day_without_an_hour_is_a_whole_day() -> None:
    asked = queries(replace(EVENT, starts_at=None, ends_at=None))
    assert asked["Google"]["dates"] == "20261203/20261204"
    assert asked["Outlook.com"]["allday"] == "true"
    assert asked["Outlook.com"]["startdt"] == "2026-12-03"
    assert (asked["Yahoo"]["st"], asked["Yahoo"]["dur"]) == ("20261203", "allday")
    assert "et" not in asked["Yahoo"]


def test_an_unknown_end_is_an_hour_later() -> None:
    asked = queries(replace(EVENT, ends_at=None))
    assert asked["Google"]["dates"] == "20261203T233000Z/20261204T003000Z"


def test_a_series_goes_by_the_clocks_of_its_zone() -> None:
    asked = queries(replace(EVENT, recurrence=Recurrence("FREQ=MONTHLY;BYDAY=1TH")))
    assert asked["Google"]["recur"] == "RRULE:FREQ=MONTHLY;BYDAY=1TH"
    assert asked["Google"]["ctz"] == "Europe/Paris"


def test_titles_come_back_letter_by_letter_and_blanks_are_no_pluses() -> None:
    for link in calendar_links(EVENT):
        query = urlsplit(link.url).query
        assert "+" not in query
        assert EVENT.title in parse_qs(query).get("text", []) + parse_qs(query).get(
            "subject", []
        ) + parse_qs(query).get("title", [])


def test_outlook_shows_lines_and_no_markup_of_strangers() -> None:
    body = queries(EVENT)["Outlook.com"]["body"]
    assert "Première ligne<br>Deuxième &lt;ligne&gt;" in body


@given(words=some.text(max_size=3_000), link=some.sampled_from(["", EVENT.link]))
def test_a_description_begins_with_the_link_and_is_never_too_long(words: str, link: str) -> None:
    said = details(replace(EVENT, description=words, link=link))
    assert len(said) <= 1_000
    assert said.startswith(link or PAGE)


def test_a_time_without_zone_is_refused() -> None:
    naive = datetime(2026, 12, 3, 23, 30)
    with pytest.raises(ValueError, match="without its zone"):
        calendar_links(replace(EVENT, starts_at=naive, ends_at=None))
