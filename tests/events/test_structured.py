"""JSON-LD of events: what search engines are told, and what they are not."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from outreach.events.models import EventKind, EventStatus
from outreach.events.structured import Performer, Surroundings, event_data
from tests.events.test_calendar_links import EVENT, PAGE

AROUND = Surroundings(site_url="https://example.org/fr/", organisation="Réseau d’exemple")


def test_times_carry_the_offset_of_the_place() -> None:
    data = event_data(EVENT, AROUND)
    assert data["startDate"] == "2026-12-04T00:30:00+01:00"
    assert data["endDate"] == "2026-12-04T01:30:00+01:00"
    summer = replace(EVENT, starts_at=datetime(2026, 7, 1, 12, tzinfo=UTC), ends_at=None)
    assert event_data(summer, AROUND)["startDate"] == "2026-07-01T14:00:00+02:00"
    assert "endDate" not in event_data(summer, AROUND)


def test_a_day_without_an_hour_is_a_date() -> None:
    day = replace(EVENT, starts_at=None, ends_at=None, zone="")
    assert event_data(day, AROUND)["startDate"] == "2026-12-03"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (EventStatus.CONFIRMED, "EventScheduled"),
        (EventStatus.TENTATIVE, "EventScheduled"),
        (EventStatus.CANCELLED, "EventCancelled"),
        (EventStatus.POSTPONED, "EventPostponed"),
    ],
)
def test_each_status_has_its_word(status: EventStatus, said: str) -> None:
    data = event_data(replace(EVENT, status=status), AROUND)
    assert data["eventStatus"] == f"https://schema.org/{said}"


def test_a_moved_event_says_when_it_was_to_be_and_a_cancelled_one_stays_cancelled() -> None:
    moved = replace(AROUND, previous_start=datetime(2026, 12, 1, 14, tzinfo=UTC))
    data = event_data(EVENT, moved)
    assert data["eventStatus"].endswith("/EventRescheduled")
    assert data["previousStartDate"] == "2026-12-01T15:00:00+01:00"
    cancelled = event_data(replace(EVENT, status=EventStatus.CANCELLED), moved)
    assert cancelled["eventStatus"].endswith("/EventCancelled")
    back_again = event_data(EVENT, replace(AROUND, previous_start=EVENT.starts_at))
    assert back_again["eventStatus"].endswith("/EventScheduled")


def test_the_organiser_is_whoever_is_named_else_the_site() -> None:
    assert event_data(EVENT, AROUND)["organizer"]["url"] == AROUND.site_url
    other = event_data(replace(EVENT, organiser="Autre fondation"), AROUND)["organizer"]
    assert other == {"@type": "Organization", "name": "Autre fondation"}


def test_speakers_picture_and_recording_are_said_where_there_are_any() -> None:
    bare = event_data(EVENT, AROUND)
    assert not {"performer", "image", "recordedIn"} & bare.keys()
    rich = replace(
        AROUND,
        performers=[Performer("Ana Díaz", "Cooperativa"), Performer("Bo")],
        image_url="https://example.org/media/x.png",
        recording_url="https://example.org/film",
        languages=["fr", "es"],
    )
    data = event_data(EVENT, rich)
    assert data["performer"][0]["affiliation"]["name"] == "Cooperativa"
    assert "affiliation" not in data["performer"][1]
    assert data["image"] == ["https://example.org/media/x.png"]
    assert data["recordedIn"]["url"] == "https://example.org/film"
    assert data["inLanguage"] == ["fr", "es"]


def test_a_deadline_is_attended_by_nobody() -> None:
    assert "eventAttendanceMode" in event_data(EVENT, AROUND)
    deadline = event_data(replace(EVENT, kind=EventKind.DEADLINE), AROUND)
    assert "eventAttendanceMode" not in deadline


def test_it_is_plain_json() -> None:
    assert json.loads(json.dumps(event_data(EVENT, AROUND)))["url"] == PAGE
