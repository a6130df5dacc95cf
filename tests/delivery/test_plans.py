"""The statements that run all the time find their rows by an index, however full the outbox is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from outreach.delivery import batches, claims, workers
from outreach.delivery.models import Batch, Delivery, State
from outreach.delivery.troubles import troubles_page
from tests.delivery.outboxes import Outbox

WHOLE_TABLE = ("SCAN deliveries", "Seq Scan on deliveries")


@contextmanager
def _statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """Collect what is said to the database about deliveries."""
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if "deliveries" in statement and "INSERT INTO deliveries" not in statement:
            said.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    yield said
    event.remove(connection, "before_cursor_execute", hear)


def _plan(session: Session, statement: str, values: Any) -> str:  # noqa: ANN401
    explain = "EXPLAIN QUERY PLAN " if session.connection().dialect.name == "sqlite" else "EXPLAIN "
    rows = session.connection().exec_driver_sql(explain + statement, values).all()
    return "\n".join(str(row[-1]) for row in rows)


WORK: dict[str, Callable[[Session, int, datetime], object]] = {
    "look for batches": lambda session, _batch, now: claims.due_batches(session, now),
    "look for leftovers": lambda session, _batch, _now: claims.closed_with_rest(session),
    "look for letters": lambda session, _batch, now: claims.is_transactional_due(session, now),
    "claim letters": lambda session, _batch, now: claims.claim_transactional(
        session, 1, now, limit=2
    ),
    "claim a page": lambda session, batch, now: claims.claim_bulk(session, batch, 1, now, limit=2),
    "take back": lambda session, _batch, _now: workers.leave(session, 1),
    "cancel": lambda session, batch, now: batches.cancel_page(session, batch, now),
    "explain failures": lambda session, batch, _now: troubles_page(session, batch, after=0, most=2),
    "send uncertain again": lambda session, batch, now: batches.resend_uncertain(
        session, session.get_one(Batch, batch), now
    ),
    "read a batch": lambda session, batch, _now: session.scalars(
        select(Delivery.id).where(batches.all_of(session.get_one(Batch, batch)))
    ).all(),
}


@pytest.mark.parametrize("work", WORK)
def test_no_step_of_sending_reads_all_deliveries(outbox: Outbox, now: datetime, work: str) -> None:
    batch = outbox.fill(5)
    with outbox.database.transaction() as session:
        if not outbox.database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        with _statements(session) as said:
            WORK[work](session, batch.id, now)
        assert said
        for statement, values in said:
            plan = _plan(session, statement, values)
            assert not any(words in plan for words in WHOLE_TABLE), f"{statement}\n{plan}"


def test_what_the_plans_are_tested_with_can_fail(outbox: Outbox) -> None:
    outbox.fill(1)
    with outbox.database.transaction() as session, _statements(session) as said:
        session.query(Delivery).filter(Delivery.state == State.QUEUED).all()
        [(statement, values)] = said
        assert any(words in _plan(session, statement, values) for words in WHOLE_TABLE)
