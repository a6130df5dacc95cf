"""Which VEVENTs an entry becomes: one, a series with what departs from it, or one an occurrence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Event, Timezone, vRecur

from outreach.errors import Refused
from outreach.events.calendar_values import moment
from outreach.events.entry import Entry, Override, Recurrence
from outreach.events.models import EventStatus
from outreach.events.recurrence import Series, expand, originals
from outreach.events.state import TAKES_PLACE, WITHOUT_END
from outreach.events.timezones import write_timezone
from outreach.times import zone

ENDLESS_YEARS = 10
"""For how long a zone must keep its rule under a series without an end."""
MOST_YEARS = 40
"""How far ahead the rule of a zone is looked at."""

Zones = Mapping[str, Timezone | None]
"""By name; None where yearly rules cannot say a zone."""


@dataclass(frozen=True)
class Appearance:
    """One VEVENT of an entry: its time, its state, and which occurrence it is."""

    start: date
    end: date
    status: EventStatus
    sequence: int
    original: datetime | None = None
    series: Recurrence | None = None


def zones_of(entries: Sequence[Entry], now: datetime) -> Zones:
    """Write the zones of all series among the entries, each once, for the years they span."""
    spans: dict[str, list[int]] = {}
    for entry in entries:
        if _is_series(entry):
            spans.setdefault(entry.zone, []).extend(_years(entry, now))
    return {
        name: write_timezone(name, min(years), max(years)) for name, years in sorted(spans.items())
    }


def appearances(entry: Entry, zones: Zones, now: datetime) -> Iterator[Appearance]:
    """Give the VEVENTs of an entry, the series itself first; times are UTC but for a series."""
    if entry.starts_at is None:
        if entry.recurrence is not None:
            raise Refused("“%(title)s” repeats, so it needs an hour.", title=entry.title)
        yield Appearance(entry.day, entry.day + timedelta(days=1), entry.status, entry.sequence)
    elif not _is_series(entry):
        start, end = _span(entry, entry.starts_at, entry.ends_at)
        yield Appearance(start, end, entry.status, entry.sequence, _original(entry))
    elif zones[entry.zone] is None:
        yield from _one_by_one(entry, now)
    else:
        there = zone(entry.zone)
        start, end = (each.astimezone(there) for each in _span_of(entry))
        yield Appearance(start, end, entry.status, entry.sequence, series=entry.recurrence)
        for override in entry.overrides:
            yield _moved(entry, override, _wall(entry, override.original))


def add_rule(event: Event, entry: Entry, recurrence: Recurrence, skipped: Sequence[date]) -> None:
    """Write a rule, the original dates on which there is none, and the dates beside it."""
    event.add("RRULE", vRecur.from_ical(recurrence.rule))
    none = sorted({*recurrence.exceptions, *skipped})
    if none:
        event.add("EXDATE", [_wall(entry, day) for day in none])
    if recurrence.extra:
        there = zone(entry.zone)
        event.add("RDATE", [moment(each).astimezone(there) for each in sorted(recurrence.extra)])


def _is_series(entry: Entry) -> bool:
    timed = entry.starts_at is not None and entry.recurrence is not None
    return timed and entry.original is None


def _one_by_one(entry: Entry, now: datetime) -> Iterator[Appearance]:
    """Give each occurrence by itself, in UTC: no calendar could read the zone's rule."""
    overrides = {each.original: each for each in entry.overrides}
    for instance in expand(_series(entry), now):
        override = overrides.get(instance.original)
        if override is not None:
            yield _moved(entry, override, instance.starts_at)
        else:
            start, end = _span(entry, instance.starts_at, instance.ends_at)
            yield Appearance(start, end, entry.status, entry.sequence, instance.starts_at)


def _moved(entry: Entry, override: Override, original: datetime) -> Appearance:
    start, end = _span(entry, override.starts_at, override.ends_at)
    status = override.status if entry.status in TAKES_PLACE else entry.status
    sequence = max(entry.sequence, override.sequence)
    return Appearance(start, end, status, sequence, original)


def _span_of(entry: Entry) -> tuple[datetime, datetime]:
    return _span(entry, _start(entry), entry.ends_at)


def _span(entry: Entry, starts: datetime, ends: datetime | None) -> tuple[datetime, datetime]:
    start = moment(starts)
    end = start + WITHOUT_END if ends is None else moment(ends)
    if end <= start:
        raise Refused("“%(title)s” ends before it begins.", title=entry.title)
    return start, end


def _original(entry: Entry) -> datetime | None:
    """Give the moment that names an occurrence (RFC 5545 §3.8.4.4)."""
    if entry.original is None:
        return None
    if entry.original_start is not None:
        return moment(entry.original_start)
    return _wall(entry, entry.original).astimezone(UTC)


def _wall(entry: Entry, day: date) -> datetime:
    """Give when an original date began: at the hour of the series, or of the date beside it."""
    there = zone(entry.zone)
    for each in entry.recurrence.extra if entry.recurrence else ():
        if each.astimezone(there).date() == day:
            return each.astimezone(there)
    return datetime.combine(day, _start(entry).astimezone(there).time(), there)


def _start(entry: Entry) -> datetime:
    if entry.starts_at is None:
        raise ValueError("an hour is asked of an event that has only a day")
    return moment(entry.starts_at)


def _series(entry: Entry) -> Series:
    if entry.recurrence is None:
        raise ValueError("a series is asked of an event that does not repeat")
    start, end = _span_of(entry)
    return Series(
        start=start.astimezone(zone(entry.zone)).replace(tzinfo=None),
        zone=entry.zone,
        rule=entry.recurrence.rule,
        length=end - start,
        exceptions=frozenset(entry.recurrence.exceptions),
        extra=entry.recurrence.extra,
    )


def _years(entry: Entry, now: datetime) -> list[int]:
    """Give the first and the last year of a series, and those of the dates beside it."""
    series = _series(entry)
    first = series.start.year
    years = [first, *(each.year for each in series.extra)]
    if "UNTIL=" in series.rule:
        years.append(int(series.rule.partition("UNTIL=")[2][:4]))
    elif "COUNT=" in series.rule:
        last = max(originals(series, date(first + MOST_YEARS, 12, 31)))
        years.append(last.year)
    else:
        years.append(max(first, now.year) + ENDLESS_YEARS)
    return [min(years), min(max(years), min(years) + MOST_YEARS)]
