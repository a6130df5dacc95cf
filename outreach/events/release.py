"""A person releases what changed, and registrants will be told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.letters import letter_language
from outreach.content.site import Site
from outreach.errors import NotFound, Refused
from outreach.events.changes import Difference, difference_of, locked, open_change
from outreach.events.models import Event, EventChange, Occurrence
from outreach.events.noting import note
from outreach.events.registration_models import NoticeKind, Registration
from outreach.events.updates import concerned


@dataclass(frozen=True)
class Planned:
    """What a release tells about one occurrence, and how many in which language."""

    difference: Difference
    by_language: dict[str, int]


def planned(session: Session, site: Site, event: Event, change: EventChange) -> list[Planned]:
    """Tell what a release would send, by occurrence. Changes nothing."""
    rows = {row.original: row.id for row in event.occurrences}
    return [
        Planned(each, _counted(session, site, rows.get(each.original), change))
        for each in difference_of(change)
    ]


def release(session: Session, slug: str, now: datetime) -> EventChange:
    """Announce the open change of an event: the worker tells the registrants of what changed.

    NotFound if there is no such event; Refused
    if it has no open change, so that of two releases at once one wins.
    """
    event = locked(session, slug)
    if event is None:
        raise NotFound("This event is not here any more.")
    change = open_change(session, event)
    if change is None:
        raise Refused("There is no change of this event that waits for its release.")
    changed = {each.original for each in difference_of(change)}
    event.announced = change.after
    change.released_at = now
    session.flush()
    for occurrence in _with_registrants(session, event, change):
        if occurrence.original in changed:
            note(
                session,
                NoticeKind.CHANGE,
                occurrence.id,
                key=f"change:{change.id}:{occurrence.id}",
                due_at=now,
                change_id=change.id,
            )
    return change


def _with_registrants(session: Session, event: Event, change: EventChange) -> Iterator[Occurrence]:
    """Give the occurrences that anybody must hear about."""
    known = select(Registration.occurrence_id).where(
        Registration.occurrence_id.in_([row.id for row in event.occurrences]), concerned(change)
    )
    expected = set(session.scalars(known.distinct()))
    return (row for row in event.occurrences if row.id in expected)


def _counted(
    session: Session, site: Site, occurrence_id: int | None, change: EventChange
) -> dict[str, int]:
    rows = session.execute(
        select(Registration.language, func.count())
        .where(Registration.occurrence_id == occurrence_id, concerned(change))
        .group_by(Registration.language)
    )
    counted: Counter[str] = Counter()
    for language, count in rows:
        counted[letter_language(site, language)] += count
    return dict(sorted(counted.items()))
