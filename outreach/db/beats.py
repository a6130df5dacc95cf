"""Signs of life: who left one, since when, and when the last one was.

Workers leave theirs in a table of their own (`delivery.workers`), as others take their claims back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.db.models import Heartbeat

CLOCK = "clock:"
"""Before the name of a clock's machine."""
CLOCK_SILENT = timedelta(seconds=60)
MAILBOX_SILENT = timedelta(minutes=10)
"""One reading may take five, and comes every 30 seconds."""


def beat(session: Session, name: str, now: datetime) -> None:
    """Leave a sign of life; after a silence it counts as begun anew."""
    row = insert_into(session, Heartbeat).values(name=name, started_at=now, beat_at=now)
    was_silent = Heartbeat.beat_at < now - CLOCK_SILENT
    since = case((was_silent, row.excluded.started_at), else_=Heartbeat.started_at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["name"], set_={"started_at": since, "beat_at": now}
        )
    )


def mailbox(address: str) -> str:
    """Give the name under which it is kept that this mailbox could be read."""
    return f"mailbox:{address}"[:100]


def clocks(session: Session) -> Sequence[Heartbeat]:
    """Give the clocks there have been, the latest sign of life first."""
    return session.scalars(
        select(Heartbeat)
        .where(Heartbeat.name.startswith(CLOCK))
        .order_by(Heartbeat.beat_at.desc())
        .limit(20)
    ).all()


def last(session: Session, name: str) -> datetime | None:
    """Give the last sign of life of that name."""
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == name))
