"""Rows of events: what is announced, when, and who speaks."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, WordOf


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


class Event(Base):
    """Something people attend, one folder of `content/events`."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[EventKind] = mapped_column(WordOf(EventKind, 10))
    topic: Mapped[str] = mapped_column(String(64), default="")
    date: Mapped[date]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """None where only the day is known."""
    zone: Mapped[str] = mapped_column(String(64), default="")
    organiser: Mapped[str] = mapped_column(default="")
    registration_url: Mapped[str] = mapped_column(default="")
    people: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Speakers and moderators: {name, role, affiliation, country}; texts by language."""

    translations: Mapped[list["EventTranslation"]] = relationship(
        lazy="selectin", order_by="EventTranslation.language", cascade="all, delete-orphan"
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
