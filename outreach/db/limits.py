"""How often something may be asked for in a window of time, over all processes."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.db.models import LimitCount
from outreach.times import floor_to

ASKER_BYTES = 16


@dataclass(frozen=True)
class Limit:
    """At most `most` requests of one asker in a window of time."""

    name: str
    """E.g. `signup`; at most 60 characters."""
    most: int
    window: timedelta


def allow(session: Session, limit: Limit, *, asker: str, key: bytes, now: datetime) -> bool:
    """Count one request and tell whether it is within the limit.

    The asker (a network address, an address) is stored as a keyed hash only. Refused requests
    count too. Call it in a transaction of its own: a refusal that rolls back must not take the
    count with it.
    """
    counted = insert_into(session, LimitCount).values(
        key=f"{limit.name}:{hmac.digest(key, asker.encode(), 'sha256')[:ASKER_BYTES].hex()}",
        window=floor_to(now, limit.window),
        count=1,
    )
    counted = counted.on_conflict_do_update(
        index_elements=[LimitCount.key, LimitCount.window],
        set_={"count": LimitCount.count + 1},
    )
    count: int = session.execute(counted.returning(LimitCount.count)).scalar_one()
    return count <= limit.most


def forget(session: Session, *, before: datetime) -> None:
    """Drop the windows that began before a moment."""
    session.execute(delete(LimitCount).where(LimitCount.window < before))
