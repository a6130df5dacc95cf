"""Rows of registrations: who takes part in which occurrence, and what they are told together."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.audience.models import Subscriber
from outreach.db.rows import Base, BigId, WordOf
from outreach.errors import ForbiddenMove, Sentence
from outreach.events.models import EventChange, Occurrence


class RegistrationState(StrEnum):
    """How far one registration has come."""

    PENDING = "pending"
    """Their address is to be confirmed; holds a seat until `held_until`."""
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    """A seat came free and is held for them until `held_until`."""
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


REGISTRATION_MOVES: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.PENDING: frozenset(
        {RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.CANCELLED}
    ),
    RegistrationState.WAITLISTED: frozenset(
        {RegistrationState.OFFERED, RegistrationState.CANCELLED}
    ),
    RegistrationState.OFFERED: frozenset(
        {RegistrationState.CONFIRMED, RegistrationState.WAITLISTED}
    ),
    RegistrationState.CONFIRMED: frozenset(
        {RegistrationState.CANCELLED, RegistrationState.ATTENDED, RegistrationState.ABSENT}
    ),
    RegistrationState.ATTENDED: frozenset(
        {RegistrationState.ABSENT, RegistrationState.CONFIRMED, RegistrationState.CANCELLED}
    ),
    RegistrationState.ABSENT: frozenset(
        {RegistrationState.ATTENDED, RegistrationState.CONFIRMED, RegistrationState.CANCELLED}
    ),
    RegistrationState.CANCELLED: frozenset(),
}
HAS_A_SEAT = frozenset(
    {RegistrationState.CONFIRMED, RegistrationState.ATTENDED, RegistrationState.ABSENT}
)


class NoticeKind(StrEnum):
    """What the registrants of an occurrence are told together."""

    CHANGE = "change"
    REMINDER = "reminder"
    FOLLOW_UP = "follow-up"


class Registration(Base):
    """One person × one occurrence. After the retention time only what counts is left."""

    __tablename__ = "registrations"
    __table_args__ = (
        Index("ix_registrations_seats", "occurrence_id", "state"),
        Index(
            "uq_registrations_live",
            "occurrence_id",
            "subscriber_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscribers.id", ondelete="SET NULL"), index=True
    )
    """None once the registrant's data was purged."""
    state: Mapped[RegistrationState] = mapped_column(WordOf(RegistrationState, 10))
    language: Mapped[str] = mapped_column(String(35))
    zone: Mapped[str] = mapped_column(String(64), default="")
    """The registrant's own, where it is known."""
    name: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166-1 alpha-2, or empty."""
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """To the event's questions, by their names."""
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"))
    """What they agreed to when they registered."""
    partner: Mapped[str] = mapped_column(String(64), default="")
    """By whose embed they came; empty for our own pages. It says nothing about a person: it stays
    when their data is purged."""
    created_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    """Until when a pending or offered seat is kept."""
    waiting_since: Mapped[datetime | None]
    offers: Mapped[int] = mapped_column(default=0)
    """How many seats they were offered from the wait list."""
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    """When they first pressed the Join button."""
    join_number: Mapped[int] = mapped_column(default=0)
    """Signed into the join link: a higher number revokes those mailed before."""
    sequence: Mapped[int | None]
    """The last SEQUENCE that this registrant's calendar was told; None if it was never invited."""
    known: Mapped[str] = mapped_column(String(100), default="")
    """When they last heard that it takes place (`state.Slot.text`): what else is true is news."""
    response: Mapped[str] = mapped_column(String(20), default="")
    """PARTSTAT of their calendar's last reply, in lower case; advisory."""
    response_sequence: Mapped[int | None]
    responded_at: Mapped[datetime | None]
    """DTSTAMP of that reply."""
    purged_at: Mapped[datetime | None]

    occurrence: Mapped[Occurrence] = relationship(lazy="joined")
    subscriber: Mapped[Subscriber | None] = relationship(lazy="joined")

    def move(self, state: RegistrationState, now: datetime) -> None:
        """Change the state; ForbiddenMove if it cannot be reached from the present one."""
        if state not in REGISTRATION_MOVES[self.state]:
            raise ForbiddenMove(
                "A registration that is %(before)s cannot become %(after)s.",
                before=Sentence(self.state),
                after=Sentence(state),
            )
        self.held_until = None
        if self.state in HAS_A_SEAT and state is RegistrationState.CONFIRMED:
            # There is a new date: what became of the old one is forgotten.
            self.state, self.joined_at = state, None
            return
        self.state = state
        if state is RegistrationState.WAITLISTED:
            self.waiting_since = now
        elif state is RegistrationState.CONFIRMED:
            self.confirmed_at = now
        elif state is RegistrationState.CANCELLED:
            self.cancelled_at = now


class Notice(Base):
    """What the registrants of one occurrence are to be told; the worker tells them page by page."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_open",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """E.g. `change:7:12`, `reminder:12:1440:1764864000`: noted twice, it is told once."""
    kind: Mapped[NoticeKind] = mapped_column(WordOf(NoticeKind, 10))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("event_changes.id"))
    due_at: Mapped[datetime]
    cursor: Mapped[int] = mapped_column(default=0)
    """The last registration that was told."""
    told: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]

    occurrence: Mapped[Occurrence] = relationship(lazy="joined")
    change: Mapped[EventChange | None] = relationship(lazy="joined")


class Purge(Base):
    """The log of retention: which registrants' data was deleted when, and what is left of it."""

    __tablename__ = "purges"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    count: Mapped[int] = mapped_column(default=0)
    """Registrations whose data is gone."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The attendance report as it stood before, without any person: `attendance.Figures`."""
