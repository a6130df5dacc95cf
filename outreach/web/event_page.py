"""An event as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from outreach.events.calendar_links import CalendarLink
from outreach.events.entry import Entry
from outreach.events.models import Event, EventStatus, EventTranslation, RegistrationKind
from outreach.events.partners import carried
from outreach.events.queries import Listed, card, coming, is_past, photo, said_kind
from outreach.events.recurrence import Series
from outreach.events.rule_words import how_often
from outreach.events.seats import closed_because, occurrence_to_join
from outreach.events.state import TAKES_PLACE
from outreach.mail.blocks import Block, PictureFile
from outreach.mail.cards import event_time
from outreach.times import zone
from outreach.web.attribution import partner_of
from outreach.web.calendars import ways_into_calendars
from outreach.web.prose import blocks_of
from outreach.web.visit import Visit

NEXT_DATES = 6
"""Of a series, on its page."""


@dataclass(frozen=True)
class Person:
    """Somebody who speaks or moderates."""

    name: str
    affiliation: str
    country: str
    photo: PictureFile | None
    alt: str


@dataclass(frozen=True)
class NextDate:
    """One of the next dates of a series."""

    day: date
    words: str
    note: str
    """That it was moved or does not take place; empty if it is as the rule says."""
    takes_place: bool
    register_url: str


@dataclass(frozen=True)
class EventPage:
    """What the template shows."""

    kind: str
    title: str
    summary: str
    language: str
    blocks: tuple[Block, ...]
    date: date
    starts_at: datetime | None
    when: str
    """Day, hours and zone in words."""
    zone: str
    status: str
    takes_place: bool
    """Whether it is neither cancelled nor put off."""
    organiser: str
    register_url: str
    closed: str
    """Why one cannot register with us, if so."""
    over: bool
    people: list[tuple[str, list[Person]]]
    """Heading and people: speakers first."""
    calendars: tuple[CalendarLink, ...]
    series: str
    """How often, in words; empty where it is no series."""
    dates: list[NextDate]
    interpretation: str
    """The languages of interpretation, in words."""
    recording_url: str
    slides_url: str


def event_page(visit: Visit, found: Listed, text: EventTranslation, entry: Entry) -> EventPage:
    """Give all that the page of an event shows."""
    partner = partner_of(visit)
    register_url, closed = way_to_register(visit, found.event)
    row = found.event
    return EventPage(
        kind=said_kind(found, visit.t),
        title=text.title,
        summary=text.summary,
        language=text.language,
        blocks=blocks_of(visit, text, folder=f"content/events/{found.slug}"),
        date=found.date,
        starts_at=found.starts_at,
        when=when_in_words(visit, found),
        zone=found.zone or "UTC",
        status=str(found.status),
        takes_place=found.takes_place,
        organiser=found.organiser,
        register_url=carried(register_url, partner),
        closed=closed,
        over=is_past(found, visit.now),
        people=_people(visit, row),
        calendars=ways_into_calendars(visit, found, entry),
        series=how_often(row, visit.t),
        dates=_dates(visit, row, partner),
        interpretation=visit.t.listed(visit.in_words(tag) for tag in row.interpretation),
        recording_url=row.recording_url,
        slides_url=row.slides_url,
    )


def when_in_words(visit: Visit, found: Listed) -> str:
    """Say day, hours and zone, as mails do."""
    shown = card(found, visit.site, visit.services.links, visit.language)
    return event_time(shown, visit.t) if shown else ""


def way_to_register(visit: Visit, row: Event) -> tuple[str, str]:
    """Give where one registers, here or on the way elsewhere; and why one cannot any more."""
    path = visit.path("events", row.slug, "register")
    if row.registration is RegistrationKind.EXTERNAL:
        return path, ""
    if row.registration is RegistrationKind.NONE:
        return "", ""
    date = occurrence_to_join(visit.session, row, None, visit.now)
    closed = closed_because(row, date, visit.now)
    return ("", visit.t.say(closed)) if closed else (path, "")


def _dates(visit: Visit, row: Event, partner: str) -> list[NextDate]:
    if not row.recurrence:
        return []
    found, series = [], Series.from_json(row.recurrence)
    for each in coming(visit.session, row, NEXT_DATES, visit.now):
        own = row.registration is RegistrationKind.BUILT_IN
        is_open = own and closed_because(row, each, visit.now) is None
        path = visit.path("events", row.slug, "register")
        found.append(
            NextDate(
                each.day,
                _when(visit, each.starts_at, each.day, row.zone or "UTC"),
                _note(
                    visit,
                    EventStatus(each.status),
                    moved=each.starts_at != series.ruled_start(each.original),
                ),
                each.status in TAKES_PLACE,
                carried(f"{path}?on={each.original.isoformat()}", partner) if is_open else "",
            )
        )
    return found


def _when(visit: Visit, starts_at: datetime | None, day: date, zone_name: str) -> str:
    said = visit.t.day(day, "full")
    if starts_at is None:
        return said
    return f"{said}, {visit.t.clock(starts_at.astimezone(zone(zone_name)).time())}"


def _note(visit: Visit, status: EventStatus, *, moved: bool) -> str:
    if status is EventStatus.CANCELLED:
        return visit.t("cancelled")
    if status is EventStatus.POSTPONED:
        return visit.t("postponed")
    return visit.t("at another time than usual") if moved and status in TAKES_PLACE else ""


def _people(visit: Visit, found: Event) -> list[tuple[str, list[Person]]]:
    groups: dict[str, list[Person]] = {"speaker": [], "moderator": []}
    for person in found.people:
        groups.setdefault(str(person.get("role") or "speaker"), []).append(
            _person(visit, found, person)
        )
    headings = {"speaker": visit.t("Speakers"), "moderator": visit.t("Moderation")}
    return [(headings.get(role, role), people) for role, people in groups.items() if people]


def _person(visit: Visit, found: Event, person: dict[str, Any]) -> Person:
    country = person.get("country") or ""
    return Person(
        name=str(person["name"]),
        affiliation=visit.text(person.get("affiliation") or {}),
        country=visit.country(country) if country else "",
        photo=photo(visit.session, visit.services.links, found, person),
        alt=visit.text(person.get("photo_alt") or {}),
    )
