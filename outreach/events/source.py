"""What an event's files must say: `event.toml`, and one text a language."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from outreach.content.fields import (
    Country,
    Day,
    FileName,
    Language,
    Line,
    OptionalLine,
    Slug,
    Texts,
    Url,
    WallTime,
    Wrong,
    Zone,
    refused,
    whole_number,
)
from outreach.content.source import Part
from outreach.errors import Refused
from outreach.events.models import EventKind, EventStatus
from outreach.events.registration_source import Registration
from outreach.events.series_source import OverrideSource, RecurrenceSource
from outreach.times import Choice, instant

A_DAY = 24 * 60
REMINDERS = (A_DAY, 60)
"""Minutes before the start, where a file says nothing."""


def _once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise Wrong("The same stands here twice.")
    return values


class PersonSource(Part):
    """Somebody who speaks or leads."""

    name: Line
    role: Literal["speaker", "moderator"] = "speaker"
    affiliation: Texts | None = None
    country: Country | None = None
    photo: FileName | None = None
    photo_alt: Texts | None = None

    @model_validator(mode="after")
    def _described(self) -> "PersonSource":
        if self.photo is not None and self.photo_alt is None:
            raise Wrong(
                "Say in [people.photo_alt] what the photograph shows, for those who cannot see it.",
                at="photo",
            )
        if self.photo is None and self.photo_alt is not None:
            raise Wrong("There is no “photo” that this describes.", at="photo_alt")
        return self


class EventSource(Part):
    """`event.toml`: a date, or a start with its zone."""

    kind: EventKind
    topic: Slug | None = None
    status: EventStatus = EventStatus.CONFIRMED
    date: Day | None = None
    start: WallTime | None = None
    end: WallTime | None = None
    duration: Annotated[int, whole_number(1, 14 * A_DAY)] | None = None
    """In minutes, instead of “end”."""
    zone: Zone | None = None
    which: Choice | None = None
    """Which of the two, where an hour happens twice because the clocks go back."""
    recurrence: RecurrenceSource | None = None
    override: list[OverrideSource] = Field(default_factory=list)
    organiser: OptionalLine = ""
    registration: Registration | None = None
    online_url: Url | None = None
    people: list[PersonSource] = Field(default_factory=list)
    interpretation: Annotated[list[Language], AfterValidator(_once)] = Field(default_factory=list)
    reminders: list[Annotated[int, whole_number(5, 28 * A_DAY)]] = Field(
        default_factory=lambda: list(REMINDERS)
    )
    recording: Url | None = None
    slides: Url | None = None
    retention_days: Annotated[int, whole_number(1, 3650)] | None = None

    @model_validator(mode="after")
    def _when(self) -> "EventSource":
        if self.start is None:
            self._only_a_day()
        elif self.zone is None:
            raise Wrong('A time needs its zone. Write it like zone = "Europe/Paris".', at="start")
        elif self.date not in {None, self.start.date()}:
            raise Wrong("This is not the day of “start”. Leave “date” out.", at="date")
        self._ordered()
        self._one_series()
        return self

    def _only_a_day(self) -> None:
        if self.date is None:
            raise Wrong("Say when it is: “date”, or “start”, “end” and “zone”.")
        for key in ("end", "duration", "zone", "which", "recurrence"):
            if getattr(self, key) is not None:
                raise Wrong("This has no meaning without “start”.", at=key)

    def _ordered(self) -> None:
        if self.end is not None and self.duration is not None:
            raise Wrong("The end is said twice. Leave “duration” or “end” out.", at="duration")
        starts, ends = self.starts_at, self.ends_at
        if starts and ends and ends <= starts:
            raise Wrong("The end must come after the start.", at="end")

    def _one_series(self) -> None:
        if self.recurrence is None and self.override:
            raise Wrong("This has no meaning without “recurrence”.", at="override")
        if self.recurrence is not None and self.which == "later":
            raise Wrong("A series takes the earlier of the two (RFC 5545).", at="which")

    @property
    def day(self) -> Day:
        """Give the day on which it begins, where it takes place."""
        if self.start is not None:
            return self.start.date()
        if self.date is None:
            raise ValueError("an event without a day was let through")
        return self.date

    @property
    def starts_at(self) -> datetime | None:
        """Give the moment at which it begins; None where only the day is known."""
        return self._moment("start", self.start)

    @property
    def ends_at(self) -> datetime | None:
        """Give the moment at which it ends, if it is known."""
        starts = self.starts_at
        if starts is not None and self.duration is not None:
            return starts + timedelta(minutes=self.duration)
        return self._moment("end", self.end)

    def _moment(self, key: str, wall: datetime | None) -> datetime | None:
        if wall is None or self.zone is None:
            return None
        try:
            return instant(wall, self.zone, choice=self.which)
        except Refused as error:
            raise refused(error, at=key) from error


class EventTextSource(Part):
    """The head of a text; what follows it is the description."""

    title: Line
    summary: Line
