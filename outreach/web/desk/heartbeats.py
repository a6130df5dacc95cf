"""Who is alive of those that do the work: workers and clocks, as they say themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from outreach.db import beats
from outreach.db.database import database_now
from outreach.db.models import Heartbeat
from outreach.delivery import workers
from outreach.delivery.models import Worker

MOST = 12
MOST_PARTS = 8
"""Of a worker: each of its lines to the mail server signs on by itself."""
REMEMBERED = timedelta(days=7)
"""Machines come and go under new names; a clock that stopped so long ago is nobody's news."""
ENDED_SHOWN = timedelta(days=1)
"""A worker that ended so long ago is nobody's news either."""


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
    parts: int = 1
    """Of how many parts it consists."""
    alive: int = 1
    """How many of them are alive."""


def of_workers(session: Session) -> list[Beat]:
    """Give the worker processes; the database's clock keeps their signs, and judges them.

    Of those that have ended, only the last day's, or the last one there was.
    """
    now = database_now(session)
    by_process: dict[tuple[str, int], list[Worker]] = {}
    for each in workers.known(session, MOST * MOST_PARTS):
        by_process.setdefault((each.host, each.process), []).append(each)
    found = [_worker(rows, now) for rows in by_process.values()]
    recent = [
        beat for beat in found if beat.life is not Life.ENDED or now - beat.last <= ENDED_SHOWN
    ]
    return (recent or sorted(found, key=lambda beat: beat.last)[-1:])[:MOST]


def of_clocks(session: Session, now: datetime) -> list[Beat]:
    """Give the clocks of the last days, or the last one there was."""
    found = [_clock(each, now) for each in beats.clocks(session)[:MOST]]
    return [beat for beat in found if now - beat.last <= REMEMBERED] or found[:1]


def is_alive(found: list[Beat]) -> bool:
    """Tell whether one of them is."""
    return any(beat.life is Life.ALIVE for beat in found)


def last_sign(found: list[Beat]) -> datetime | None:
    """Give when one of them last gave a sign; None if none ever did."""
    return max((beat.last for beat in found), default=None)


def working_since(found: list[Beat]) -> datetime:
    """Give since when somebody has been at work, of some of whom one is alive."""
    return min(beat.since for beat in found if beat.life is Life.ALIVE)


def _worker(rows: Sequence[Worker], now: datetime) -> Beat:
    """Put the parts of a process together: it is silent as soon as one of them is."""
    host, process = rows[0].host.partition("/")[0], rows[0].process
    last = max(row.beat_at for row in rows)
    at_work = [row for row in rows if row.ended_at is None]
    if not at_work:
        since = max(row.started_at for row in rows)
        return Beat(host, process, since, last, Life.ENDED, 1, 0)
    alive = sum(now - row.beat_at <= workers.SILENT for row in at_work)
    life = Life.ALIVE if alive == len(at_work) else Life.SILENT
    since = min(row.started_at for row in at_work)
    return Beat(host, process, since, last, life, len(at_work), alive)


def _clock(row: Heartbeat, now: datetime) -> Beat:
    life = Life.ALIVE if now - row.beat_at <= beats.CLOCK_SILENT else Life.SILENT
    return Beat(row.name.removeprefix(beats.CLOCK), 0, row.started_at, row.beat_at, life)
