"""Addresses not to be mailed: only a keyed hash and the reason, which outlive the address."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.delivery import moves
from outreach.delivery.models import (
    Address,
    Delivery,
    State,
    Stream,
    Suppression,
    SuppressionReason,
)

BULK_ONLY = frozenset({SuppressionReason.COMPLAINT})
"""Whoever complained comes back by a new double opt-in, so its confirmation must reach them."""


def suppress(
    session: Session, address_hash: bytes, reason: SuppressionReason, now: datetime
) -> bool:
    """Stop all mail to an address, that in the outbox too; False if it was suppressed already."""
    added = session.execute(
        insert_into(session, Suppression)
        .values(hash=address_hash, reason=reason, at=now)
        .on_conflict_do_nothing()
        .returning(Suppression.hash)
    ).all()
    if not added and reason not in BULK_ONLY:
        weaker = (Suppression.hash == address_hash) & Suppression.reason.in_(BULK_ONLY)
        session.execute(update(Suppression).where(weaker).values(reason=reason, at=now))
    known = select(Address.id).where(Address.hash == address_hash)
    which: ColumnElement[bool] = Delivery.address_id.in_(known)
    if reason in BULK_ONLY:
        which &= Delivery.stream == Stream.BULK
    moves.end(session, which, (State.QUEUED, State.CLAIMED), State.SUPPRESSED, now)
    return bool(added)


def is_suppressed(session: Session, address_hash: bytes) -> SuppressionReason | None:
    """Give the reason why an address is not to be mailed, or None."""
    reason = session.scalar(select(Suppression.reason).where(Suppression.hash == address_hash))
    return None if reason is None else SuppressionReason(reason)


def lift(session: Session, address_hash: bytes) -> bool:
    """Let an address be mailed again; False if it was not suppressed."""
    lifted = session.execute(
        delete(Suppression).where(Suppression.hash == address_hash).returning(Suppression.hash)
    ).all()
    return bool(lifted)


def stops(reason: SuppressionReason | None, stream: Stream) -> bool:
    """Tell whether a suppression stops this stream."""
    return reason is not None and (stream is Stream.BULK or reason not in BULK_ONLY)
