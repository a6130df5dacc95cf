"""Who is alive, and what happens to the claims of who is not."""

from datetime import timedelta

from sqlalchemy import select, update

from outreach.delivery import claims, moves, workers
from outreach.delivery.claims import Claim
from outreach.delivery.models import Delivery, Outcome, State, Stream, Worker
from outreach.delivery.records import Ending, Recorder
from outreach.delivery.transports.parcels import Fate, Result
from outreach.times import utc_now
from tests.delivery.outboxes import Outbox


def holding(outbox: Outbox, batch: int, *, sending: int) -> tuple[int, list[Claim]]:
    """Let a worker claim ten and begin some of them."""
    with outbox.database.transaction() as session:
        worker = workers.register(session)
        claimed = claims.claim_bulk(session, batch, worker, utc_now(), limit=10)
        begun = [claim.id for claim in claimed[:sending]]
        moves.move(session, Delivery.id.in_(begun), [State.CLAIMED], State.SENDING)
    return worker, claimed


def silence(outbox: Outbox, worker: int) -> None:
    """Let a worker not have been heard of for 31 seconds."""
    with outbox.database.transaction() as session:
        before = utc_now() - timedelta(seconds=31)
        session.execute(update(Worker).where(Worker.id == worker).values(beat_at=before))


def test_a_living_worker_keeps_its_claims(outbox: Outbox) -> None:
    batch = outbox.fill(12)
    holding(outbox, batch.id, sending=3)
    assert workers.take_back_claims(outbox.database) == 0
    assert outbox.states(batch) == {State.QUEUED: 2, State.CLAIMED: 7, State.SENDING: 3}


def test_the_claims_of_a_silent_worker_are_taken_back_once(outbox: Outbox) -> None:
    batch = outbox.fill(12)
    worker, _ = holding(outbox, batch.id, sending=3)
    silence(outbox, worker)
    assert workers.take_back_claims(outbox.database) == 10
    assert workers.take_back_claims(outbox.database) == 0
    assert outbox.states(batch) == {State.QUEUED: 9, State.UNCERTAIN: 3}
    with outbox.database.transaction() as session:
        assert not workers.beat(session, worker)
        assert len(session.scalars(select(Outcome)).all()) == 3


def test_the_worker_of_a_process_that_is_gone_is_dead_at_once(outbox: Outbox) -> None:
    batch = outbox.fill(12)
    worker, _ = holding(outbox, batch.id, sending=0)
    with outbox.database.transaction() as session:
        session.execute(update(Worker).where(Worker.id == worker).values(process=2**22 + 1))
    assert workers.take_back_claims(outbox.database) == 10
    assert outbox.states(batch) == {State.QUEUED: 12}


def test_a_worker_taken_for_dead_sends_nothing_more_and_tells_what_it_knows(
    outbox: Outbox,
) -> None:
    batch = outbox.fill(10)
    worker, claimed = holding(outbox, batch.id, sending=3)
    silence(outbox, worker)
    workers.take_back_claims(outbox.database)
    recorder = Recorder(worker, Stream.BULK)
    sent = [Ending(claim, Result(claim.id, Fate.SENT, 250)) for claim in claimed[:2]]
    with outbox.database.transaction() as session:
        recorder.record(session, sent, utc_now(), away=timedelta(seconds=1))
        assert recorder.intend(session, claimed[3:]) == []
        recorder.settle(session)
    assert outbox.states(batch) == {State.SENT: 2, State.UNCERTAIN: 1, State.QUEUED: 7}
