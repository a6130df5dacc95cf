"""Moments and zones: aware UTC everywhere in code, a zone only beside a wall time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from outreach.errors import Refused

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC. Only the edges hold one."""


def utc_now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """Give the IANA zone of that name; Refused if there is none."""
    if name not in _zone_names():
        raise Refused("There is no time zone “%(zone)s”. Write it like Europe/Paris.", zone=name)
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Give UTC and the zones to choose from, each once, by the name that is used today."""
    lines = (line.split("\t") for line in _zone_table("zone.tab"))
    return ("UTC", *sorted({line[2] for line in lines if len(line) > 2}))


def present_name(name: str) -> str:
    """Give today's name of a zone: Asia/Kolkata for Asia/Calcutta."""
    return name if name in zones() else _links().get(name, name)


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    """Give what other names stand for."""
    lines = (line.split() for line in _zone_table("tzdata.zi"))
    return {line[2]: line[1] for line in lines if len(line) == 3 and line[0] == "L"}


def _zone_table(name: str) -> list[str]:
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def is_zone(name: str) -> bool:
    """Tell whether this is the name of an IANA zone."""
    return name in _zone_names()


EARLIEST = timezone(timedelta(hours=14))
"""Where each day begins first."""
Choice = Literal["earlier", "later"]


def instant(wall: datetime, zone_name: str, *, choice: Choice | None = None) -> datetime:
    """Turn a wall time (naive) in a zone into the UTC moment that it names.

    Refused when the clocks skip that hour, and when it happens twice and no choice is given
    (RFC 5545 §3.3.5 would guess; we ask).
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone")
    there = zone(zone_name)
    if not 1900 <= wall.year <= 9000:
        raise Refused("%(wall)s is too far away.", wall=wall)
    earlier = wall.replace(tzinfo=there, fold=0)
    later = wall.replace(tzinfo=there, fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier.astimezone(UTC)
    if earlier.astimezone(UTC).astimezone(there).replace(tzinfo=None) != wall:
        raise Refused(
            "%(wall)s does not exist in %(zone)s: the clocks skip that hour. "
            "Choose an hour before or after.",
            wall=wall,
            zone=zone_name,
        )
    if choice is None:
        raise Refused(
            "%(wall)s happens twice in %(zone)s, when the clocks go back. "
            "Say which one you mean: the earlier or the later.",
            wall=wall,
            zone=zone_name,
        )
    return (earlier if choice == "earlier" else later).astimezone(UTC)


def first_moment(moment: datetime, zone_name: str) -> datetime:
    """Give when the wall time that a moment has in a zone is first reached anywhere (UTC+14)."""
    wall = moment.astimezone(zone(zone_name)).replace(tzinfo=None)
    return wall.replace(tzinfo=EARLIEST).astimezone(UTC)


def same_wall_time(moment: datetime, zone_name: str, there: str) -> datetime:
    """Give when the wall time that a moment has in one zone is reached in another.

    A time that the clocks skip there becomes the one an hour later, of a twofold time the first.
    """
    wall = moment.astimezone(zone(zone_name)).replace(tzinfo=None)
    return wall.replace(tzinfo=zone(there)).astimezone(UTC)


def floor_to(moment: datetime, step: timedelta) -> datetime:
    """Round a moment down to a multiple of `step` since 1970."""
    seconds = step.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
