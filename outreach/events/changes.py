"""What changed about when an event takes place: proposed by sync, released by a person."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.events.differences import Difference, difference, differs
from outreach.events.knowledge import misled
from outreach.events.models import Event, EventChange
from outreach.events.state import State, rolled


def difference_of(change: EventChange) -> tuple[Difference, ...]:
    """Tell what a change consists of."""
    return difference(State.from_json(change.before), State.from_json(change.after))


def open_changes(session: Session) -> list[tuple[Event, EventChange]]:
    """Give the changes that wait for a person, the oldest first."""
    rows = session.execute(
        select(Event, EventChange)
        .join(EventChange, EventChange.event_id == Event.id)
        .where(EventChange.released_at.is_(None), EventChange.withdrawn_at.is_(None))
        .order_by(EventChange.proposed_at, EventChange.id)
    )
    return [(event, change) for event, change in rows]


def locked(session: Session, slug: str) -> Event | None:
    """Give an event that nobody else can change until this transaction ends."""
    query = select(Event).where(Event.slug == slug).with_for_update(of=Event)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def propose(session: Session, event: Event, before: State, after: State, now: datetime) -> None:
    """Keep the one open change of an event in step with its file; changing back withdraws it.

    What is over, before and after, is nobody's news: it counts as announced as it stands. Feeds
    show what the rows say at once, so each step raises SEQUENCE (RFC 5546 §2.1.4).
    """
    told = _settled(before, after, now)
    change = open_change(session, event)
    shown = told if change is None else rolled(State.from_json(change.after), now)
    _raise_sequence(event, _settled(shown, after, now), after)
    _note_previous_start(event, told, after, was_open=change is not None)
    # Changed back: whoever registered meanwhile knows only what was changed back.
    if not differs(told, after) and not (change and misled(session, event, after, now)):
        event.announced = after.to_json()
        if change is not None:
            change.withdrawn_at = now
        return
    event.announced = told.to_json()
    if change is None:
        change = EventChange(event_id=event.id, proposed_at=now, before={}, after={})
        session.add(change)
    if change.after != after.to_json():
        change.proposed_at = now
    change.before, change.after = told.to_json(), after.to_json()


def open_change(session: Session, event: Event) -> EventChange | None:
    """Give what waits for a person, of one event."""
    return session.execute(
        select(EventChange).where(
            EventChange.event_id == event.id,
            EventChange.released_at.is_(None),
            EventChange.withdrawn_at.is_(None),
        )
    ).scalar_one_or_none()


def _raise_sequence(event: Event, shown: State, after: State) -> None:
    """Say in calendars which version is the newer one."""
    if not differs(shown, after):
        return
    changed = {each.original for each in difference(shown, after)}
    for occurrence in event.occurrences:
        if occurrence.original in changed:
            occurrence.sequence += 1
    event.sequence += 1


def _settled(before: State, after: State, now: datetime) -> State:
    slots = dict(before.slots)
    for original in before.slots.keys() | after.slots.keys():
        old, new = before.slots.get(original), after.slots.get(original)
        if (old is None or old.is_over(now)) and (new is None or new.is_over(now)):
            slots.pop(original, None)
            if new is not None:
                slots[original] = new
    return replace(before, slots=slots)


def _note_previous_start(event: Event, told: State, after: State, *, was_open: bool) -> None:
    """Keep when an event that is no series was to begin, for those who knew that."""
    if after.series is not None or told.series is not None:
        event.previous_start = None
        return
    moved = [each for each in difference(told, after) if each.before and each.after]
    starts = {each.before.starts_at for each in moved if each.before and _moves(each)}
    if starts:
        event.previous_start = starts.pop()
    elif was_open:
        event.previous_start = None


def _moves(each: Difference) -> bool:
    return bool(each.before and each.after and each.before.starts_at != each.after.starts_at)
