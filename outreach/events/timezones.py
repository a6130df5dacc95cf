"""A time zone as calendars can read it: one rule for winter, at most one for summer.

Outlook reads nothing of a VTIMEZONE but TZID, DTSTART, RRULE and the offsets, and other readers go
wrong by an hour on lists of dates, so a zone is written by yearly rules or not at all.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText

from outreach.times import zone

ANCHOR = 1970
"""The year in which every rule begins."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OUTLOOK = 8
"""Years looked ahead to choose among rules that all fit the span."""


@dataclass(frozen=True)
class Observance:
    """One half of a zone's year (RFC 5545 §3.6.5)."""

    daylight: bool
    name: str
    """How people call it there, e.g. `CEST`."""
    onset: datetime
    """Its first beginning: naive, by the clock that is shown before it."""
    before: timedelta
    after: timedelta
    """Offsets from UTC."""
    month: int = 0
    """0 where the clocks never change."""
    day: str = ""
    """E.g. `-1SU`, the last Sunday of the month."""


@dataclass(frozen=True)
class _Change:
    wall: datetime
    before: timedelta
    after: timedelta
    name: str


def observances(zone_name: str, first: int, last: int) -> tuple[Observance, ...] | None:
    """Give the rules that are true of a zone in the years `first` to `last`, both included.

    None where yearly rules cannot say it: the zone's series are then written in UTC.
    """
    if not ANCHOR < first <= last:
        return None
    return _observances(zone_name, first, last)


def write_timezone(zone_name: str, first: int, last: int) -> Timezone | None:
    """Write a zone for the years `first` to `last`; None where that cannot be done."""
    found = observances(zone_name, first, last)
    if found is None:
        return None
    written = Timezone()
    written.add("TZID", zone_name)
    for each in found:
        part = TimezoneDaylight() if each.daylight else TimezoneStandard()
        part.add("DTSTART", each.onset)
        part.add("TZOFFSETFROM", each.before)
        part.add("TZOFFSETTO", each.after)
        part.add("TZNAME", vText(each.name))
        if each.month:
            part.add("RRULE", vRecur(FREQ="YEARLY", BYMONTH=each.month, BYDAY=each.day))
        written.add_component(part)
    return written


@lru_cache(maxsize=2048)
def _observances(zone_name: str, first: int, last: int) -> tuple[Observance, ...] | None:
    years = [_changes(zone_name, year) for year in range(first, last + 1)]
    if not any(years):
        return (_unchanging(zone_name, first),)
    offsets = {offset for year in years for each in year for offset in (each.before, each.after)}
    if len(offsets) != 2 or any(len(year) != 2 for year in years):
        return None
    beyond = [_changes(zone_name, year) for year in range(last + 1, last + 1 + _OUTLOOK)]
    found = []
    for daylight in (False, True):
        offset = max(offsets) if daylight else min(offsets)
        rule = _rule(
            [each for year in years for each in year if each.after == offset],
            [each for year in beyond for each in year if each.after == offset],
        )
        if rule is None:
            return None
        found.append(rule)
    return tuple(found)


def _unchanging(zone_name: str, year: int) -> Observance:
    there = datetime(year, 1, 1, tzinfo=zone(zone_name))
    offset = there.utcoffset() or timedelta()
    onset = datetime(ANCHOR, 1, 1)  # noqa: DTZ001  (a wall time)
    name = there.tzname() or zone_name
    return Observance(daylight=False, name=name, onset=onset, before=offset, after=offset)


def _rule(span: list[_Change], beyond: list[_Change]) -> Observance | None:
    """Find the yearly rule that all changes of the span follow, and most of those after it."""
    first = span[0]
    if any(each.wall.time() != first.wall.time() for each in span):
        return None
    fitting = set.intersection(*(_days(each) for each in span))
    if not fitting:
        return None
    later = Counter(day for each in beyond for day in _days(each))
    month, day = max(fitting, key=lambda rule: (later[rule], rule[1].startswith("-1"), rule))
    return Observance(
        daylight=first.after > first.before,
        name=first.name,
        onset=_in_year(ANCHOR, month, day, first.wall),
        before=first.before,
        after=first.after,
        month=month,
        day=day,
    )


def _days(change: _Change) -> set[tuple[int, str]]:
    """Name the day of a change as rules can: counted from the month's beginning and its end."""
    wall = change.wall
    day = _DAYS[wall.weekday()]
    from_start = (wall.day - 1) // 7 + 1
    from_end = (monthrange(wall.year, wall.month)[1] - wall.day) // 7 + 1
    names = {f"{from_start}{day}"} if from_start < 5 else set()
    names |= {f"-{from_end}{day}"} if from_end < 5 else set()
    return {(wall.month, name) for name in names}


def _in_year(year: int, month: int, day: str, wall: datetime) -> datetime:
    """Give the day of that name in a year, at the hour of `wall`."""
    count, weekday = int(day[:-2]), _DAYS.index(day[-2:])
    days = [
        number
        for number in range(1, monthrange(year, month)[1] + 1)
        if datetime(year, month, number).weekday() == weekday  # noqa: DTZ001  (a day)
    ]
    number = days[count - 1] if count > 0 else days[count]
    return wall.replace(year=year, month=month, day=number)


@lru_cache(maxsize=8192)
def _changes(zone_name: str, year: int) -> tuple[_Change, ...]:
    """Give the changes of the offset in one year (of UTC)."""
    return tuple(_find_changes(zone_name, year))


def _find_changes(zone_name: str, year: int) -> Iterator[_Change]:
    there = zone(zone_name)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(there).utcoffset() or timedelta()

    day, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = offset(day)
    while day < end:
        following = day + timedelta(days=1)
        after = offset(following)
        if after != before:
            low, high = day, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            wall = (high + before).replace(tzinfo=None)
            name = high.astimezone(there).tzname() or zone_name
            yield _Change(wall, before, after, name)
        day, before = following, after
