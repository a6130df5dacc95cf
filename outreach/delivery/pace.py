"""How many messages may leave, a second and an hour, over all workers together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from outreach.db.dialects import adding_to
from outreach.db.models import LimitCount
from outreach.times import floor_to

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
_COUNTERS = cast(Table, LimitCount.__table__)
KEPT = timedelta(hours=2)


@dataclass(frozen=True)
class Limit:
    """At most so many within each window of time, counted under a key."""

    key: str
    most: int
    window: timedelta


def limits(per_second: int, per_hour: int) -> tuple[Limit, ...]:
    """Give the limits that the settings ask for; 0 means none."""
    wanted = (Limit("mail:second", per_second, SECOND), Limit("mail:hour", per_hour, HOUR))
    return tuple(limit for limit in wanted if limit.most)


def take(session: Session, wanted: int, held: Sequence[Limit], now: datetime) -> int:
    """Take leave for up to `wanted` messages; give how many may go now.

    Whoever takes locks the counters until the end of the transaction, so no limit is exceeded.
    """
    granted = wanted
    for limit in held:
        granted = min(granted, _left(session, limit, now))
    if granted <= 0:
        return 0
    for limit in held:
        _add(session, limit, granted, now)
    return granted


def next_window(held: Sequence[Limit], now: datetime) -> timedelta:
    """Give the time until the shortest window begins anew."""
    windows = [limit.window for limit in held]
    shortest = min(windows, default=SECOND)
    return floor_to(now, shortest) + shortest - now


def forget(session: Session, now: datetime) -> None:
    """Delete counters of windows that are long over."""
    session.execute(
        delete(LimitCount).where(LimitCount.key.like("mail:%"), LimitCount.window < now - KEPT)
    )


def _left(session: Session, limit: Limit, now: datetime) -> int:
    _add(session, limit, 0, now)
    used = session.scalar(
        select(LimitCount.count)
        .where(LimitCount.key == limit.key, LimitCount.window == floor_to(now, limit.window))
        .with_for_update()
    )
    return limit.most - (used or 0)


def _add(session: Session, limit: Limit, count: int, now: datetime) -> None:
    connection = session.connection()
    row = {"key": limit.key, "window": floor_to(now, limit.window), "count": count}
    adding_to(connection.dialect.name, _COUNTERS).run_many(connection, [row])
