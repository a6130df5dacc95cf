"""The dates of a series that one can register for, and why one cannot for some."""

from dataclasses import dataclass

from outreach.errors import Sentence
from outreach.events import seats
from outreach.events.models import Event, Occurrence
from outreach.events.queries import coming
from outreach.web.visit import Visit

DATES = 12
"""At most so many."""


@dataclass(frozen=True)
class Date:
    """One date of a series in the form."""

    value: str
    words: str
    note: str
    """Why one cannot come then, or empty."""
    chosen: bool


def closed_for(visit: Visit, found: Event, row: Occurrence) -> Sentence | None:
    """Say why one cannot register for a date; None if one can, be it for the wait list."""
    closed = seats.closed_because(found, row, visit.now)
    if closed is None and not found.wait_list:
        room = seats.has_room(visit.session, found, row, visit.now)
        return None if room else seats.FULL
    return closed


def dates_offered(visit: Visit, found: Event, row: Occurrence) -> list[Date]:
    """Give the next dates of a series, and the chosen one; none where there is only one."""
    if not found.recurrence:
        return []
    rows = coming(visit.session, found, DATES, visit.now)
    if row.id not in {each.id for each in rows}:
        rows = [row, *rows]
    return [
        Date(
            each.original.isoformat(),
            visit.t.day(each.day, "full"),
            _why_not(visit, found, each),
            each.id == row.id,
        )
        for each in rows
    ]


def _why_not(visit: Visit, found: Event, row: Occurrence) -> str:
    closed = closed_for(visit, found, row)
    if closed is not None:
        return visit.t.say(closed)
    if seats.has_room(visit.session, found, row, visit.now):
        return ""
    return visit.t("wait list")
