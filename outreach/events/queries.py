"""Reads of events: one, the next ones, past ones, and the card of each."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from outreach.content.media import picture_at
from outreach.content.references import beside
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events.choice import Names, of_any
from outreach.events.entries import registration_link
from outreach.events.models import (
    Event,
    EventKind,
    EventStatus,
    EventTranslation,
    Occurrence,
)
from outreach.events.state import TAKES_PLACE, WITHOUT_END, is_over
from outreach.links import Links
from outreach.mail.blocks import EventCard, PictureFile
from outreach.phrases.catalog import Phrases, phrases

KIND_NAMES = {
    EventKind.WEBINAR: "Webinar",
    EventKind.MEETING: "Meeting",
    EventKind.DEADLINE: "Deadline",
}
"""English; said in other languages by `phrases`."""
_WITH_STATUS = {
    EventStatus.CONFIRMED: "%(kind)s",
    EventStatus.TENTATIVE: "%(kind)s – date not certain",
    EventStatus.CANCELLED: "%(kind)s – cancelled",
    EventStatus.POSTPONED: "%(kind)s – postponed",
}


@dataclass(frozen=True)
class Listed:
    """An event with the one of its occurrences that is to be shown."""

    event: Event
    occurrence: Occurrence

    @property
    def slug(self) -> str:
        """Give the event's name in addresses."""
        return self.event.slug

    @property
    def kind(self) -> EventKind:
        """Give what sort of event it is."""
        return self.event.kind

    @property
    def status(self) -> EventStatus:
        """Tell whether this occurrence takes place."""
        return EventStatus(self.occurrence.status)

    @property
    def takes_place(self) -> bool:
        """Tell whether it is neither cancelled nor postponed."""
        return self.status in TAKES_PLACE

    @property
    def date(self) -> date:
        """Give the day of this occurrence."""
        return self.occurrence.day

    @property
    def starts_at(self) -> datetime | None:
        """Give the start; None where only the day is known."""
        return self.occurrence.starts_at

    @property
    def ends_at(self) -> datetime | None:
        """Give the end, if it is known."""
        return self.occurrence.ends_at

    @property
    def zone(self) -> str:
        """Give the zone in which it takes place."""
        return self.event.zone

    @property
    def organiser(self) -> str:
        """Give the organiser's name."""
        return self.event.organiser

    @property
    def registration_url(self) -> str:
        """Give where one registers elsewhere, if so."""
        return self.event.registration_url

    @property
    def translations(self) -> list[EventTranslation]:
        """Give the event's texts."""
        return self.event.translations


def event(session: Session, slug: str) -> Event:
    """Give one event; NotFound if there is none."""
    found = session.execute(select(Event).where(Event.slug == slug)).scalar_one_or_none()
    if found is None:
        raise NotFound("This event is not here any more.")
    return found


def shown(session: Session, row: Event, now: datetime) -> Listed:
    """Give an event with its next occurrence, or with its last one once all are over.

    One that takes place goes before one that is cancelled. NotFound if there is none at all.
    """
    mine = select(Occurrence).where(Occurrence.event_id == row.id)
    next_one = mine.where(_coming(now)).order_by(_idle(), *_soonest())
    last_one = mine.where(not_(_coming(now))).order_by(_idle(), *_latest())
    for query in (next_one, last_one):
        found = session.execute(query.limit(1)).scalar_one_or_none()
        if found is not None:
            return Listed(row, found)
    raise NotFound("This event is not here any more.")


def coming(session: Session, row: Event, count: int, now: datetime) -> list[Occurrence]:
    """Give the next occurrences of one event, the soonest first, cancelled ones too."""
    query = select(Occurrence).where(Occurrence.event_id == row.id, _coming(now))
    return list(session.execute(query.order_by(*_soonest()).limit(count)).scalars())


def upcoming(
    session: Session, count: int, topic: Names, now: datetime, *, kind: Names = ""
) -> list[Listed]:
    """Give the next events, the soonest first; of any of these topics and kinds.

    Each comes once, as `shown` gives it; one that is cancelled stays until it would be over. An
    event of which only the day is known counts as upcoming until that day has ended everywhere on
    earth.
    """
    query = of_any(_first_of_each(_coming(now), *_soonest()), topic, kind)
    return _listed(session, query.order_by(*_soonest(), Event.slug).limit(count))


def within(
    session: Session, first: date, last: date, count: int, topic: Names, *, kind: Names = ""
) -> list[Listed]:
    """Give every occurrence on these local days, the last one included, the soonest first."""
    dates = select(Occurrence).join(Occurrence.event).where(Event.listed, Event.translations.any())
    query = of_any(dates.where(Occurrence.day.between(first, last)), topic, kind)
    found = session.scalars(query.order_by(*_soonest(), Event.slug).limit(count)).all()
    # A series comes many times: its row, whose columns are long, is read once.
    numbers = {each.event_id for each in found}
    rows = {row.id: row for row in session.scalars(select(Event).where(Event.id.in_(numbers)))}
    return [Listed(rows[each.event_id], each) for each in found]


