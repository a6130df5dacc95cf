"""What became of an occurrence, or of a whole event, from one state to another."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.events.models import EventStatus
from outreach.events.state import Slot, State


class ChangeKind(StrEnum):
    """What becomes of an occurrence."""

    ADDED = "added"
    MOVED = "moved"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    RESTORED = "restored"
    """It takes place after all, or at last; perhaps at another time."""
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"


@dataclass(frozen=True)
class Difference:
    """What changed of one occurrence."""

    original: date
    kind: ChangeKind
    before: Slot | None
    after: Slot | None


def difference(before: State, after: State) -> tuple[Difference, ...]:
    """Tell what changed of each occurrence, by original date; nothing of those that stay."""
    days = sorted(before.slots.keys() | after.slots.keys())
    found = (between(day, before.slots.get(day), after.slots.get(day)) for day in days)
    return tuple(each for each in found if each)


def between(original: date, old: Slot | None, new: Slot | None) -> Difference | None:
    """Tell what changed of one occurrence; None if that is nobody's news."""
    kind = became(old, new)
    return None if kind is None else Difference(original, kind, old, new)


def became(old: Slot | None, new: Slot | None) -> ChangeKind | None:
    """Tell what became of an occurrence; None if that is nobody's news."""
    if new is None or not new.takes_place:
        return _ended(old, EventStatus.CANCELLED if new is None else new.status)
    if old is None:
        return ChangeKind.ADDED
    if not old.takes_place:
        return ChangeKind.RESTORED
    if (old.day, old.starts_at, old.ends_at) != (new.day, new.starts_at, new.ends_at):
        return ChangeKind.MOVED
    return None if old.status is new.status else ChangeKind(new.status)


def differs(before: State, after: State) -> bool:
    """Tell whether there is anything that calendars must learn, however far ahead."""
    new_rule = after.series is not None and _rule(before) != _rule(after)
    return new_rule or bool(difference(before, after))


def _ended(old: Slot | None, status: EventStatus) -> ChangeKind | None:
    return None if old is None or old.status is status else ChangeKind(status)


def _rule(state: State) -> object:
    series = state.series
    return series and (series.zone, series.rule, series.length)
