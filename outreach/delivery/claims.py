"""Claiming: which deliveries a worker takes on, page by page, and whom it leaves alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Integer, String, Table, bindparam, select, update
from sqlalchemy.orm import Session

from outreach.db.dialects import numbers_in
from outreach.db.prepared import Prepared
from outreach.delivery import moves, tallies
from outreach.delivery.models import (
    Address,
    Batch,
    BatchState,
    Delivery,
    State,
    Stream,
    Suppression,
    SuppressionReason,
)
from outreach.delivery.suppressions import stops

_ROWS = cast(Table, Delivery.__table__)


def _due(which: ColumnElement[bool]) -> Prepared:
    """Give the statement that reads what is due with its address, for both databases."""
    return Prepared(
        select(
            *(_ROWS.c[name] for name in ("id", "batch_id", "message_id", "recipient", "tries")),
            _ROWS.c.fields,
            Address.address,
            Address.domain,
            Suppression.reason,
        )
        .join(Address, Address.id == _ROWS.c.address_id)
        .outerjoin(Suppression, Suppression.hash == Address.hash)
        .where(which, _ROWS.c.due_at <= bindparam("now", type_=_ROWS.c.due_at.type))
        .order_by(_ROWS.c.due_at)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(of=_ROWS, skip_locked=True)
    )


_BULK = _due(moves.QUEUED_BULK & (_ROWS.c.batch_id == bindparam("batch", type_=Integer)))
_TRANSACTIONAL = _due(moves.QUEUED_TRANSACTIONAL)
_CLAIM = Prepared(
    update(_ROWS)
    .where(_ROWS.c.id.op("IN", is_comparison=True)(numbers_in(bindparam("ids", type_=String))))
    .values(state=State.CLAIMED, claimed_by=bindparam("worker"))
)
"""For rows just read under a lock: SQLite's only writer, PostgreSQL's FOR UPDATE."""


class Claim(NamedTuple):
    """A delivery that this worker has claimed, and all that is needed to write it.

    A tuple, as there is one for each message: it takes a fifth of a frozen dataclass's time.
    """

    id: int
    batch_id: int
    message_id: int
    recipient: int
    tries: int
    fields: str | None
    address: str
    """The domain as an A-label."""


def due_batches(session: Session, now: datetime) -> list[int]:
    """Give the open batches that have something due."""
    due = (
        select(Delivery.id)
        .where(moves.QUEUED_BULK, Delivery.batch_id == Batch.id, Delivery.due_at <= now)
        .exists()
    )
    open_ones = select(Batch.id).where(Batch.stream == Stream.BULK, Batch.state == BatchState.OPEN)
    return list(session.scalars(open_ones.where(due).order_by(Batch.id)))


def still_open(session: Session, batches: Sequence[int]) -> set[int]:
    """Give those of the batches that the sender may still take from."""
    open_ones = select(Batch.id).where(Batch.id.in_(batches), Batch.state == BatchState.OPEN)
    return set(session.scalars(open_ones))


def closed_with_rest(session: Session) -> list[int]:
    """Give the closed batches that still have something queued, which is to be cancelled."""
    rest = select(Delivery.id).where(moves.QUEUED_BULK, Delivery.batch_id == Batch.id).exists()
    closed = select(Batch.id).where(Batch.stream == Stream.BULK, Batch.state == BatchState.CLOSED)
    return list(session.scalars(closed.where(rest)))


def is_transactional_due(session: Session, now: datetime) -> bool:
    """Tell whether any transactional mail is due."""
    due = select(Delivery.id).where(moves.QUEUED_TRANSACTIONAL, Delivery.due_at <= now)
    return session.execute(due.limit(1)).first() is not None


def claim_bulk(
    session: Session, batch: int, worker: int, now: datetime, *, limit: int
) -> list[Claim]:
    """Claim what is due of a batch, the longest due first; suppressed addresses are left out."""
    values = {"batch": batch, "now": now, "limit": limit}
    return _claim(session, _BULK, (worker, Stream.BULK), values)


def claim_transactional(session: Session, worker: int, now: datetime, *, limit: int) -> list[Claim]:
    """Claim transactional mail that is due, the longest due first."""
    values = {"now": now, "limit": limit}
    return _claim(session, _TRANSACTIONAL, (worker, Stream.TRANSACTIONAL), values)


def release(session: Session, worker: int, claims: Sequence[Claim]) -> None:
    """Queue again what was claimed and not begun."""
    which = Delivery.id.in_([claim.id for claim in claims]) & (Delivery.claimed_by == worker)
    moves.move(session, which, [State.CLAIMED], State.QUEUED, slot=tallies.slot_of(worker))


def _claim(
    session: Session, statement: Prepared, holder: tuple[int, Stream], values: dict[str, object]
) -> list[Claim]:
    worker = holder[0]
    connection = session.connection()
    rows = statement.rows(connection, values)
    if not rows:
        return []
    _CLAIM.run(connection, {"ids": str([row[0] for row in rows]), "worker": worker})
    change: dict[tuple[int, int, State], int] = {}
    for (batch, message), count in Counter([row[1:3] for row in rows]).items():
        change[batch, message, State.CLAIMED] = count
        change[batch, message, State.QUEUED] = -count
    tallies.add(session, change, slot=tallies.slot_of(worker))
    suppressed = _suppressed(session, rows, holder, values)
    return [
        Claim(number, batch, message, recipient, tries, fields, _on_the_wire(address, domain))
        for number, batch, message, recipient, tries, fields, address, domain, _ in rows
        if number not in suppressed
    ]


def _suppressed(
    session: Session, rows: Sequence[Any], holder: tuple[int, Stream], values: dict[str, object]
) -> set[int]:
    """End here what would go to a suppressed address; give the ids."""
    worker, stream = holder
    which = [
        row[0] for row in rows if row[8] is not None and stops(SuppressionReason(row[8]), stream)
    ]
    if which:
        ours = Delivery.id.in_(which) & (Delivery.claimed_by == worker)
        moves.move(session, ours, [State.CLAIMED], State.SUPPRESSED, ended_at=values["now"])
    return set(which)


def _on_the_wire(address: str, domain: str) -> str:
    """Give an address with its domain as an A-label."""
    return address if address.endswith(domain) else f"{address.rpartition('@')[0]}@{domain}"
