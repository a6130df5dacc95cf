"""A person releases what changed, and registrants will be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience.letters import letter_language
from outreach.content.site import Site
from outreach.errors import NotFound, Refused
from outreach.events.changes import locked, open_change
from outreach.events.differences import Difference
from outreach.events.knowledge import Heard, news_of
from outreach.events.models import Event, EventChange
from outreach.events.noting import note
from outreach.events.registration_models import NoticeKind


@dataclass(frozen=True)
class Planned:
    """What a release tells about one occurrence, and how many in which language."""

    difference: Difference
    by_language: dict[str, int]


def planned(
    session: Session, site: Site, event: Event, change: EventChange, now: datetime
) -> list[Planned]:
    """Tell what a release would send, by occurrence. Changes nothing."""
    return [
        Planned(each.difference, _counted(site, each.heard))
        for each in news_of(session, event, change, now)
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
    told = {each.difference.original for each in news_of(session, event, change, now) if each.heard}
    event.announced = change.after
    change.released_at = now
    session.flush()
    for occurrence in event.occurrences:
        if occurrence.original in told:
            note(
                session,
                NoticeKind.CHANGE,
                occurrence.id,
                key=f"change:{change.id}:{occurrence.id}",
                due_at=now,
                change_id=change.id,
            )
    return change


def _counted(site: Site, heard: Sequence[Heard]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for each in heard:
        counted[letter_language(site, each.language)] += each.count
    return dict(sorted(counted.items()))
