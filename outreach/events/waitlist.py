"""The wait list: a seat that comes free is offered to the next one, for a time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.events import seats
from outreach.events.models import Occurrence
from outreach.events.registration import Desk
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.seat_letters import offer_seat

PAGE = 5
"""Offers of one transaction."""


def waited_for(session: Session, now: datetime) -> list[int]:
    """Give the occurrences (ids) still to come on which somebody waits."""
    query = (
        select(Occurrence.id)
        .join(Registration, Registration.occurrence_id == Occurrence.id)
        .where(
            Registration.state == RegistrationState.WAITLISTED,
            Registration.offers < seats.MOST_OFFERS,
            Registration.purged_at.is_(None),
            Occurrence.starts_at.is_(None) | (Occurrence.starts_at > now),
        )
        .distinct()
        .order_by(Occurrence.id)
    )
    return list(session.scalars(query))


def offer_seats(desk: Desk, occurrence: int, hours: int) -> int:
    """Offer what is free of an occurrence (by id) to those who wait longest; give how many.

    `hours`: how long a seat is kept, at the latest until registration closes.
    """
    session, now = desk.session, desk.now
    row = seats.lock(session, occurrence)
    if seats.closed_because(row.event, row, now) is not None:
        return 0
    free = seats.free_seats(session, row.event, row, now)
    most = PAGE if free is None else min(PAGE, free)
    until = now + timedelta(hours=hours)
    closing = seats.closes_at(row.event, row)
    until = until if closing is None else min(until, closing)
    offered = 0
    for registration in _next(session, occurrence, most):
        registration.move(RegistrationState.OFFERED, now)
        registration.held_until = until
        registration.offers += 1
        offer_seat(session, desk.writing(registration), until, now)
        offered += 1
    return offered


def lapse_offers(session: Session, now: datetime) -> int:
    """Put those who did not answer in time at the end of the list; give how many."""
    lapsed = session.execute(
        update(Registration)
        .where(
            Registration.state == RegistrationState.OFFERED,
            Registration.held_until <= now,
        )
        .values(state=RegistrationState.WAITLISTED, waiting_since=now, held_until=None)
        .returning(Registration.id)
        .execution_options(synchronize_session=False)
    )
    return len(lapsed.all())


def _next(session: Session, occurrence: int, most: int) -> list[Registration]:
    if most <= 0:
        return []
    query = (
        select(Registration)
        .where(
            Registration.occurrence_id == occurrence,
            Registration.state == RegistrationState.WAITLISTED,
            Registration.offers < seats.MOST_OFFERS,
            Registration.subscriber_id.is_not(None),
        )
        .order_by(Registration.waiting_since, Registration.id)
        .limit(most)
        .with_for_update(of=Registration)
    )
    return list(session.scalars(query))
