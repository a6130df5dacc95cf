"""Who is alive of those that do the work: workers and clocks, as they say themselves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from outreach.db import beats
from outreach.db.database import database_now
from outreach.db.models import Heartbeat
from outreach.delivery import workers
from outreach.delivery.models import Worker

MOST = 12


class Life(StrEnum):
    """Whether somebody is at work."""

    ALIVE = "alive"
    SILENT = "silent"
    """Without a sign of life for too long: dead, cut off, or very slow."""
    ENDED = "ended"
    """Stopped in order, or taken for dead."""


@dataclass(frozen=True)
class Beat:
    """One process that works, or did."""

    host: str
    process: int
    """Its number on that machine; 0 where it does not tell."""
    since: datetime
    last: datetime
    life: Life


def of_workers(session: Session) -> list[Beat]:
    """Give the workers; their signs are kept by the database's clock, and judged by it."""
    now = database_now(session)
    return [_worker(each, now) for each in workers.known(session, MOST)]


def of_clocks(session: Session, now: datetime) -> list[Beat]:
    """Give the clocks."""
    return [_clock(each, now) for each in beats.clocks(session)[:MOST]]


def is_alive(found: list[Beat]) -> bool:
    """Tell whether one of them is."""
    return any(beat.life is Life.ALIVE for beat in found)


def last_sign(found: list[Beat]) -> datetime | None:
    """Give when one of them last gave a sign; None if none ever did."""
    return max((beat.last for beat in found), default=None)


def working_since(found: list[Beat]) -> datetime:
    """Give since when somebody has been at work, of some of whom one is alive."""
    return min(beat.since for beat in found if beat.life is Life.ALIVE)


def _worker(row: Worker, now: datetime) -> Beat:
    life = Life.ALIVE if now - row.beat_at <= workers.SILENT else Life.SILENT
    if row.ended_at is not None:
        life = Life.ENDED
    return Beat(row.host.partition("/")[0], row.process, row.started_at, row.beat_at, life)


def _clock(row: Heartbeat, now: datetime) -> Beat:
    life = Life.ALIVE if now - row.beat_at <= beats.CLOCK_SILENT else Life.SILENT
    return Beat(row.name.removeprefix(beats.CLOCK), 0, row.started_at, row.beat_at, life)
