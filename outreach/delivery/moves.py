"""The moves of deliveries from state to state: conditional updates whose row count is believed."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal_column, update
from sqlalchemy.orm import Session

from outreach.delivery import tallies
from outreach.delivery.models import Delivery, State, check_move


def _as_the_index_has_it(condition: str) -> ColumnElement[bool]:
    """Write a condition as a partial index has it: SQLite proves nothing about bound values.

    Without a type: SQLAlchemy writes `… = 1` behind a Boolean on SQLite, and no index would serve.
    """
    return literal_column(condition)


HELD = _as_the_index_has_it("deliveries.state IN (1, 2)")
IN_TROUBLE = _as_the_index_has_it("deliveries.state IN (5, 6, 7, 10)")
QUEUED_BULK = _as_the_index_has_it("deliveries.state = 0 AND deliveries.stream = 1")
QUEUED_TRANSACTIONAL = _as_the_index_has_it("deliveries.state = 0 AND deliveries.stream = 0")

GIVEN_BACK = frozenset({State.QUEUED, State.SUPPRESSED, State.CANCELLED})
"""States in which no worker holds a delivery any more."""


def move(
    session: Session,
    which: ColumnElement[bool],
    before: Iterable[State],
    after: State,
    *,
    slot: int = 0,
    **values: Any,  # noqa: ANN401  (columns of `deliveries`)
) -> list[int]:
    """Move what matches from any of some states to another; counters follow. Give the ids moved."""
    moved: list[int] = []
    if after in GIVEN_BACK:
        values.setdefault("claimed_by", None)
    for state in before:
        check_move(state, after)
        rows = session.execute(
            update(Delivery)
            .where(Delivery.state == state, which)
            .values(state=after, **values)
            .returning(Delivery.id, Delivery.batch_id, Delivery.message_id)
            .execution_options(synchronize_session=False)
        ).all()
        moved += [row.id for row in rows]
        _follow(session, [(row.batch_id, row.message_id) for row in rows], state, after, slot)
    return moved


def end(
    session: Session,
    which: ColumnElement[bool],
    before: Iterable[State],
    after: State,
    now: datetime,
) -> list[int]:
    """Move what matches into a state that ends it."""
    return move(session, which, before, after, ended_at=now)


def _follow(
    session: Session, keys: list[tuple[int, int]], before: State, after: State, slot: int
) -> None:
    change: Counter[tuple[int, int, State]] = Counter()
    for batch, message in keys:
        change[batch, message, before] -= 1
        change[batch, message, after] += 1
    tallies.add(session, change, slot=slot)
