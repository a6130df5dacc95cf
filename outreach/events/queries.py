"""Reads of events: one, the next ones, past ones, and the card of each."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events.models import Event, EventKind, EventTranslation
from outreach.links import Links
from outreach.mail.blocks import EventCard
from outreach.phrases.catalog import phrases

WITHOUT_END = timedelta(hours=1)
"""How long an event with no end stays among the next ones after its start."""
KIND_NAMES = {
    EventKind.WEBINAR: "Webinar",
    EventKind.MEETING: "Meeting",
    EventKind.DEADLINE: "Deadline",
}
"""English; said in other languages by `phrases`."""


def event(session: Session, slug: str) -> Event:
    """Give one event; NotFound if there is none."""
    found = session.execute(select(Event).where(Event.slug == slug)).scalar_one_or_none()
    if found is None:
        raise NotFound("This event is not here any more.")
    return found


def upcoming(session: Session, count: int, topic: str, now: datetime) -> list[Event]:
    """Give the next events, the soonest first; of one topic, or of all where it is empty.

    An event of which only the day is known counts as upcoming until that day has ended
    everywhere on earth.
    """
    query = select(Event).where(Event.date >= (now - timedelta(days=2)).date())
    if topic:
        query = query.where(Event.topic == topic)
    rows = session.execute(query.order_by(Event.date, Event.starts_at, Event.slug)).scalars()
    return [row for row in rows if row.translations and not is_past(row, now)][:count]


def past(session: Session, count: int, now: datetime) -> list[Event]:
    """Give past events, the latest first."""
    query = select(Event).where(
        or_(Event.starts_at <= now, Event.date <= (now + timedelta(days=1)).date())
    )
    rows = session.execute(query.order_by(Event.date.desc(), Event.slug)).scalars()
    return [row for row in rows if row.translations and is_past(row, now)][:count]


def is_past(row: Event, now: datetime) -> bool:
    """Tell whether an event is over."""
    if row.starts_at is not None:
        return (row.ends_at or row.starts_at + WITHOUT_END) <= now
    return row.date < (now - timedelta(hours=12)).date()


def translation(row: Event, site: Site, language: str) -> EventTranslation | None:
    """Give the best text for a language; None only if there is no text at all."""
    texts = {text.language: text for text in row.translations}
    chosen = site.choose(texts, language)
    return texts[chosen] if chosen else None


def card(row: Event, site: Site, links: Links, language: str) -> EventCard | None:
    """Give the card of an event in one language, or in the best other one."""
    text = translation(row, site, language)
    if text is None:
        return None
    return EventCard(
        slug=row.slug,
        title=text.title,
        summary=text.summary,
        url=links.to_event(language, row.slug),
        kind=phrases(language)(KIND_NAMES[EventKind(row.kind)]),
        date=row.date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        organiser=row.organiser,
        register_url=row.registration_url,
    )
