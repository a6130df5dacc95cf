"""Deliveries that failed, came back or are uncertain, each with the last words about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.delivery import moves
from outreach.delivery.failures import FailureClass, failure_class, without_person
from outreach.delivery.models import Address, Delivery, Outcome, State

PAGE = 1_000


@dataclass(frozen=True)
class Trouble:
    """One delivery that a report must explain."""

    delivery: int
    address: str
    state: State
    at: datetime | None
    kind: FailureClass
    code: int | None
    enhanced: str | None
    reply: str
    """The server's words as they came: they may name the person."""

    @property
    def said(self) -> str:
        """Give the server's words without what names the person."""
        return without_person(self.reply, self.address)


def troubles(session: Session, batch_id: int) -> Iterator[Trouble]:
    """Give all of a batch, a page at a time."""
    after = 0
    while page := troubles_page(session, batch_id, after=after, most=PAGE):
        yield from page
        after = page[-1].delivery


def troubles_page(session: Session, batch_id: int, *, after: int, most: int) -> list[Trouble]:
    """Give the next ones after a delivery, in the order of their ids."""
    rows = session.execute(
        select(Delivery.id, Delivery.state, Delivery.ended_at, Address.address)
        .join(Address, Address.id == Delivery.address_id)
        .where(moves.IN_TROUBLE, Delivery.batch_id == batch_id, Delivery.id > after)
        .order_by(Delivery.id)
        .limit(most)
    ).all()
    words = last_words(session, [row.id for row in rows])
    return [_trouble(row, words.get(row.id)) for row in rows]


def last_words(session: Session, deliveries: Sequence[int]) -> dict[int, Outcome]:
    """Give the latest outcome of each delivery of a page, where there is one."""
    rows = session.scalars(
        select(Outcome).where(Outcome.delivery_id.in_(deliveries)).order_by(Outcome.id)
    )
    return {row.delivery_id: row for row in rows}


def _trouble(row: Any, outcome: Outcome | None) -> Trouble:  # noqa: ANN401  (a Row)
    code = outcome.code if outcome else None
    enhanced = outcome.enhanced if outcome else None
    reply = outcome.reply if outcome else ""
    kind = failure_class(code, enhanced, reply, state=row.state)
    return Trouble(row.id, row.address, row.state, row.ended_at, kind, code, enhanced, reply)
