"""Retention: what registrants told us is deleted some days after the event; counts stay."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from outreach import log
from outreach.audience import involvement
from outreach.audience.models import Consent, Signup, Subscriber, Subscription
from outreach.delivery.models import WAITING, Address, Delivery, Outcome, Stream
from outreach.events.attendance import figures_of
from outreach.events.knowledge import TOLD
from outreach.events.models import Event, EventStatus, Occurrence
from outreach.events.registration_models import Purge, Registration

PAGE = 20
"""Registrations of one transaction."""
PUT_OFF_KEPT = timedelta(days=730)
"""How long after its old date registrants of what was put off are kept for a new one."""

logger = log.logger("events.retention")


@dataclass(frozen=True)
class Due:
    """An occurrence whose registrants' data has been kept long enough."""

    occurrence: int
    event: str
    on: date
    count: int
    """Registrations whose data is still there."""


def due(session: Session, days: int, now: datetime) -> list[Due]:
    """Give what is to be purged; `days` after the end, where the event's file says no others."""
    rows = session.execute(
        select(Occurrence, Event.slug, Event.retention_days, func.count())
        .join(Event, Event.id == Occurrence.event_id)
        .join(Registration, Registration.occurrence_id == Occurrence.id)
        .where(
            Registration.purged_at.is_(None), Occurrence.day < now.date(), _waits_for_nothing(now)
        )
        .group_by(Occurrence.id, Event.slug, Event.retention_days)
        .order_by(Occurrence.day, Occurrence.id)
    )
    return [
        Due(row.id, slug, row.original, int(count))
        for row, slug, own, count in rows
        if _ended(row) + timedelta(days=days if own is None else own) <= now
    ]


def purge_page(session: Session, occurrence: int, now: datetime, *, size: int = PAGE) -> int:
    """Purge the next registrations of an occurrence (by id); give how many. 0 ends its log line."""
    line = _line(session, occurrence, now)
    query = (
        select(Registration)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .where(
            Registration.occurrence_id == occurrence,
            Registration.purged_at.is_(None),
            _waits_for_nothing(now),
        )
        .order_by(Registration.id)
        .limit(size)
        .with_for_update(of=Registration, skip_locked=True)
    )
    page = session.scalars(query).all()
    people = {row.subscriber_id for row in page if row.subscriber_id is not None}
    for registration in page:
        _purge(session, registration, now)
    session.flush()
    for person in sorted(people):
        _forget(session, person)
    line.count += len(page)
    if not page:
        line.ended_at = now
        logger.info("registrants purged", occurrence=occurrence, count=line.count)
    return len(page)


def _waits_for_nothing(now: datetime) -> ColumnElement[bool]:
    """Leave out who has a seat, or a place in the queue, at what was put off: not for ever."""
    return or_(
        Occurrence.status != EventStatus.POSTPONED,
        Occurrence.day < (now - PUT_OFF_KEPT).date(),
        Registration.state.not_in(TOLD),
    )


def _line(session: Session, occurrence: int, now: datetime) -> Purge:
    """Give the line of the log, begun with the figures as they stand."""
    query = select(Purge).where(Purge.occurrence_id == occurrence).with_for_update()
    line = session.scalars(query).one_or_none()
    row = session.get_one(Occurrence, occurrence)
    if line is not None and line.ended_at is not None:
        # There was a new date since, and there are new people.
        line.figures = figures_of(session, [row]).as_json()
        line.began_at, line.ended_at = now, None
    if line is None:
        figures = figures_of(session, [row]).as_json()
        line = Purge(occurrence_id=occurrence, began_at=now, count=0, figures=figures)
        session.add(line)
        session.flush()
    return line


def _purge(session: Session, registration: Registration, now: datetime) -> None:
    """Take everything out of a row that is about a person, and their mails' personal parts.

    By which partner's embed they came stays: it is about the partner.
    """
    if registration.subscriber is not None:
        _forget_mails(session, registration.subscriber.address_id, registration.id)
        row = registration.occurrence
        involvement.withdraw(session, registration.subscriber.id, row.event.slug, row.original)
    registration.subscriber = None
    registration.name = registration.organisation = registration.country = ""
    registration.zone = registration.response = ""
    registration.answers = {}
    registration.join_number += 1
    registration.purged_at = now


def _forget_mails(session: Session, address: int, registration: int) -> None:
    """Delete the letters about a registration: they hold the name and the calendar."""
    mine = (
        (Delivery.address_id == address)
        & (Delivery.stream == Stream.TRANSACTIONAL)
        & Delivery.state.not_in(WAITING)
        & Delivery.fields.like(f'%"registration": {registration},%')
    )
    ids = list(session.scalars(select(Delivery.id).where(mine)))
    session.execute(delete(Outcome).where(Outcome.delivery_id.in_(ids)))
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))


def _forget(session: Session, subscriber: int) -> None:
    """Delete whoever was with us for nothing but what has been purged, and their address."""
    person = session.get(Subscriber, subscriber, populate_existing=True)
    if person is None or _has_more(session, person):
        return
    address = person.address_id
    session.delete(person)
    session.flush()
    mailed = select(Delivery.id).where(Delivery.address_id == address).limit(1)
    if session.scalars(mailed).first() is None:
        session.execute(delete(Address).where(Address.id == address))


def _has_more(session: Session, person: Subscriber) -> bool:
    """Tell whether anything else ties somebody to us: a subscription, a sign-up, a consent."""
    ties: tuple[Select[Any], ...] = (
        select(Subscription.topic_id).where(Subscription.subscriber_id == person.id),
        select(Signup.id).where(Signup.subscriber_id == person.id),
        select(Registration.id).where(Registration.subscriber_id == person.id),
        select(Consent.id).where(Consent.reference == person.reference),
    )
    return any(session.execute(tie.limit(1)).first() is not None for tie in ties)


def _ended(row: Occurrence) -> datetime:
    """Give when it ended; a mere day ends everywhere on earth half a day after its end in UTC."""
    if row.ends_at is not None:
        return row.ends_at
    if row.starts_at is not None:
        return row.starts_at
    return datetime.combine(row.day + timedelta(days=1), time(12), UTC)
