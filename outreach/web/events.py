"""The list of events, and the page of one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from outreach.events.calendar_links import CalendarLink
from outreach.events.entry import Entry
from outreach.events.models import Event, EventTranslation, RegistrationKind
from outreach.events.queries import (
    Listed,
    event,
    is_past,
    past,
    shown,
    upcoming,
)
from outreach.events.seats import closed_because, occurrence_to_join
from outreach.events.structured import Performer, Surroundings, event_data
from outreach.mail.blocks import Block
from outreach.web.calendars import entry_in, text_of, ways_into_calendars
from outreach.web.entries import event_entries, kind_of_event
from outreach.web.prose import blocks_of
from outreach.web.visit import Visit, reading

blueprint = Blueprint("events", __name__)

MOST = 1000
"""Of events on one page."""


@dataclass(frozen=True)
class Person:
    """Somebody who speaks or moderates."""

    name: str
    affiliation: str
    country: str


@dataclass(frozen=True)
class EventPage:
    """An event as its page shows it."""

    kind: str
    title: str
    summary: str
    language: str
    blocks: tuple[Block, ...]
    date: date
    starts_at: datetime | None
    zone: str
    organiser: str
    register_url: str
    over: bool
    people: list[tuple[str, list[Person]]]
    """Heading and people: speakers first."""
    calendars: tuple[CalendarLink, ...]


@blueprint.get("/<language:language>/events")
def listed(language: str) -> Response:
    """List what is coming up, the next one first, and then what is over, the last one first."""
    with reading(language) as visit:
        return visit.show(
            "events.html",
            addresses=visit.everywhere("events"),
            section="events",
            upcoming=event_entries(visit, upcoming(visit.session, MOST, "", visit.now)),
            past=event_entries(visit, past(visit.session, MOST, visit.now)),
        )


@blueprint.get("/<language:language>/events/<slug:slug>")
def show(language: str, slug: str) -> Response:
    """Show an event."""
    with reading(language) as visit:
        found = shown(visit.session, event(visit.session, slug), visit.now)
        text = text_of(visit, found)
        entry = entry_in(visit, found.event, text, found.occurrence)
        return visit.show(
            "event.html",
            addresses=visit.everywhere("events", slug),
            written_in=[translation.language for translation in found.translations],
            section="events",
            event=_page(visit, found, text, entry),
            data=_data(visit, found.event, entry),
            description=text.summary,
            dated=True,
        )


def _page(visit: Visit, found: Listed, text: EventTranslation, entry: Entry) -> EventPage:
    blocks = blocks_of(visit, text, folder=f"content/events/{found.slug}")
    return EventPage(
        kind=kind_of_event(found.kind, visit.t),
        title=text.title,
        summary=text.summary,
        language=text.language,
        blocks=blocks,
        date=found.date,
        starts_at=found.starts_at,
        zone=found.zone or "UTC",
        organiser=found.organiser,
        register_url=_way_to_register(visit, found),
        over=is_past(found, visit.now),
        people=_people(visit, found.event),
        calendars=ways_into_calendars(visit, found, entry),
    )


def _way_to_register(visit: Visit, found: Listed) -> str:
    """Give the way to register here or elsewhere; of ours none where it is closed."""
    kind, path = found.event.registration, visit.path("events", found.slug, "register")
    if kind is RegistrationKind.EXTERNAL:
        return path
    if kind is RegistrationKind.NONE:
        return ""
    row = occurrence_to_join(visit.session, found.event, None, visit.now)
    return "" if closed_because(found.event, row, visit.now) else path


def _data(visit: Visit, found: Event, entry: Entry) -> dict[str, Any]:
    """Give what search engines read."""
    people = (
        Performer(str(one["name"]), visit.text(one.get("affiliation") or {}))
        for one in found.people
    )
    around = Surroundings(
        site_url=visit.services.links.home(visit.language),
        organisation=visit.site.name(visit.language),
        performers=tuple(people),
        recording_url=found.recording_url,
        previous_start=found.previous_start,
        languages=(entry.language, *found.interpretation),
    )
    return event_data(entry, around)


def _people(visit: Visit, found: Event) -> list[tuple[str, list[Person]]]:
    groups: dict[str, list[Person]] = {"speaker": [], "moderator": []}
    for person in found.people:
        country = person.get("country") or ""
        groups.setdefault(str(person.get("role") or "speaker"), []).append(
            Person(
                name=str(person["name"]),
                affiliation=visit.text(person.get("affiliation") or {}),
                country=visit.country(country) if country else "",
            )
        )
    headings = {"speaker": visit.t("Speakers"), "moderator": visit.t("Moderation")}
    return [(headings.get(role, role), people) for role, people in groups.items() if people]