def past(
    session: Session, count: int, now: datetime, *, topic: str = "", kind: str = "", skip: int = 0
) -> list[Listed]:
    """Give the events that have no occurrence to come, by their last one, the latest first.

    Of one topic and kind, or of all where empty; without the first `skip`.
    """
    ahead = select(Occurrence.event_id).where(_coming(now))
    query = _first_of_each(not_(_coming(now)), *_latest()).where(Event.id.not_in(ahead))
    in_order = of_any(query, topic, kind).order_by(Occurrence.day.desc(), Event.slug)
    return _listed(session, in_order.offset(skip).limit(count))


def is_past(row: Event | Listed, now: datetime) -> bool:
    """Tell whether an event, by its own times or those of what is listed, is over."""
    return is_over(row.date, row.starts_at, row.ends_at, now)


def translation(row: Event | Listed, site: Site, language: str) -> EventTranslation | None:
    """Give the best text for a language; None only if there is no text at all."""
    texts = {text.language: text for text in row.translations}
    chosen = site.choose(texts, language)
    return texts[chosen] if chosen else None


def photo(session: Session, links: Links, row: Event, person: dict[str, Any]) -> PictureFile | None:
    """Give the photograph of one of an event's people, if there is one."""
    name = str(person.get("photo") or "")
    paths = beside(f"content/events/{row.slug}", name) if name else ()
    found = (picture_at(session, links, path) for path in paths)
    return next((picture for picture in found if picture), None)


def card(row: Listed, site: Site, links: Links, language: str) -> EventCard | None:
    """Give the card of an event in one language, or in the best other one; without ways in."""
    text = translation(row, site, language)
    if text is None:
        return None
    return EventCard(
        slug=row.slug,
        title=text.title,
        summary=text.summary,
        url=links.to_event(language, row.slug),
        kind=said_kind(row, phrases(language)),
        date=row.date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        organiser=row.organiser,
    )


def open_card(
    row: Listed, site: Site, links: Links, language: str, *, now: datetime, mailed: bool = False
) -> EventCard | None:
    """Give the card of an event with the ways to register and into a calendar, or its recording.

    `mailed`: for a mail to subscribers, whose form is to be filled in.
    """
    shown_card = card(row, site, links, language)
    if shown_card is None or not row.takes_place:
        return shown_card
    if is_past(row, now):
        return replace(shown_card, recording_url=row.event.recording_url)
    return replace(
        shown_card,
        register_url=registration_link(
            row.event, language, links, occurrence=row.occurrence, mailed=mailed
        ),
        calendar_url=links.to_event_file(language, row.slug),
    )


def said_kind(row: Listed, t: Phrases) -> str:
    """Name the kind, and say if it does not take place or is not certain."""
    kind = t(KIND_NAMES[EventKind(row.kind)])
    return t(_WITH_STATUS[row.status], kind=kind)


def titles(session: Session, slugs: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Give the title of each event (of these, or all) by slug and language, the latest first."""
    query = (
        select(Event.slug, EventTranslation.language, EventTranslation.title)
        .join(EventTranslation, EventTranslation.event_id == Event.id)
        .order_by(Event.date.desc(), Event.slug)
    )
    found: dict[str, dict[str, str]] = {}
    for row in session.execute(query if slugs is None else query.where(Event.slug.in_(slugs))):
        found.setdefault(row.slug, {})[row.language] = row.title
    return found


def _first_of_each(
    condition: ColumnElement[bool], *order: ColumnElement[Any]
) -> Select[Event, Occurrence]:
    """Choose one occurrence of each event that has a text."""
    place = func.row_number().over(
        partition_by=Occurrence.event_id, order_by=(_idle(), *order, Occurrence.id)
    )
    ranked = select(Occurrence.id, place.label("place")).where(condition).subquery()
    first = and_(ranked.c.id == Occurrence.id, ranked.c.place == 1)
    return _with_occurrences().join(ranked, first)


def _with_occurrences() -> Select[Event, Occurrence]:
    return (
        select(Event, Occurrence)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(Event.listed, Event.translations.any())
    )


def _listed(session: Session, query: Select[Event, Occurrence]) -> list[Listed]:
    return [Listed(row, occurrence) for row, occurrence in session.execute(query)]


def _coming(now: datetime) -> ColumnElement[bool]:
    """Select what `state.is_over` calls not over."""
    return or_(
        and_(Occurrence.ends_at.is_not(None), Occurrence.ends_at > now),
        and_(
            Occurrence.ends_at.is_(None),
            Occurrence.starts_at.is_not(None),
            Occurrence.starts_at > now - WITHOUT_END,
        ),
        and_(Occurrence.starts_at.is_(None), Occurrence.day >= (now - timedelta(hours=12)).date()),
    )


def _idle() -> ColumnElement[int]:
    """Order what takes place before what does not."""
    return case((Occurrence.status.in_(TAKES_PLACE), 0), else_=1)


def _soonest() -> tuple[ColumnElement[Any], ...]:
    return Occurrence.day.asc(), Occurrence.starts_at.asc().nulls_first()


def _latest() -> tuple[ColumnElement[Any], ...]:
    return Occurrence.day.desc(), Occurrence.starts_at.desc().nulls_last()
