"""What an event's files must say: `event.toml`, and one text a language."""

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from outreach.content.fields import (
    Country,
    Day,
    Line,
    OptionalLine,
    Slug,
    Texts,
    Url,
    WallTime,
    Wrong,
    Zone,
    refused,
)
from outreach.content.source import Part
from outreach.errors import Refused
from outreach.events.models import EventKind
from outreach.times import Choice, instant


class PersonSource(Part):
    """Somebody who speaks or leads."""

    name: Line
    role: Literal["speaker", "moderator"] = "speaker"
    affiliation: Texts | None = None
    country: Country | None = None


class EventSource(Part):
    """`event.toml`: a date, or a start with its zone."""

    kind: EventKind
    topic: Slug | None = None
    date: Day | None = None
    start: WallTime | None = None
    end: WallTime | None = None
    zone: Zone | None = None
    which: Choice | None = None
    """Which of the two, where an hour happens twice because the clocks go back."""
    organiser: OptionalLine = ""
    registration: Url | None = None
    people: list[PersonSource] = Field(default_factory=list)

    @model_validator(mode="after")
    def _when(self) -> "EventSource":
        if self.start is None:
            self._only_a_day()
        elif self.zone is None:
            raise Wrong('A time needs its zone. Write it like zone = "Europe/Paris".', at="start")
        elif self.date not in {None, self.start.date()}:
            raise Wrong("This is not the day of “start”. Leave “date” out.", at="date")
        self._ordered()
        return self

    def _only_a_day(self) -> None:
        if self.date is None:
            raise Wrong("Say when it is: “date”, or “start”, “end” and “zone”.")
        for key in ("end", "zone", "which"):
            if getattr(self, key) is not None:
                raise Wrong("This has no meaning without “start”.", at=key)

    def _ordered(self) -> None:
        starts, ends = self.starts_at, self.ends_at
        if starts and ends and ends <= starts:
            raise Wrong("The end must come after the start.", at="end")

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
