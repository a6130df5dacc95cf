"""Rows of events: what is announced, when, and who speaks."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, BigId, WordOf


class EventKind(StrEnum):
    """What sort of event it is."""

    WEBINAR = "webinar"
    MEETING = "meeting"
    DEADLINE = "deadline"


class EventStatus(StrEnum):
    """Whether it takes place."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    """No new date yet: seats stay, calendars drop the entry until there is one."""


class RegistrationKind(StrEnum):
    """Where one registers."""

    NONE = "none"
    EXTERNAL = "external"
    """At `registration_url`."""
    BUILT_IN = "built_in"


class Event(Base):
    """Something people attend, one folder of `content/events`."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[EventKind] = mapped_column(WordOf(EventKind, 10))
    topic: Mapped[str] = mapped_column(String(64), default="")
    status: Mapped[EventStatus] = mapped_column(
        WordOf(EventStatus, 10), default=EventStatus.CONFIRMED
    )
    """Of the whole event; an occurrence has its own."""
    date: Mapped[date]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """None where only the day is known; of a series, the first occurrence as its file says."""
    zone: Mapped[str] = mapped_column(String(64), default="")
    previous_start: Mapped[datetime | None]
    """Of an event that is no series and was moved: when it was announced to begin."""
    recurrence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """A `recurrence.Series`; empty where there is none."""
    listed: Mapped[bool] = mapped_column(default=True)
    """False once its folder is gone: off the lists, but its page says that it is cancelled."""
    expanded_until: Mapped[datetime | None]
    """Up to where the occurrences of a series are rows."""

    organiser: Mapped[str] = mapped_column(default="")
    """Its name."""
    online_url: Mapped[str] = mapped_column(default="")
    """Where it takes place: for registrants only, never on a public page or in a feed."""
    people: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Speakers and moderators: {name, role, affiliation, country, photo, photo_alt}; texts by
    language."""
    interpretation: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Languages into which it is interpreted."""
    recording_url: Mapped[str] = mapped_column(default="")
    slides_url: Mapped[str] = mapped_column(default="")

    registration: Mapped[RegistrationKind] = mapped_column(
        WordOf(RegistrationKind, 10), default=RegistrationKind.NONE
    )
    registration_url: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]
    """Seats of each occurrence; None for as many as come."""
    wait_list: Mapped[bool] = mapped_column(default=False)
    closes_minutes: Mapped[int] = mapped_column(default=0)
    """Before the start of an occurrence, when registration for it closes."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """{name, label, required, choices}; texts by language; choices is empty for a free answer."""
    reminders: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Minutes before the start, the longest first."""
    retention_days: Mapped[int | None]
    """After the end, when registrants' data is purged; None for the setting."""

    sequence: Mapped[int] = mapped_column(default=0)
    """Of its calendar entry (RFC 5546 §2.1.4); only a release raises it."""
    changed_at: Mapped[datetime | None]
    """When anything in it, or in one of its texts, last changed."""
    announced: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was last released, a `changes.State`; empty for what was never synced since."""

    translations: Mapped[list["EventTranslation"]] = relationship(
        lazy="selectin", order_by="EventTranslation.language", cascade="all, delete-orphan"
    )
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="event", order_by="Occurrence.original", cascade="all, delete-orphan"
    )
    changes: Mapped[list["EventChange"]] = relationship(
        order_by="EventChange.id", cascade="all, delete-orphan"
    )


class EventTranslation(Base):
    """An event in one language."""

    __tablename__ = "event_translations"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    first_line: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    synced_at: Mapped[datetime]


class Occurrence(Base):
    """One date of an event. One that vanished from its file is cancelled, never deleted."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("event_id", "original"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    original: Mapped[date]
    """The local date on which it was first put: its name for good, wherever it is moved."""
    first_start: Mapped[datetime | None]
    """When it was first to begin: RECURRENCE-ID in invitations, so that calendars find it again."""
    in_series: Mapped[bool] = mapped_column(default=False)
    """Whether it began as one of a series: invitations go on naming it so, whatever comes."""
    day: Mapped[date] = mapped_column(index=True)
    """On which it takes place, by the calendar of the event's zone."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    status: Mapped[EventStatus] = mapped_column(
        WordOf(EventStatus, 10), default=EventStatus.CONFIRMED
    )
    sequence: Mapped[int] = mapped_column(default=0)
    """Of its calendar entry: raised with each change of when it takes place."""

    event: Mapped[Event] = relationship(back_populates="occurrences")


class EventChange(Base):
    """What a file changed about when an event takes place, until a person releases it.

    At most one is open per event: neither released nor withdrawn.
    """

    __tablename__ = "event_changes"
    __table_args__ = (
        Index(
            "uq_event_changes_open",
            "event_id",
            unique=True,
            sqlite_where=text("released_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("released_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    proposed_at: Mapped[datetime]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Both a `changes.State`."""
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
