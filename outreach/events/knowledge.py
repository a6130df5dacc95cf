"""What registrants know of when their event takes place, and to whom something else is news."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.events.differences import Difference, between, difference
from outreach.events.models import Event, EventChange, Occurrence
from outreach.events.registration_models import HAS_A_SEAT, Registration, RegistrationState
from outreach.events.state import Slot, State

TOLD = HAS_A_SEAT | {RegistrationState.WAITLISTED, RegistrationState.OFFERED}
"""Whose plans a change concerns: an address that nobody confirmed gets nothing."""


@dataclass(frozen=True)
class Heard:
    """Registrants of one occurrence who last heard the same of it, in one language."""

    original: date
    slot: Slot | None
    """None where nobody wrote down what they heard."""
    language: str
    count: int


@dataclass(frozen=True)
class News:
    """What is to be told of one occurrence, and to whom."""

    difference: Difference
    heard: tuple[Heard, ...]


def news_of(session: Session, event: Event, change: EventChange, now: datetime) -> list[News]:
    """Give what a change tells, by occurrence: to each what they have not heard yet."""
    before, after = State.from_json(change.before), State.from_json(change.after)
    found = {each.original: each for each in difference(before, after)}
    concerned: dict[date, list[Heard]] = {}
    for heard in _heard(session, event):
        told = _told(heard, before.slots.get(heard.original), after, now)
        if told is not None:
            concerned.setdefault(heard.original, []).append(heard)
            found.setdefault(heard.original, told)
    return [News(found[day], tuple(concerned.get(day, ()))) for day in sorted(found)]


def known_to(registration: Registration) -> Slot | None:
    """Give when a registrant last heard that it is; None where nobody wrote that down."""
    return Slot.from_text(registration.known) if registration.known else None


def misled(session: Session, event: Event, after: State, now: datetime) -> bool:
    """Tell whether somebody knows an occurrence otherwise than it is to be."""
    return any(_told(heard, None, after, now) for heard in _heard(session, event))


def _told(heard: Heard, before: Slot | None, after: State, now: datetime) -> Difference | None:
    known, slot = heard.slot or before, after.slots.get(heard.original)
    if known is None or (known.is_over(now) and (slot is None or slot.is_over(now))):
        return None
    return between(heard.original, known, slot)


def _heard(session: Session, event: Event) -> Iterator[Heard]:
    rows = session.execute(
        select(Occurrence.original, Registration.known, Registration.language, func.count())
        .join(Registration, Registration.occurrence_id == Occurrence.id)
        .where(
            Occurrence.event_id == event.id,
            Registration.state.in_(TOLD),
            Registration.subscriber_id.is_not(None),
            Registration.purged_at.is_(None),
        )
        .group_by(Occurrence.original, Registration.known, Registration.language)
        .order_by(Occurrence.original, Registration.known, Registration.language)
    )
    for original, known, language, count in rows:
        yield Heard(original, Slot.from_text(known) if known else None, language, count)
