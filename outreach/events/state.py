"""When an event takes place, as a value: what was announced, and what its file says now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from outreach.events.models import Event, EventStatus, Occurrence
from outreach.events.recurrence import Series, covered, expand

WITHOUT_END = timedelta(hours=1)
"""How long an event lasts whose end nobody knows."""
TAKES_PLACE = frozenset({EventStatus.CONFIRMED, EventStatus.TENTATIVE})


def is_over(day: date, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    """Tell whether something is over; a mere day lasts until it has ended everywhere on earth."""
    if starts_at is not None:
        return (ends_at or starts_at + WITHOUT_END) <= now
    return day < (now - timedelta(hours=12)).date()


@dataclass(frozen=True)
class Slot:
    """When one occurrence takes place, and whether."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    status: EventStatus = EventStatus.CONFIRMED

    @property
    def text(self) -> str:
        """Write it down; equal slots have equal texts."""
        moments = (
            each.astimezone(UTC).isoformat() if each else "-"
            for each in (self.starts_at, self.ends_at)
        )
        return " ".join((self.day.isoformat(), *moments, str(self.status)))

    @classmethod
    def from_text(cls, text: str) -> "Slot":
        """Undo `text`."""
        day, starts, ends, status = text.split(" ")
        return cls(
            date.fromisoformat(day),
            None if starts == "-" else datetime.fromisoformat(starts),
            None if ends == "-" else datetime.fromisoformat(ends),
            EventStatus(status),
        )

    @property
    def takes_place(self) -> bool:
        """Tell whether it is neither cancelled nor postponed."""
        return self.status in TAKES_PLACE

    def is_over(self, now: datetime) -> bool:
        """Tell whether it is over."""
        return is_over(self.day, self.starts_at, self.ends_at, now)


@dataclass(frozen=True)
class State:
    """All occurrences of an event, by their original local date."""

    status: EventStatus
    slots: Mapping[date, Slot] = field(default_factory=dict)
    series: Series | None = None
    until: date | None = None
    """Of a series: the last day up to which it was expanded."""

    def to_json(self) -> dict[str, Any]:
        """Give it as a value of JSON."""
        return {
            "status": str(self.status),
            "series": self.series and self.series.to_json(),
            "until": self.until and self.until.isoformat(),
            "occurrences": {
                original.isoformat(): [
                    slot.day.isoformat(),
                    slot.starts_at and slot.starts_at.isoformat(),
                    slot.ends_at and slot.ends_at.isoformat(),
                    str(slot.status),
                ]
                for original, slot in sorted(self.slots.items())
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "State":
        """Undo `to_json`."""
        until = value["until"]
        return cls(
            status=EventStatus(value["status"]),
            series=Series.from_json(value["series"]) if value["series"] else None,
            until=date.fromisoformat(until) if until else None,
            slots={
                date.fromisoformat(original): Slot(
                    date.fromisoformat(day),
                    datetime.fromisoformat(starts) if starts else None,
                    datetime.fromisoformat(ends) if ends else None,
                    EventStatus(status),
                )
                for original, (day, starts, ends, status) in value["occurrences"].items()
            },
        )


def slot_of(row: Occurrence) -> Slot:
    """Give what the row of an occurrence says."""
    return Slot(row.day, row.starts_at, row.ends_at, EventStatus(row.status))


def state_of(event: Event) -> State:
    """Give what the rows of an event say."""
    return State(
        status=EventStatus(event.status),
        slots={row.original: slot_of(row) for row in event.occurrences},
        series=Series.from_json(event.recurrence) if event.recurrence else None,
    )


def series_state(series: Series, status: EventStatus, now: datetime) -> State:
    """Give what a series comes to, up to the horizon."""
    slots = {
        each.original: Slot(
            series.local(each.starts_at),
            each.starts_at,
            each.ends_at,
            EventStatus.CANCELLED if each.cancelled else status,
        )
        for each in expand(series, now)
    }
    return State(status, slots, series, covered(series, now))


def rolled(state: State, now: datetime) -> State:
    """Add the occurrences that have come within the horizon since: they were announced by rule."""
    if state.series is None:
        return state
    wider = series_state(state.series, state.status, now)
    until = state.until
    more = {day: slot for day, slot in wider.slots.items() if until is None or day > until}
    return replace(state, slots={**more, **state.slots}, until=wider.until)


def following(rows: State, plan: State, now: datetime) -> State:
    """Give the plan with what the rows have beside it: that stays if it is over.

    What has vanished from the plan and is still to come is cancelled. Of a series, what is over
    keeps its status.
    """
    slots = dict(plan.slots)
    # Of an endless series, the plan holds the latest occurrences only: older ones are all over.
    for original, slot in rows.slots.items():
        planned = slots.get(original)
        if planned is None:
            gone = slot if slot.is_over(now) else replace(slot, status=EventStatus.CANCELLED)
            slots[original] = gone
        elif plan.series is not None and slot.is_over(now) and planned.is_over(now):
            slots[original] = replace(planned, status=slot.status)
    return replace(plan, slots=slots)
