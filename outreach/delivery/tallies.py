"""Counters of deliveries by batch, message and state: what reports read instead of counting rows.

Whoever changes states adds here within the same transaction, so the two never differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from outreach.db.dialects import adding_to
from outreach.delivery.models import SENT, WAITING, State, Tally

SLOTS = 16
"""How many workers can add to one counter without waiting for each other; slot 0 is the rest's."""

_COUNTERS = cast(Table, Tally.__table__)

Change = Mapping[tuple[int, int, State], int]
"""By (batch id, message id, state): how many more, or fewer if negative."""


@dataclass(frozen=True)
class Tallies:
    """How the deliveries of some batches stand."""

    by_state: Mapping[State, int]
    by_message: Mapping[int, Mapping[State, int]] = field(default_factory=dict)
    """The same for each message id."""

    @property
    def planned(self) -> int:
        """All there are: waiting + sent + failed + suppressed + cancelled + uncertain."""
        return sum(self.by_state.values())

    @property
    def waiting(self) -> int:
        """Not yet handed over: queued, claimed or on the wire."""
        return self._of(WAITING)

    @property
    def sent(self) -> int:
        """Handed over, whatever became of them later."""
        return self._of(SENT)

    @property
    def failed(self) -> int:
        """Refused for good, or given up after the last try."""
        return self._of([State.FAILED])

    @property
    def suppressed(self) -> int:
        """Not sent because the address is suppressed."""
        return self._of([State.SUPPRESSED])

    @property
    def cancelled(self) -> int:
        """Withdrawn before they were sent."""
        return self._of([State.CANCELLED])

    @property
    def uncertain(self) -> int:
        """Cut off on the wire: nobody knows whether they arrived."""
        return self._of([State.UNCERTAIN])

    def _of(self, states: Iterable[State]) -> int:
        return sum(self.by_state.get(state, 0) for state in states)


def tallies(session: Session, batch_ids: Sequence[int]) -> Tallies:
    """Read the counters of some batches, together and by message."""
    rows = session.execute(
        select(Tally.message_id, Tally.state, func.sum(Tally.count))
        .where(Tally.batch_id.in_(batch_ids))
        .group_by(Tally.message_id, Tally.state)
    )
    by_state: dict[State, int] = {}
    by_message: dict[int, dict[State, int]] = {}
    for message_id, state, summed in rows:
        count = int(summed)
        by_state[state] = by_state.get(state, 0) + count
        by_message.setdefault(message_id, {})[state] = count
    return Tallies(by_state, by_message)


def add(session: Session, change: Change, *, slot: int = 0) -> None:
    """Add to the counters. In a fixed order, so that two who add never wait for each other."""
    rows = [
        {"batch_id": batch, "message_id": message, "state": state, "slot": slot, "count": count}
        for (batch, message, state), count in sorted(change.items())
        if count
    ]
    if not rows:
        return
    connection = session.connection()
    adding_to(connection.dialect.name, _COUNTERS).run_many(connection, rows)


def slot_of(worker: int) -> int:
    """Give the slot that a worker adds to."""
    return worker % SLOTS + 1
