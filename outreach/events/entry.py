"""What a calendar says of an event in one language: the value between rows and bytes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from outreach.events.models import EventKind, EventStatus


@dataclass(frozen=True)
class Recurrence:
    """A series: its rule (RFC 5545 §3.3.10), by wall time, and what departs from it."""

    rule: str
    """E.g. `FREQ=MONTHLY;BYDAY=1TH`, without `RRULE:`."""
    exceptions: tuple[date, ...] = ()
    """Original local dates on which there is none."""
    extra: tuple[datetime, ...] = ()
    """Further starts, in UTC."""


@dataclass(frozen=True)
class Override:
    """One occurrence that is moved or cancelled, known by its original local date."""

    original: date
    starts_at: datetime
    ends_at: datetime | None
    status: EventStatus
    sequence: int = 0


@dataclass(frozen=True)
class Entry:
    """An event, or one occurrence of a series, in one language. All times are aware UTC."""

    uid: str
    """Lower-case ASCII at our domain, the same in every channel and language."""
    language: str
    title: str
    summary: str
    description: str
    """Plain text."""
    url: str
    """Its page."""
    link: str
    """Where one registers or joins: the first line of what a calendar shows; may be empty."""
    day: date
    """Where only the day is known, and otherwise the day it begins on where it takes place."""
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    kind: EventKind
    status: EventStatus
    sequence: int
    changed_at: datetime
    """When anything in it last changed: DTSTAMP in feeds."""
    organiser: str = ""
    organiser_address: str = ""
    """Where replies to an invitation go."""
    topic: str = ""
    original: date | None = None
    """Of one occurrence of a series: its original local date (RECURRENCE-ID)."""
    original_start: datetime | None = None
    """When that occurrence was to begin before it was moved; None where it was not moved."""
    recurrence: Recurrence | None = None
    overrides: tuple[Override, ...] = field(default_factory=tuple)
