"""Calendars to subscribe to: all events of a language, or those of a topic, a kind, or both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from outreach.audience.models import Topic
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events.calendar import Feed, write_calendar
from outreach.events.entries import entry_of
from outreach.events.models import Event, EventKind, Occurrence
from outreach.events.queries import KIND_NAMES, translation
from outreach.links import Links
from outreach.phrases.catalog import phrases

KEPT = timedelta(days=366)
"""How long after its last date an event stays in a feed."""
GONE_KEPT = timedelta(days=45)
"""How long an event whose folder is gone says that it is cancelled: at least 30 days
(CALENDAR.md §2.15)."""


@dataclass(frozen=True)
class Choice:
    """Which events a feed holds: of one language, and if not empty of one topic and one kind."""

    language: str
    topic: str = ""
    kind: str = ""
    form: str = "ics"
    """How its address ends: `ics`, or for readers of feeds `json`, `atom` or `rss`."""

    def url(self, links: Links) -> str:
        """Give the feed's address."""
        return links.to_calendar(self.language, topic=self.topic, kind=self.kind, form=self.form)


def checked(session: Session, choice: Choice) -> Choice:
    """Give the choice; NotFound if there is no such topic or kind."""
    if choice.kind and choice.kind not in set(EventKind):
        raise NotFound("There is no such calendar.")
    if choice.topic:
        known = select(Topic.id).where(Topic.slug == choice.topic)
        if session.scalars(known).one_or_none() is None:
            raise NotFound("There is no such calendar.")
    return choice


def fingerprint(session: Session, site: Site, choice: Choice, now: datetime) -> str:
    """Give what is another one whenever a feed may be: far cheaper than the feed itself.

    Each change of an event, of its texts or of its dates sets `changed_at`; the day moves the
    window, and site and topics give names and addresses.
    """
    rows = session.execute(
        select(Event.id, Event.changed_at, Event.sequence, Event.listed, Event.expanded_until)
        .where(*_chosen(choice))
        .order_by(Event.id)
    )
    topics = session.execute(select(Topic.slug, Topic.names).order_by(Topic.id)).all()
    logo = "" if site.logo is None else site.logo.url
    digest = hashlib.sha256(f"{choice}{topics}{logo}{now.date()}{site.source!r}".encode())
    for row in rows:
        digest.update(":".join(map(str, row)).encode())
    return digest.hexdigest()


def write_feed(session: Session, site: Site, links: Links, choice: Choice, now: datetime) -> bytes:
    """Write a feed: what is to come, and what was of late. The same rows give the same bytes."""
    today = datetime.combine(now.date(), time(), UTC)
    entries = []
    for event in events_of(session, choice, today):
        text = translation(event, site, choice.language)
        if text is not None:
            organiser = site.sender(text.language)
            entries.append(entry_of(event, text, links, organiser=organiser))
    feed = Feed(name_of(session, site, choice), choice.url(links), choice.language)
    return write_calendar(entries, feed=feed, now=today)


def name_of(session: Session, site: Site, choice: Choice) -> str:
    """Give a feed's name, e.g. `Women’s Rights and Mining: Events – Webinar`."""
    t = phrases(choice.language)
    parts = []
    if choice.topic:
        names = session.scalars(select(Topic.names).where(Topic.slug == choice.topic)).one()
        parts.append(site.text(names, choice.language))
    if choice.kind:
        parts.append(t(KIND_NAMES[EventKind(choice.kind)]))
    said = " – ".join(part for part in parts if part) or t("Events")
    return f"{site.name(choice.language)}: {said}"


def events_of(session: Session, choice: Choice, today: datetime) -> Sequence[Event]:
    """Give the events of a choice that a feed still shows, with their occurrences."""
    last = (
        select(func.max(Occurrence.day))
        .where(Occurrence.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    in_sight = last >= (today - KEPT).date()
    gone_of_late = Event.listed | (Event.changed_at >= today - GONE_KEPT)
    query = (
        select(Event)
        .where(*_chosen(choice), in_sight, gone_of_late, Event.translations.any())
        .options(selectinload(Event.occurrences))
        .order_by(Event.date, Event.slug)
    )
    return session.scalars(query).all()


def _chosen(choice: Choice) -> list[ColumnElement[bool]]:
    chosen = []
    if choice.topic:
        chosen.append(Event.topic == choice.topic)
    if choice.kind:
        chosen.append(Event.kind == EventKind(choice.kind))
    return chosen
