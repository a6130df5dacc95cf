"""Rows of events → the value that calendars are written from."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from outreach.content.bodies import body_of
from outreach.content.resolver import page_of_ours
from outreach.events.entry import Entry, Override, Recurrence
from outreach.events.models import (
    Event,
    EventKind,
    EventStatus,
    EventTranslation,
    Occurrence,
    RegistrationKind,
)
from outreach.events.recurrence import Series
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, EventCard, PictureFile, Prose
from outreach.mail.body import resolve
from outreach.mail.compiled import Mailbox
from outreach.mail.markdown import to_text

FILLED_IN = "[[ register_path ]]"
"""Behind the address of a form: the path that fills it in; nothing where nobody is known."""
ONE_LINE = 100_000
"""Calendars wrap by themselves."""


def uid_of(event: Event, links: Links) -> str:
    """Give what an event is called in every calendar, for good."""
    return f"{event.slug}@{urlsplit(links.base_url).hostname or 'localhost'}".lower()


def entry_of(
    event: Event,
    text: EventTranslation,
    links: Links,
    *,
    organiser: Mailbox,
    occurrence: Occurrence | None = None,
    link: str | None = None,
) -> Entry:
    """Give an event as calendars show it: whole, or of a series one occurrence.

    `organiser` is where replies go, and its name where the event names none. `link` is where this
    reader joins; without it, where everybody registers.
    """
    one = occurrence
    series = Series.from_json(event.recurrence) if event.recurrence and one is None else None
    named = one if one is not None and one.in_series else None
    return Entry(
        uid=uid_of(event, links),
        language=text.language,
        title=text.title,
        summary=text.summary,
        description=plain_text(text, links),
        url=links.to_event(text.language, event.slug),
        link=registration_link(event, text.language, links, occurrence=one)
        if link is None
        else link,
        day=one.day if one else event.date,
        starts_at=one.starts_at if one else event.starts_at,
        ends_at=one.ends_at if one else event.ends_at,
        zone=event.zone,
        kind=EventKind(event.kind),
        status=EventStatus(one.status if one else event.status),
        sequence=one.sequence if one else event.sequence,
        changed_at=event.changed_at or text.synced_at,
        organiser=event.organiser or organiser.name,
        organiser_address=organiser.address,
        topic=event.topic,
        original=named.original if named else None,
        original_start=named.first_start if named else None,
        recurrence=_recurrence(series) if series else None,
        overrides=_overrides(event, series) if series else (),
    )


def plain_text(text: EventTranslation, links: Links) -> str:
    """Give the prose of a description without its marks; other blocks are left out."""
    body = body_of(text.body, text.first_line, frozenset())
    blocks, _ = resolve(body, _Targets(links, text.language))
    told = [to_text(block.markdown, width=ONE_LINE) for block in blocks if isinstance(block, Prose)]
    return "\n\n".join(part.strip() for part in told if part.strip())


class _Targets:
    """A `mail.body.Resolver` for prose alone: it knows where pages, articles and events are."""

    def __init__(self, links: Links, language: str) -> None:
        self._links = links
        self._language = language

    def link(self, target: str) -> str | None:
        return page_of_ours(self._links, self._language, target)

    def picture(self, _name: str) -> PictureFile | None:
        return None

    def event(self, _slug: str) -> EventCard | None:
        return None

    def upcoming(self, _count: int, topic: str) -> Sequence[EventCard]:
        del topic
        return ()

    def article(self, _slug: str) -> ArticleCard | None:
        return None


def registration_link(
    event: Event,
    language: str,
    links: Links,
    *,
    occurrence: Occurrence | None = None,
    mailed: bool = False,
) -> str:
    """Give where one registers: on our page (for one date of a series), elsewhere, or nowhere.

    In what is `mailed` to subscribers, our form is each reader's own.
    """
    if event.registration is RegistrationKind.BUILT_IN:
        form = links.to_register(language, event.slug) + (FILLED_IN if mailed else "")
        return f"{form}?on={occurrence.original}" if occurrence and event.recurrence else form
    return event.registration_url


def _recurrence(series: Series) -> Recurrence:
    return Recurrence(series.rule, tuple(sorted(series.exceptions)), series.extra)


def _overrides(event: Event, series: Series) -> tuple[Override, ...]:
    """Give the occurrences that the file moves or cancels; a cancelled one stands where it was."""
    departing = {each.original for each in series.departures}
    return tuple(
        Override(row.original, row.starts_at, row.ends_at, EventStatus(row.status), row.sequence)
        for row in event.occurrences
        if row.original in departing and row.starts_at is not None
    )
