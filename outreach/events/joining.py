"""The way in, one link a registrant: a waiting page, then the meeting, then the recording.

Opening the link counts nothing: programs open links in mails. The Join button is what counts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from outreach.audience import involvement
from outreach.audience.models import Part
from outreach.errors import NotFound
from outreach.events.models import Event, Occurrence
from outreach.events.registration_models import HAS_A_SEAT, Registration, RegistrationState
from outreach.events.state import TAKES_PLACE, WITHOUT_END, is_over
from outreach.times import zone

GRACE = timedelta(minutes=30)
"""How long after its end the meeting can still be joined: talks run over."""
ABSENT_AFTER = timedelta(hours=1)
"""How long after the end whoever has not joined counts as absent; more than `GRACE`."""


class Door(StrEnum):
    """What stands behind a link at this moment."""

    REVOKED = "revoked"
    """There is a newer link."""
    NO_SEAT = "no seat"
    """Cancelled, waiting or never confirmed."""
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    WAITING = "waiting"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class Way:
    """A registrant before the door."""

    registration: Registration
    door: Door
    opens_at: datetime | None
    """None where only the day is known."""


def way(registration: Registration, number: int, opens_minutes: int, now: datetime) -> Way:
    """Tell what a link leads to. `number` is signed into it; `opens_minutes` before the start."""
    opens_at = _opens_at(registration.occurrence, opens_minutes)
    return Way(registration, _door(registration, number, opens_at, now), opens_at)


def join(session: Session, found: Way, now: datetime) -> str:
    """Let a registrant in and count that they came; give where to. Empty if the door is shut."""
    registration = found.registration
    if found.door is not Door.OPEN:
        return ""
    locked = select(Registration).where(Registration.id == registration.id)
    session.execute(
        locked.with_for_update(of=Registration).execution_options(populate_existing=True)
    )
    if registration.state not in HAS_A_SEAT:
        return ""
    if registration.joined_at is None:
        registration.joined_at = now
    if registration.state is not RegistrationState.ATTENDED:
        registration.move(RegistrationState.ATTENDED, now)
    row, person = registration.occurrence, registration.subscriber
    if person is not None:
        involvement.involve(
            session, person.id, row.event.slug, row.original, part=Part.ATTENDED, at=now
        )
    return row.event.online_url


def revoke(registration: Registration) -> None:
    """Shut every link of this registration that was mailed so far."""
    registration.join_number += 1


def mark_absent(session: Session, now: datetime, *, size: int = 500) -> int:
    """Note, a page at a time, who had a seat and did not join; give how many.

    Only of events that are joined by our link: of others nobody knows.
    """
    ended = now - ABSENT_AFTER
    over = or_(
        Occurrence.ends_at <= ended,
        and_(Occurrence.ends_at.is_(None), Occurrence.starts_at <= ended - WITHOUT_END),
    )
    page = (
        select(Registration.id)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Registration.state == RegistrationState.CONFIRMED,
            Event.online_url != "",
            Occurrence.status.in_(TAKES_PLACE),
            over,
        )
        .limit(size)
    )
    marked = session.execute(
        update(Registration)
        .where(
            Registration.id.in_(list(session.scalars(page))),
            Registration.state == RegistrationState.CONFIRMED,
        )
        .values(state=RegistrationState.ABSENT)
        .returning(Registration.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())


def find(session: Session, number: int) -> Registration:
    """Give a registration by id; NotFound if it was purged, or never was."""
    found = session.get(Registration, number, populate_existing=True)
    if found is None or found.purged_at is not None:
        raise NotFound("This registration is not here any more.")
    return found


def _door(
    registration: Registration, number: int, opens_at: datetime | None, now: datetime
) -> Door:
    row = registration.occurrence
    if registration.state not in HAS_A_SEAT:
        return Door.NO_SEAT
    if number < registration.join_number:
        return Door.REVOKED
    if row.status not in TAKES_PLACE:
        return Door(row.status)
    if is_over(row.day, row.starts_at, row.ends_at, now - GRACE):
        return Door.OVER
    return Door.WAITING if opens_at is None or now < opens_at else Door.OPEN


def _opens_at(row: Occurrence, minutes: int) -> datetime | None:
    """Give when the door opens: where only the day is known, as that day begins there."""
    if row.starts_at is None:
        there = zone(row.event.zone or "UTC")
        return datetime.combine(row.day, time(), there).astimezone(UTC)
    return row.starts_at - timedelta(minutes=minutes)
