"""When a series takes place: a rule of RFC 5545, expanded by the time on the wall."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from outreach.errors import Refused
from outreach.times import zone

HORIZON = timedelta(days=400)
"""How far ahead occurrences are known."""
MOST = 1000
"""Occurrences of one series: the latest ones up to the horizon."""

_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_COUNT = r"[1-9]\d{0,3}"
_PARTS = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": _COUNT,
    "COUNT": _COUNT,
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"([+-]?([1-9]|[1-4]\d|5[0-3]))?({_DAYS})",
    "BYMONTHDAY": r"[+-]?([1-9]|[12]\d|3[01])",
    "BYYEARDAY": r"[+-]?([1-9]\d{0,2})",
    "BYWEEKNO": r"[+-]?([1-9]|[1-4]\d|5[0-3])",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYSETPOS": r"[+-]?([1-9]\d{0,2})",
    "WKST": _DAYS,
}
"""What a rule may say. An occurrence is known by its day, so nothing comes twice a day."""


@dataclass(frozen=True)
class Departure:
    """One occurrence that is moved or cancelled, known by its original local date."""

    original: date
    starts_at: datetime | None = None
    """In UTC; None where it is cancelled."""
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Series:
    """A first start on the wall of a zone, a rule, and what departs from it."""

    start: datetime
    """Naive."""
    zone: str
    rule: str
    """As `read_rule` gives it."""
    length: timedelta | None = None
    """Of every occurrence (RFC 5545 §3.8.5.3: the same exact duration)."""
    exceptions: frozenset[date] = frozenset()
    extra: tuple[datetime, ...] = ()
    """Further starts, in UTC."""
    departures: tuple[Departure, ...] = ()

    def local(self, moment: datetime) -> date:
        """Give the day of a moment where it takes place."""
        return moment.astimezone(zone(self.zone)).date()

    def ruled_start(self, original: date) -> datetime:
        """Give when the occurrence of a date begins, moved or not."""
        further = {self.local(each): each for each in self.extra}
        wall = datetime.combine(original, self.start.time())
        return further.get(original) or place(wall, self.zone)

    def to_json(self) -> dict[str, Any]:
        """Give it as a value of JSON; the same series gives the same value."""
        return {
            "start": self.start.isoformat(),
            "zone": self.zone,
            "rule": self.rule,
            "seconds": None if self.length is None else int(self.length.total_seconds()),
            "exceptions": sorted(day.isoformat() for day in self.exceptions),
            "extra": sorted(each.isoformat() for each in self.extra),
            "departures": [
                [
                    each.original.isoformat(),
                    each.starts_at and each.starts_at.isoformat(),
                    each.ends_at and each.ends_at.isoformat(),
                ]
                for each in sorted(self.departures, key=lambda each: each.original)
            ],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Series":
        """Undo `to_json`."""
        seconds = value["seconds"]
        return cls(
            start=datetime.fromisoformat(value["start"]),
            zone=value["zone"],
            rule=value["rule"],
            length=None if seconds is None else timedelta(seconds=seconds),
            exceptions=frozenset(map(date.fromisoformat, value["exceptions"])),
            extra=tuple(map(datetime.fromisoformat, value["extra"])),
            departures=tuple(
                Departure(date.fromisoformat(day), _moment(starts), _moment(ends))
                for day, starts, ends in value["departures"]
            ),
        )


@dataclass(frozen=True)
class Instance:
    """One date of a series; times in UTC."""

    original: date
    """The local date on which the rule puts it: its name, also after it was moved."""
    starts_at: datetime
    ends_at: datetime | None
    cancelled: bool = False


def read_rule(text: str, zone_name: str) -> str:
    """Check a rule and give it as calendars want it: FREQ first, UNTIL in UTC.

    UNTIL may be written as a local day (which counts), a local time, or in UTC. Refused if the
    rule is not one of RFC 5545 §3.3.10, or can give more than one occurrence a day.
    """
    parts: dict[str, str] = {}
    for part in text.upper().replace(" ", "").removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        pattern = _PARTS.get(name)
        if pattern is None or name in parts:
            raise Refused(
                "“%(part)s” is not a part of a rule. Write a rule like FREQ=MONTHLY;BYDAY=1TH.",
                part=part[:60],
            )
        values = value.split(",") if name.startswith("BY") else [value]
        if not all(re.fullmatch(pattern, each) for each in values):
            raise Refused("A rule cannot say “%(part)s”.", part=part[:60])
        parts[name] = value
    if "FREQ" not in parts:
        raise Refused("A rule says how often: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    if "UNTIL" in parts and "COUNT" in parts:
        raise Refused("A rule ends by COUNT or by UNTIL, not by both.")
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone_name):%Y%m%dT%H%M%SZ}"
    rest = [f"{name}={value}" for name, value in parts.items() if name != "FREQ"]
    return ";".join([f"FREQ={parts['FREQ']}", *rest])


def check_series(series: Series) -> None:
    """Refuse a series whose rule does not begin with its first start.

    RFC 5545 §3.8.5.3 leaves open what such a series is, and calendars disagree.
    """
    try:
        first = next(_walls(series), None)
    except (ValueError, TypeError, IndexError) as error:
        raise Refused("This rule has parts that do not go together.") from error
    if first is None:
        raise Refused("This rule gives no date at all.")
    if first != series.start:
        raise Refused(
            "The rule begins on %(first)s, not on the day of “start”. Write that day there.",
            first=first.date(),
        )


def originals(series: Series, last: date) -> set[date]:
    """Give the original dates up to one, those of exceptions and extra dates included."""
    rule = {wall.date() for wall in _walls(series, last)}
    return rule | {series.local(each) for each in series.extra}


def covered(series: Series, now: datetime) -> date:
    """Give the last day up to which occurrences are known, by the calendar of its zone."""
    return series.local(max(now, place(series.start, series.zone)) + HORIZON)


def expand(series: Series, now: datetime) -> tuple[Instance, ...]:
    """Give the occurrences up to the horizon, by original date; the latest `MOST` of them."""
    last = covered(series, now)
    found = dict(deque(_starts(series, last), maxlen=MOST))
    further = {series.local(each): each for each in series.extra}
    found |= {day: each for day, each in further.items() if day <= last}
    departures = {each.original: each for each in series.departures}
    instances = [_instance(series, day, found[day], departures.get(day)) for day in sorted(found)]
    return tuple(instances[-MOST:])


def place(wall: datetime, zone_name: str) -> datetime:
    """Give the moment of a wall time as RFC 5545 §3.3.5 says, never refusing.

    In the gap of a change of clocks, the offset before it counts; of an hour that happens twice,
    the earlier one.
    """
    return wall.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def _instance(
    series: Series, day: date, starts_at: datetime, departure: Departure | None
) -> Instance:
    ends_at = None if series.length is None else starts_at + series.length
    if departure is None:
        return Instance(day, starts_at, ends_at)
    if departure.starts_at is None:
        return Instance(day, starts_at, ends_at, cancelled=True)
    return Instance(day, departure.starts_at, departure.ends_at)


def _starts(series: Series, last: date) -> Iterator[tuple[date, datetime]]:
    """Give the dates of the rule and their moments, without its exceptions."""
    for wall in _walls(series, last):
        if wall.date() not in series.exceptions:
            yield wall.date(), place(wall, series.zone)


def _walls(series: Series, last: date | None = None) -> Iterator[datetime]:
    """Give the wall times of the rule, up to a day."""
    parts = series.rule.split(";")
    rule = ";".join(part for part in parts if not part.startswith("UNTIL="))
    until = next((part[6:] for part in parts if part.startswith("UNTIL=")), None)
    end = _wall_end(until, series.zone) if until else None
    for wall in rrulestr(rule, dtstart=series.start):
        if (end and wall > end) or (last and wall.date() > last):
            return
        yield wall


def _until(value: str, zone_name: str) -> datetime:
    try:
        if value.endswith("Z"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if "T" in value:
            return place(_naive(value, "%Y%m%dT%H%M%S"), zone_name)
        day = _naive(value, "%Y%m%d")
        return place(day.replace(hour=23, minute=59, second=59), zone_name)
    except (ValueError, OverflowError) as error:
        raise Refused("There is no such day: UNTIL=%(value)s.", value=value) from error


def _wall_end(until: str, zone_name: str) -> datetime:
    end = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return end.astimezone(zone(zone_name)).replace(tzinfo=None)


def _naive(value: str, form: str) -> datetime:
    return datetime.strptime(value, form)  # noqa: DTZ007


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
