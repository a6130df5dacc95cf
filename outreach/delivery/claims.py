"""Claiming: which deliveries a worker takes on, page by page, and whom it leaves alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, String, Table, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from outreach.db.dialects import numbers_in
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


def _claiming(which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Give the one statement that claims what is due, for both databases."""
    due = (
        select(_ROWS.c.id)
        .where(which, _ROWS.c.due_at <= bindparam("now"))
        .order_by(_ROWS.c.due_at)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = ("id", "batch_id", "message_id", "address_id", "recipient", "tries", "fields")
    return (
        update(_ROWS)
        .where(_ROWS.c.id.in_(select(due.c.id)), _ROWS.c.state == State.QUEUED)
        .values(state=State.CLAIMED, claimed_by=bindparam("worker"))
        .returning(*(_ROWS.c[name] for name in taken))
    )


_BULK = _claiming(moves.QUEUED_BULK & (_ROWS.c.batch_id == bindparam("batch")))
_TRANSACTIONAL = _claiming(moves.QUEUED_TRANSACTIONAL)
_ADDRESSES = (
    select(Address.id, Address.address, Address.domain, Suppression.reason)
    .outerjoin(Suppression, Suppression.hash == Address.hash)
    .where(Address.id.op("IN", is_comparison=True)(numbers_in(bindparam("ids", type_=String))))
)


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
    session: Session,
    statement: ReturningUpdate[Any],
    holder: tuple[int, Stream],
    values: dict[str, object],
) -> list[Claim]:
    worker = holder[0]
    rows = session.connection().execute(statement, {"worker": worker, **values}).all()
    change: Counter[tuple[int, int, State]] = Counter()
    for row in rows:
        change[row.batch_id, row.message_id, State.CLAIMED] += 1
    for (batch, message, _), count in list(change.items()):
        change[batch, message, State.QUEUED] -= count
    tallies.add(session, change, slot=tallies.slot_of(worker))
    return _admitted(session, rows, holder, values)


def _admitted(
    session: Session, rows: Sequence[Any], holder: tuple[int, Stream], values: dict[str, object]
) -> list[Claim]:
    """Look up the addresses; what goes to a suppressed one ends here."""
    worker, stream = holder
    ids = list({row.address_id for row in rows})
    wire: dict[int, str] = {}
    suppressed: list[int] = []
    found = session.connection().execute(_ADDRESSES, {"ids": str(ids)})
    for number, address, domain, reason in found.all():
        if reason is not None and stops(SuppressionReason(reason), stream):
            suppressed.append(number)
        else:
            wire[number] = f"{address.rpartition('@')[0]}@{domain}"
    if suppressed:
        which = Delivery.address_id.in_(suppressed) & (Delivery.claimed_by == worker)
        moves.move(session, which, [State.CLAIMED], State.SUPPRESSED, ended_at=values["now"])
    return [
        Claim(number, batch, message, recipient, tries, fields, wire[address])
        for number, batch, message, address, recipient, tries, fields in rows
        if address in wire
    ]
