"""What staff choose when they schedule an edition: to whom, when, and what of missing languages."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from outreach.campaigns.models import Campaign, Missing
from outreach.campaigns.schedule import send_time
from outreach.errors import Refused
from outreach.times import Choice, instant, is_zone
from outreach.web.forms import without_controls

NOW, AT, LOCAL = "now", "at", "local"
MISSING = "missing-"
"""What the fields of missing languages begin with."""
_FATES = {"hold": Missing.HOLD, "wait": Missing.WAIT}
_WORDS = {fate: word for word, fate in _FATES.items()}


@dataclass(frozen=True)
class Asked:
    """A form as it was filled in; every value is kept as it was typed."""

    topic: str
    when: str
    """`now`, `at` (one moment for all) or `local` (that time of day, where each one is)."""
    day: str
    hour: str
    zone: str
    choose: str = ""
    """`earlier` or `later`, where the clocks go back and a time comes twice."""
    missing: dict[str, Missing] = field(default_factory=dict)
    segment: str = ""
    """The slug of a segment; empty for all who have the topic."""

    @property
    def local_time(self) -> bool:
        """Tell whether everybody gets it at that time where they are."""
        return self.when == LOCAL

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Give names and values of the form, to be sent once more."""
        fates = [(f"{MISSING}{tag}", _WORDS[fate]) for tag, fate in self.missing.items()]
        named = ("topic", "segment", "when", "day", "hour", "zone", "choose")
        return [(name, getattr(self, name)) for name in named] + fates

    @property
    def comes_twice(self) -> bool:
        """Tell whether the clocks go back at that time, so that it needs a choice."""
        try:
            wall = self.wall()
            return instant(wall, self.zone, choice="earlier") != instant(
                wall, self.zone, choice="later"
            )
        except Refused:
            return False

    def wall(self) -> datetime:
        """Give the date and time that was typed; Refused where it is none."""
        try:
            return datetime.fromisoformat(f"{self.day}T{self.hour}").replace(tzinfo=None)
        except ValueError as error:
            raise Refused("Choose a date and a time of day, like 2026-12-01 and 09:00.") from error

    def send_at(self, now: datetime, grace: int) -> datetime:
        """Give the moment; at once means after so many seconds of grace. Refused if it is past."""
        if self.when == NOW:
            return now + timedelta(seconds=grace)
        choice: Choice | None = None
        if self.choose in ("earlier", "later") and self.comes_twice:
            choice = "earlier" if self.choose == "earlier" else "later"
        return send_time(self.wall(), self.zone, choice=choice, now=now)


def suggested(topic: str, zone: str, now: datetime) -> Asked:
    """Give what an empty form shows: tomorrow at nine, where staff are."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return Asked(topic, AT, day.isoformat(), "09:00", zone)


def like(campaign: Campaign, asked: Asked) -> Asked:
    """Give what a campaign was scheduled with, to schedule it once more."""
    wall = campaign.send_at.astimezone(ZoneInfo(campaign.zone))
    return Asked(
        topic=campaign.topic.slug,
        segment=campaign.segment_slug,
        when=LOCAL if campaign.local_time else asked.when,
        day=wall.date().isoformat(),
        hour=f"{wall:%H:%M}",
        zone=campaign.zone,
        missing={language: Missing(fate) for language, fate in campaign.missing.items()},
    )


def read(sent: "MultiDict[str, str]", empty: Asked) -> Asked:
    """Read a form that was sent; what it lacks is as on an empty one."""

    def text(name: str, otherwise: str) -> str:
        return without_controls(sent.get(name, otherwise)).strip()[:64]

    when = text("when", empty.when)
    zone = text("zone", empty.zone)
    return replace(
        empty,
        topic=text("topic", empty.topic),
        segment=text("segment", empty.segment),
        when=when if when in (NOW, AT, LOCAL) else empty.when,
        day=text("day", empty.day),
        hour=text("hour", empty.hour),
        zone=zone if is_zone(zone) else empty.zone,
        choose=text("choose", ""),
        missing={
            without_controls(name.removeprefix(MISSING))[:35]: _FATES[value]
            for name, value in sent.items()
            if name.startswith(MISSING) and value in _FATES
        },
    )
