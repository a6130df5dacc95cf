"""The time zones that a form offers: those one works with first, each with its offset from UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.audience.time_zones import usual_zones
from outreach.errors import Refused
from outreach.times import present_name, zone, zones
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.schedule_form import Asked

MOST_USUAL = 8


@dataclass(frozen=True)
class ZoneGroup:
    """Some zones below one heading."""

    heading: str
    zones: list[tuple[str, str]]
    """Each as it is named, and as it is shown."""


def zones_offered(desk: DeskVisit, asked: Asked) -> list[ZoneGroup]:
    """Give ours and our subscribers' zones, then all others; what was chosen is among them."""
    visit, t = desk.visit, desk.t
    theirs = (present_name(name) for name in usual_zones(visit.session, MOST_USUAL))
    known = zones()
    first = [visit.services.settings.staff_zone, asked.zone]
    usual = dict.fromkeys([*first, *(name for name in theirs if name in known)])
    at = _day_of(asked, visit.now)
    return [
        ZoneGroup(t("Ours and our subscribers’"), [_shown(name, at) for name in usual]),
        ZoneGroup(t("All others"), [_shown(name, at) for name in known if name not in usual]),
    ]


def _day_of(asked: Asked, now: datetime) -> datetime:
    """Give the time on which the distance depends: in summer it is another."""
    try:
        return asked.wall()
    except Refused:
        return now.replace(tzinfo=None)


def _shown(name: str, at: datetime) -> tuple[str, str]:
    return name, f"{name.replace('_', ' ')} ({_distance(name, at)})"


def _distance(name: str, at: datetime) -> str:
    """Write how far a zone is from UTC, such as UTC+5:30."""
    minutes = round((zone(name).utcoffset(at) or timedelta()) / timedelta(minutes=1))
    if not minutes:
        return "UTC±0"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
