"""What a series of `event.toml` must say, and how it is understood."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Protocol

from pydantic import Field, PlainValidator, model_validator

from outreach.content.documents import Document, Place
from outreach.content.faults import Fault
from outreach.content.fields import Day, Line, WallTime, Wrong, YesNo, shown
from outreach.content.source import Part
from outreach.errors import Refused, Sentence
from outreach.events.recurrence import Departure, Series, check_series, originals, read_rule
from outreach.times import Choice, instant


def _day_or_wall(value: object) -> date:
    if isinstance(value, date) and getattr(value, "tzinfo", None) is None:
        return value
    raise Wrong(
        "“%(value)s” is neither a day like 2026-12-01 nor a time like 2026-12-01T15:00:00, both "
        "without quotes.",
        value=shown(value),
    )


class RecurrenceSource(Part):
    """How it comes again."""

    rule: Line
    exceptions: list[Day] = Field(default_factory=list)
    extra: list[Annotated[date, PlainValidator(_day_or_wall)]] = Field(default_factory=list)
    """Further days, at the time of “start”, or further times on the wall."""


class OverrideSource(Part):
    """One occurrence that is moved or cancelled, by its original date."""

    date: Day
    start: WallTime | None = None
    end: WallTime | None = None
    which: Choice | None = None
    cancelled: YesNo = False

    @model_validator(mode="after")
    def _one_thing(self) -> "OverrideSource":
        if self.start is None:
            for key in ("end", "which"):
                if getattr(self, key) is not None:
                    raise Wrong("This has no meaning without “start”.", at=key)
        if self.cancelled and self.start is not None:
            raise Wrong("One that is cancelled has no new time.", at="start")
        if not self.cancelled and self.start is None:
            raise Wrong("Say what becomes of it: “start”, or cancelled = true.", at="date")
        return self


class Recurring(Protocol):
    """What must be known of an event to understand its series."""

    @property
    def start(self) -> datetime | None:
        """Give its first start, on the wall."""

    @property
    def zone(self) -> str | None:
        """Give its zone."""

    @property
    def starts_at(self) -> datetime | None:
        """Give the moment of its first start."""

    @property
    def ends_at(self) -> datetime | None:
        """Give the moment of its first end."""

    @property
    def recurrence(self) -> RecurrenceSource | None:
        """Give how it comes again."""

    @property
    def override(self) -> list[OverrideSource]:
        """Give what departs from that."""


class _Reading:
    """The reading of one series: what is understood, and what is wrong with the rest."""

    def __init__(self, document: Document, zone: str, length: timedelta | None) -> None:
        self.document = document
        self.zone = zone
        self.length = length
        self.faults: list[Fault] = []

    def fault(self, place: Place, sentence: Sentence) -> None:
        self.faults.append(Fault(self.document.path, self.document.line(place), sentence))

    def further(self, start: datetime, days: list[date]) -> Iterator[datetime]:
        """Give the moments of extra dates."""
        for number, day in enumerate(days):
            wall = day if isinstance(day, datetime) else datetime.combine(day, start.time())
            try:
                yield instant(wall, self.zone)
            except Refused as error:
                self.fault(("recurrence", "extra", number), error.sentence)

    def departures(self, overrides: list[OverrideSource]) -> Iterator[Departure]:
        """Give what becomes of single occurrences."""
        for number, each in enumerate(overrides):
            if each.start is None:
                yield Departure(each.date)
                continue
            place: Place = ("override", number, "start")
            try:
                starts = instant(each.start, self.zone, choice=each.which)
                ends = None if self.length is None else starts + self.length
                if each.end is not None:
                    place = ("override", number, "end")
                    ends = instant(each.end, self.zone, choice=each.which)
            except Refused as error:
                self.fault(place, error.sentence)
                continue
            if ends is not None and ends <= starts:
                self.fault(place, Sentence("The end must come after the start."))
            yield Departure(each.date, starts, ends)

    def dates(self, series: Series, source: RecurrenceSource, overrides: list[date]) -> None:
        """Find dates that are none of the series, or that come twice."""
        extra = [day.date() if isinstance(day, datetime) else day for day in source.extra]
        last = max([*source.exceptions, *overrides, *extra], default=series.start.date())
        ruled = originals(Series(series.start, series.zone, series.rule), last)
        self._known(("recurrence", "exceptions"), source.exceptions, ruled)
        ruled -= set(source.exceptions)
        for number, day in enumerate(extra):
            if extra.count(day) > 1 or day in ruled:
                said = "There is an occurrence on %(day)s already."
                self.fault(("recurrence", "extra", number), Sentence(said, {"day": day}))
        self._known(("override",), overrides, ruled | set(extra))

    def _known(self, place: Place, days: list[date], known: set[date]) -> None:
        for number, day in enumerate(days):
            if day not in known:
                said = "The series has no occurrence on %(day)s."
                self.fault((*place, number), Sentence(said, {"day": day}))
            elif days.count(day) > 1:
                said = "Two parts speak of %(day)s."
                self.fault((*place, number), Sentence(said, {"day": day}))


def read_series(document: Document, source: Recurring) -> tuple[Series | None, list[Fault]]:
    """Understand the series of an event whose keys are good each for itself; None if there is none.

    With faults, there is no series either.
    """
    recurrence, starts_at = source.recurrence, source.starts_at
    if recurrence is None or source.start is None or source.zone is None or starts_at is None:
        return None, []
    length = None if source.ends_at is None else source.ends_at - starts_at
    reading = _Reading(document, source.zone, length)
    try:
        series = Series(
            start=source.start,
            zone=source.zone,
            rule=read_rule(recurrence.rule, source.zone),
            length=length,
            exceptions=frozenset(recurrence.exceptions),
            extra=tuple(reading.further(source.start, recurrence.extra)),
            departures=tuple(reading.departures(source.override)),
        )
        check_series(series)
        reading.dates(series, recurrence, [each.date for each in source.override])
    except Refused as error:
        reading.fault(("recurrence", "rule"), error.sentence)
    return (None if reading.faults else series), reading.faults
