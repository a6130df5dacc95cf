"""Seats of one occurrence: who may still register, and what is free.

Whoever gives a seat away locks the occurrence first (`lock`), then registrations and subscribers,
so that no two see the same free seat.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.errors import NotFound, Refused, Sentence
from outreach.events.models import Event, EventStatus, Occurrence, RegistrationKind
from outreach.events.registration_models import HAS_A_SEAT, Registration, RegistrationState
from outreach.events.state import TAKES_PLACE, is_over

HELD = timedelta(minutes=30)
"""How long a seat is kept for an address that is to be confirmed."""
MOST_OFFERS = 3
"""How often one person is asked: whoever never answers keeps nobody waiting for ever."""
FULL = Sentence("All seats are taken.")


def lock(session: Session, occurrence: int) -> Occurrence:
    """Give an occurrence whose seats nobody else gives away until the commit; NotFound if gone."""
    found = session.scalars(
        select(Occurrence)
        .where(Occurrence.id == occurrence)
        .with_for_update(of=Occurrence)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("This event is not here any more.")
    # The page has read the event before it waited for the lock: a sync may have come in between.
    session.refresh(found.event)
    return found


def can_change(occurrence: Occurrence, now: datetime) -> bool:
    """Tell whether a registration can still be changed; what was put off is not over."""
    over = is_over(occurrence.day, occurrence.starts_at, occurrence.ends_at, now)
    return not over or occurrence.status is EventStatus.POSTPONED


def occurrence_to_join(
    session: Session, event: Event, on: date | None, now: datetime
) -> Occurrence:
    """Give the occurrence of that original date, or the next one that takes place.

    NotFound if there is no such date, or none at all.
    """
    mine = select(Occurrence).where(Occurrence.event_id == event.id)
    if on is not None:
        found = session.scalars(mine.where(Occurrence.original == on)).one_or_none()
    else:
        rows = session.scalars(mine.order_by(Occurrence.day, Occurrence.starts_at)).all()
        open_ones = [row for row in rows if closed_because(event, row, now) is None]
        coming = [row for row in rows if not is_over(row.day, row.starts_at, row.ends_at, now)]
        found = next(iter([*open_ones, *coming, *reversed(rows)]), None)
    if found is None:
        raise NotFound("This event is not here any more.")
    return found


def closes_at(event: Event, occurrence: Occurrence) -> datetime | None:
    """Give when registration closes; None where only the day is known."""
    if occurrence.starts_at is None:
        return None
    return occurrence.starts_at - timedelta(minutes=event.closes_minutes)


def closed_because(event: Event, occurrence: Occurrence, now: datetime) -> Sentence | None:
    """Tell why nobody can register any more, whoever asks; None if people can."""
    if event.registration is not RegistrationKind.BUILT_IN:
        return Sentence("One cannot register here for this event.")
    if is_over(occurrence.day, occurrence.starts_at, occurrence.ends_at, now):
        return Sentence("This event is over.")
    if occurrence.status not in TAKES_PLACE:
        return Sentence("This event does not take place on that date.")
    closing = closes_at(event, occurrence)
    if closing is not None and closing <= now:
        return Sentence("Registration for this event is closed.")
    return None


def free_seats(session: Session, event: Event, occurrence: Occurrence, now: datetime) -> int | None:
    """Count the seats that nobody has and none is kept for; None if there is no end of them.

    May be below zero where a file lowered its capacity.
    """
    if event.capacity is None:
        return None
    kept = and_(
        Registration.state.in_([RegistrationState.PENDING, RegistrationState.OFFERED]),
        Registration.held_until > now,
    )
    taken = session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.purged_at.is_(None),
            or_(Registration.state.in_(HAS_A_SEAT), kept),
        )
    )
    return event.capacity - int(taken or 0)


def has_room(session: Session, event: Event, occurrence: Occurrence, now: datetime) -> bool:
    """Tell whether somebody new can have a seat: those who wait come first."""
    free = free_seats(session, event, occurrence, now)
    if free is None:
        return True
    waiting = session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.occurrence_id == occurrence.id,
            Registration.state == RegistrationState.WAITLISTED,
            Registration.offers < MOST_OFFERS,
            Registration.purged_at.is_(None),
        )
    )
    return free > int(waiting or 0)


def require_open(event: Event, occurrence: Occurrence, now: datetime) -> None:
    """Refuse where nobody can register any more."""
    closed = closed_because(event, occurrence, now)
    if closed is not None:
        raise Refused(closed.text)
