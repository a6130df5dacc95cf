"""What the sender writes down: before the wire which deliveries go onto it, after it how it went.

One commit holds a group's outcomes and the next group's intents together.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import String, Table, bindparam, select, update
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into, numbers_in
from outreach.db.prepared import Prepared
from outreach.delivery import moves, tallies
from outreach.delivery.claims import Claim
from outreach.delivery.models import Batch, Delivery, Outcome, State, Stream
from outreach.delivery.retry import Decision, decide
from outreach.delivery.transports.parcels import Fate, Result

_Change = Counter[tuple[int, int, State]]

_ROWS = cast(Table, Delivery.__table__)
_OURS = _ROWS.c.id.op("IN", is_comparison=True)(numbers_in(bindparam("ids", type_=String))) & (
    _ROWS.c.claimed_by == bindparam("worker")
)
_INTEND = Prepared(
    update(_ROWS).where(_OURS, _ROWS.c.state == State.CLAIMED).values(state=State.SENDING)
)
_RECORD_SENT = Prepared(
    update(_ROWS)
    .where(_OURS, _ROWS.c.state == State.SENDING)
    .values(state=State.SENT, ended_at=bindparam("now"))
)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\s+(.*)", re.DOTALL)


class Ending(NamedTuple):
    """A delivery that was on the wire, and its fate."""

    claim: Claim
    result: Result


class Recorder:
    """Writes for one worker. Nothing is committed here."""

    def __init__(self, worker: int, stream: Stream) -> None:
        self.worker = worker
        self._stream = stream
        self._slot = tallies.slot_of(worker)
        self._change: _Change = Counter()
        self._begun: set[int] = set()
        """Batches whose first sending is written down."""

    def intend(self, session: Session, claims: Sequence[Claim]) -> list[Claim]:
        """Write that these go onto the wire; give those that are still ours to send."""
        if not claims:
            return []
        ids = [claim.id for claim in claims]
        moved = self._execute(session, _INTEND, {"ids": str(ids)})
        if moved != len(ids):
            now_ours = self._in_state(session, ids, State.SENDING)
            claims = [claim for claim in claims if claim.id in now_ours]
        self._count(claims, State.CLAIMED, State.SENDING)
        return list(claims)

    def record(
        self, session: Session, endings: Sequence[Ending], now: datetime, *, away: timedelta
    ) -> None:
        """Write how deliveries went, first of all in a transaction. `away`: see `retry.decide`."""
        self._change.clear()
        sent = [one.claim for one in endings if one.result.fate is Fate.SENT]
        if sent:
            self._record_sent(session, sent, now)
        for one in endings:
            if one.result.fate is not Fate.SENT:
                self._record_other(session, one, now, away)

    def _record_sent(self, session: Session, claims: Sequence[Claim], now: datetime) -> None:
        ids = [claim.id for claim in claims]
        moved = self._execute(session, _RECORD_SENT, {"ids": str(ids), "now": now})
        if moved != len(ids):
            claims = self._late_truth(session, claims, now)
        self._count(claims, State.SENDING, State.SENT)
        fresh = {claim.batch_id for claim in claims} - self._begun
        if fresh:
            session.execute(
                update(Batch)
                .where(Batch.id.in_(fresh), Batch.first_sent_at.is_(None))
                .values(first_sent_at=now)
            )
            self._begun |= fresh

    def _late_truth(self, session: Session, claims: Sequence[Claim], now: datetime) -> list[Claim]:
        """Others took us for dead meanwhile and called some uncertain: now it is known."""
        ids = [claim.id for claim in claims]
        which = Delivery.id.in_(ids) & (Delivery.claimed_by == self.worker)
        late = set(moves.move(session, which, [State.UNCERTAIN], State.SENT, ended_at=now))
        ours = self._in_state(session, ids, State.SENT) - late
        return [claim for claim in claims if claim.id in ours]

    def _record_other(self, session: Session, one: Ending, now: datetime, away: timedelta) -> None:
        decision = decide(
            one.result.fate,
            self._stream,
            tries=one.claim.tries,
            away=away,
            chance=random.random(),  # noqa: S311  (spreads tries, keeps no secret)
        )
        which = (Delivery.id == one.claim.id) & (Delivery.claimed_by == self.worker)
        values: dict[str, object] = (
            {"due_at": now + decision.pause} if decision.pause is not None else {"ended_at": now}
        )
        if decision.costs_a_try:
            values["tries"] = one.claim.tries + 1
        moved = moves.move(
            session, which, [State.SENDING], decision.state, slot=self._slot, **values
        )
        if moved and decision.notable:
            _note(session, one, decision, now)

    def _execute(self, session: Session, statement: Prepared, values: dict[str, object]) -> int:
        """Run one of the two statements of the hot path; give how many rows it changed."""
        values["worker"] = self.worker
        return statement.run(session.connection(), values).rowcount

    def _in_state(self, session: Session, ids: list[int], state: State) -> set[int]:
        ours = (Delivery.claimed_by == self.worker) & (Delivery.state == state)
        return set(session.scalars(select(Delivery.id).where(Delivery.id.in_(ids), ours)))

    def _count(self, claims: Sequence[Claim], before: State, after: State) -> None:
        for (batch, message), count in Counter([claim[1:3] for claim in claims]).items():
            self._change[batch, message, before] -= count
            self._change[batch, message, after] += count

    def settle(self, session: Session) -> None:
        """Bring the counters up to what was written; the last thing in each transaction."""
        tallies.add(session, self._change, slot=self._slot)
        self._change.clear()


def _note(session: Session, one: Ending, decision: Decision, now: datetime) -> None:
    """Keep what the server said."""
    said = _ENHANCED.match(one.result.text)
    enhanced, text = said.groups() if said else (None, one.result.text)
    session.execute(
        insert_into(session, Outcome).values(
            delivery_id=one.claim.id,
            at=now,
            state=decision.state,
            code=one.result.code or None,
            enhanced=enhanced,
            reply=text,
        )
    )
