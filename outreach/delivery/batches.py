"""Batches: opened, filled, paused, closed; what the sender may take from, and how it stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from outreach.db.dialects import insert_into
from outreach.delivery import moves
from outreach.delivery import tallies as counters
from outreach.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    Message,
    Occasion,
    State,
    Stream,
)
from outreach.delivery.tallies import Tallies
from outreach.errors import ForbiddenMove
from outreach.mail.compose import Composed

PAGE = 1_000
"""Deliveries that one transaction changes: well under 50 ms on SQLite."""


@dataclass(frozen=True)
class NewDelivery:
    """A delivery to be added: ids of rows, and what is personal in it."""

    batch_id: int
    message_id: int
    occasion_id: int
    address_id: int
    recipient: int
    """The subscriber's id, or 0."""
    reason: int = 0
    fields: str | None = None
    """JSON object of the personal fields that the message uses."""
    stream: Stream = Stream.BULK
    due_at: datetime | None = None
    """None for at once."""


def open_batch(
    session: Session,
    *,
    name: str,
    stream: Stream,
    list_name: str | None = None,
    list_number: int = 0,
    now: datetime,
) -> Batch:
    """Open a batch under a name of its own. `list_name`, `list_number`: the topic's slug and id."""
    batch = Batch(
        name=name,
        stream=stream,
        state=BatchState.OPEN,
        list_name=list_name,
        list_number=list_number,
        created_at=now,
        planned_final=False,
    )
    session.add(batch)
    session.flush()
    return batch


def add_message(
    session: Session, batch: Batch, composed: Composed, content: bytes, *, form: str = "full"
) -> Message:
    """Put what is said in one language into a batch. `content`: from `compile_message`."""
    message = Message(
        batch_id=batch.id,
        language=composed.language,
        form=form,
        subject=composed.subject,
        html=composed.html,
        text=composed.text,
        content=content,
    )
    session.add(message)
    session.flush()
    return message


def remember_occasion(session: Session, name: str) -> int:
    """Give the id of an occasion, e.g. `edition:wrm/2020-07`, made if it is new."""
    session.execute(insert_into(session, Occasion).values(name=name).on_conflict_do_nothing())
    return session.scalars(select(Occasion.id).where(Occasion.name == name)).one()


def add_deliveries(session: Session, rows: Sequence[NewDelivery], now: datetime) -> set[int]:
    """Queue deliveries, at most `PAGE` in one transaction.

    Give the ids of the addresses that were added: the others have had this occasion already.
    """
    if not rows:
        return set()
    statement = (
        insert_into(session, Delivery)
        .on_conflict_do_nothing()
        .returning(Delivery.id, Delivery.address_id, Delivery.batch_id, Delivery.message_id)
    )
    added = session.execute(statement, [_values(row, now) for row in rows]).all()
    if added and rows[0].stream is Stream.BULK:
        _note_first(session, rows[0].batch_id, min(row.id for row in added))
    change = Counter((row.batch_id, row.message_id, State.QUEUED) for row in added)
    counters.add(session, change)
    return {row.address_id for row in added}


def pause(session: Session, batch: Batch) -> None:
    """Stop taking from a batch: the sender gives back what it holds within two seconds."""
    _set(session, batch, BatchState.PAUSED)


def resume(session: Session, batch: Batch) -> None:
    """Go on with a paused batch."""
    _set(session, batch, BatchState.OPEN)


def close(session: Session, batch: Batch, now: datetime) -> int:
    """Cancel what is not yet on the wire, for good. Give how many are cancelled so far.

    One page is cancelled at once, the rest by `cancel_closed`, which the sender calls until none
    is left: a million rows in one transaction would keep every other writer waiting.
    """
    _set(session, batch, BatchState.CLOSED)
    return cancel_page(session, batch.id, now)


def cancel_page(session: Session, batch_id: int, now: datetime) -> int:
    """Cancel one page of what a batch has queued, and all that is claimed; give how many."""
    page = select(Delivery.id).where(moves.QUEUED_BULK, Delivery.batch_id == batch_id).limit(PAGE)
    held = moves.HELD & Delivery.claimed_by.is_not(None) & (Delivery.batch_id == batch_id)
    cancelled = moves.end(session, Delivery.id.in_(page), [State.QUEUED], State.CANCELLED, now)
    cancelled += moves.end(session, held, [State.CLAIMED], State.CANCELLED, now)
    return len(cancelled)


def finish_planning(session: Session, batch: Batch) -> None:
    """Say that nothing more is added, so that nothing waiting means done."""
    batch.planned_final = True
    batch.last_delivery = session.scalar(select(func.max(Delivery.id))) or 0
    session.flush()


def all_of(batch: Batch) -> ColumnElement[bool]:
    """Give the condition that finds the deliveries of a batch by their keys."""
    found = (Delivery.batch_id == batch.id) & (Delivery.id >= (batch.first_delivery or 0))
    if batch.first_delivery is None:
        return found & false()
    return found if batch.last_delivery is None else found & (Delivery.id <= batch.last_delivery)


def withdraw(
    session: Session, address_id: int, now: datetime, *, list_name: str | None = None
) -> int:
    """Cancel the bulk deliveries of an address that are not yet on the wire; give how many.

    With `list_name`, only those of that list.
    """
    which: ColumnElement[bool] = (Delivery.address_id == address_id) & (
        Delivery.stream == Stream.BULK
    )
    if list_name is not None:
        which &= Delivery.batch_id.in_(select(Batch.id).where(Batch.list_name == list_name))
    before = (State.QUEUED, State.CLAIMED)
    return len(moves.end(session, which, before, State.CANCELLED, now))


def resend_uncertain(session: Session, batch: Batch, now: datetime) -> int:
    """Queue again what was cut off on the wire, as staff have decided; give how many.

    Some of them may arrive twice: that is what staff are asked.
    """
    if batch.state is BatchState.CLOSED:
        raise ForbiddenMove("This was cancelled, so nothing of it can be sent again.")
    which = moves.IN_TROUBLE & (Delivery.batch_id == batch.id)
    before = [State.UNCERTAIN]
    return len(moves.move(session, which, before, State.QUEUED, due_at=now, ended_at=None))


def tallies(session: Session, batch_ids: Sequence[int]) -> Tallies:
    """Read how the deliveries of some batches stand, from counters."""
    return counters.tallies(session, batch_ids)


def _note_first(session: Session, batch_id: int, first: int) -> None:
    """Remember where a batch begins: written with its first page, looked at with the others."""
    begins_later = or_(Batch.first_delivery.is_(None), Batch.first_delivery > first)
    session.execute(
        update(Batch).where(Batch.id == batch_id, begins_later).values(first_delivery=first)
    )


def _values(row: NewDelivery, now: datetime) -> dict[str, object]:
    return {
        "batch_id": row.batch_id,
        "message_id": row.message_id,
        "occasion_id": row.occasion_id,
        "address_id": row.address_id,
        "recipient": row.recipient,
        "stream": row.stream,
        "state": State.QUEUED,
        "reason": row.reason,
        "tries": 0,
        "due_at": row.due_at or now,
        "fields": row.fields,
    }


def _set(session: Session, batch: Batch, state: BatchState) -> None:
    """Change a batch's state, unless it is closed."""
    changed = session.execute(
        update(Batch)
        .where(Batch.id == batch.id, Batch.state != BatchState.CLOSED)
        .values(state=state)
        .returning(Batch.id)
    ).all()
    if not changed and state is not BatchState.CLOSED:
        raise ForbiddenMove("This was cancelled, so it can be neither paused nor resumed.")
    if changed:
        set_committed_value(batch, "state", state)
