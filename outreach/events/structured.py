"""What search engines read of an event: schema.org `Event` as JSON-LD."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from outreach.events.entry import Entry
from outreach.events.models import EventKind, EventStatus
from outreach.events.state import TAKES_PLACE
from outreach.times import zone

_STATUS = {
    EventStatus.CONFIRMED: "EventScheduled",
    EventStatus.TENTATIVE: "EventScheduled",
    EventStatus.CANCELLED: "EventCancelled",
    EventStatus.POSTPONED: "EventPostponed",
}


@dataclass(frozen=True)
class Performer:
    """Somebody who speaks or moderates."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What an entry does not say of its event."""

    site_url: str
    organisation: str
    performers: Sequence[Performer] = ()
    image_url: str = ""
    recording_url: str = ""
    previous_start: datetime | None = None
    languages: Sequence[str] = field(default_factory=tuple)
    """That are spoken or interpreted; the entry's own where nothing is said."""


def event_data(entry: Entry, around: Surroundings) -> dict[str, Any]:
    """Give the JSON-LD of one occurrence: times with their offset, links at our own domain.

    Nothing personal is in it: `location` is the public page, never a link to join.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": entry.url,
        "name": entry.title,
        "description": entry.summary,
        "url": entry.url,
        "startDate": _time(entry, entry.starts_at),
        "eventStatus": f"https://schema.org/{_status(entry, around)}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": entry.link or entry.url},
        "inLanguage": list(around.languages) or [entry.language],
        "isAccessibleForFree": True,
        "organizer": _organizer(entry, around),
    }
    if entry.ends_at is not None:
        data["endDate"] = _time(entry, entry.ends_at)
    if around.previous_start is not None:
        data["previousStartDate"] = _time(entry, around.previous_start)
    if around.performers:
        data["performer"] = [_person(one) for one in around.performers]
    if around.image_url:
        data["image"] = [around.image_url]
    if around.recording_url:
        data["recordedIn"] = {"@type": "VideoObject", "url": around.recording_url}
    if entry.kind is EventKind.DEADLINE:
        del data["eventAttendanceMode"]
    return data


def _status(entry: Entry, around: Surroundings) -> str:
    """Say that it was moved, while it takes place at all."""
    moved = around.previous_start not in {None, entry.starts_at}
    return "EventRescheduled" if moved and entry.status in TAKES_PLACE else _STATUS[entry.status]


def _organizer(entry: Entry, around: Surroundings) -> dict[str, str]:
    if entry.organiser and entry.organiser != around.organisation:
        return {"@type": "Organization", "name": entry.organiser}
    return {"@type": "Organization", "name": around.organisation, "url": around.site_url}


def _person(one: Performer) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": one.name}
    if one.affiliation:
        person["affiliation"] = {"@type": "Organization", "name": one.affiliation}
    return person


def _time(entry: Entry, moment: datetime | None) -> str:
    """Write a time as it is said where the event takes place; a day where no hour is known."""
    if moment is None:
        return entry.day.isoformat()
    return moment.astimezone(zone(entry.zone or "UTC")).isoformat()
