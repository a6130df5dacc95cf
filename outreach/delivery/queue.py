"""How much waits to be sent, and since when: reads of counters and of the indexes of the due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.delivery.models import WAITING, Batch, BatchState, Delivery, State, Stream, Tally


@dataclass(frozen=True)
class Queue:
    """What waits of one stream."""

    waiting: int
    oldest_due: datetime | None
    """When the oldest was to leave; None if nothing waits, or all of it is held."""


def transactional(session: Session) -> Queue:
    """Look at what waits of confirmations, invitations and the like."""
    waiting, oldest = session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.state == State.QUEUED, Delivery.stream == Stream.TRANSACTIONAL
        )
    ).one()
    return Queue(int(waiting), oldest)


def bulk(session: Session) -> Queue:
    """Look at what waits of campaigns that have begun."""
    summed = func.sum(Tally.count)
    rows = session.execute(
        select(Batch.id, Batch.state, summed)
        .join(Tally, Tally.batch_id == Batch.id)
        .where(Batch.stream == Stream.BULK, Tally.state.in_(WAITING))
        .group_by(Batch.id, Batch.state)
        .having(summed > 0)
    ).all()
    running = [number for number, state, _ in rows if state is BatchState.OPEN]
    due = [each for number in running if (each := _oldest_due(session, number)) is not None]
    return Queue(sum(int(count) for _, _, count in rows), min(due, default=None))


def _oldest_due(session: Session, batch: int) -> datetime | None:
    return session.scalar(
        select(func.min(Delivery.due_at)).where(
            Delivery.batch_id == batch,
            Delivery.state == State.QUEUED,
            Delivery.stream == Stream.BULK,
        )
    )
