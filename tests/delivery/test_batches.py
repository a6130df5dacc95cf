"""Filling, closing and withdrawing, with counters that never differ from the rows."""

import random
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.delivery import batches, claims, moves, workers
from outreach.delivery.batches import NewDelivery, add_deliveries, remember_occasion
from outreach.delivery.models import Address, Batch, Delivery, State, Stream, SuppressionReason
from outreach.delivery.suppressions import is_suppressed, lift, suppress
from outreach.errors import ForbiddenMove
from outreach.times import utc_now
from tests.delivery.outboxes import Outbox


def test_one_address_gets_one_occasion_once(outbox: Outbox, now: datetime) -> None:
    batch = outbox.fill(3)
    with outbox.database.transaction() as session:
        known = session.get_one(Delivery, 1)
        row = NewDelivery(batch.id, known.message_id, known.occasion_id, 1, 1)
        other = NewDelivery(batch.id, known.message_id, remember_occasion(session, "x"), 1, 1)
        assert add_deliveries(session, [row, other], now) == {1}
        assert add_deliveries(session, [row, other], now) == set()
    assert outbox.states(batch) == {State.QUEUED: 4}


def test_closing_cancels_page_by_page_and_cannot_be_undone(outbox: Outbox, now: datetime) -> None:
    batch = outbox.fill(30)
    with outbox.database.transaction() as session:
        assert batches.close(session, batch, now) == 30
        with pytest.raises(ForbiddenMove):
            batches.resume(session, batch)
        with pytest.raises(ForbiddenMove):
            batches.resend_uncertain(session, batch, now)
    assert outbox.states(batch) == {State.CANCELLED: 30}


def test_whoever_leaves_a_list_gets_nothing_of_it_that_is_queued(
    outbox: Outbox, now: datetime
) -> None:
    batch = outbox.fill(3)
    letters = outbox.fill(3, stream=Stream.TRANSACTIONAL, name="letters")
    with outbox.database.transaction() as session:
        assert batches.withdraw(session, 2, now, list_name="events") == 0
        assert batches.withdraw(session, 2, now, list_name="news") == 1
        assert batches.withdraw(session, 2, now) == 0
    assert outbox.states(batch) == {State.QUEUED: 2, State.CANCELLED: 1}
    assert outbox.states(letters) == {State.QUEUED: 3}


def test_a_complaint_stops_bulk_and_lets_a_confirmation_through(
    outbox: Outbox, now: datetime
) -> None:
    batch = outbox.fill(1)
    letters = outbox.fill(1, stream=Stream.TRANSACTIONAL, name="letters")
    with outbox.database.transaction() as session:
        digest = session.get_one(Address, 1).hash
        assert suppress(session, digest, SuppressionReason.COMPLAINT, now)
    assert outbox.states(batch) == {State.SUPPRESSED: 1}
    assert outbox.states(letters) == {State.QUEUED: 1}
    with outbox.database.transaction() as session:
        assert not suppress(session, digest, SuppressionReason.STAFF, now)
        assert is_suppressed(session, digest) is SuppressionReason.STAFF
        assert lift(session, digest)
        assert not lift(session, digest)
    assert outbox.states(letters) == {State.SUPPRESSED: 1}


def test_an_ended_delivery_moves_no_more(outbox: Outbox) -> None:
    outbox.fill(1)
    with outbox.database.transaction() as session, pytest.raises(ForbiddenMove):
        moves.move(session, Delivery.id == 1, [State.CANCELLED], State.QUEUED)


def something(session: Session, batch: Batch, crew: list[int], chance: random.Random) -> None:
    """Do one of the things that happen to deliveries, to any of them."""
    worker, one, now = chance.choice(crew), chance.randint(1, 80), utc_now()
    mine = (Delivery.claimed_by == worker) & (Delivery.id < one)
    digest = session.get_one(Address, one).hash
    ended = chance.choice([State.SENT, State.FAILED, State.UNCERTAIN])
    steps: list[Callable[[], object]] = [
        lambda: claims.claim_bulk(session, batch.id, worker, now, limit=chance.randint(1, 9)),
        lambda: moves.move(session, mine, [State.CLAIMED], State.SENDING),
        lambda: moves.move(session, mine, [State.SENDING], ended),
        lambda: moves.move(session, mine, [State.SENT, State.UNCERTAIN], State.BOUNCED),
        lambda: batches.withdraw(session, one, now, list_name="news"),
        lambda: suppress(session, digest, SuppressionReason.BOUNCE, now),
        lambda: workers.give_back(session, worker),
        lambda: batches.resend_uncertain(session, batch, now),
    ]
    chance.choice(steps)()


@pytest.mark.parametrize("seed", range(4))
def test_counters_and_rows_agree_whatever_happens(outbox: Outbox, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (repeatable, keeps no secret)
    batch = outbox.fill(80)
    with outbox.database.transaction() as session:
        crew = [workers.register(session) for _ in range(2)]
    for _ in range(60):
        with outbox.database.transaction() as session:
            something(session, batch, crew, chance)
        outbox.states(batch)
    with outbox.database.transaction() as session:
        batches.close(session, batch, utc_now())
    assert not outbox.states(batch).keys() & {State.QUEUED, State.CLAIMED}


def test_a_batch_knows_between_which_deliveries_its_own_are(outbox: Outbox, now: datetime) -> None:
    first, second = outbox.fill(3, name="one"), outbox.fill(4, name="two")
    with outbox.database.transaction() as session:
        known = session.get_one(Delivery, 1)
        late = NewDelivery(first.id, known.message_id, remember_occasion(session, "x"), 1, 1)
        add_deliveries(session, [late], now)
        before, after = (session.get_one(Batch, each.id) for each in (first, second))
        assert (before.first_delivery, before.last_delivery) == (1, None)
        assert (after.first_delivery, after.last_delivery) == (4, None)
        for batch in (before, after):
            batches.finish_planning(session, batch)
        found = {
            batch.name: session.scalars(
                select(Delivery.id).where(batches.all_of(batch)).order_by(Delivery.id)
            ).all()
            for batch in (before, after)
        }
    assert found == {"one": [1, 2, 3, 8], "two": [4, 5, 6, 7]}


def test_a_batch_without_deliveries_has_none(outbox: Outbox) -> None:
    outbox.fill(2)
    empty = outbox.fill(0, name="empty")
    with outbox.database.transaction() as session:
        batch = session.get_one(Batch, empty.id)
        batches.finish_planning(session, batch)
        assert session.scalars(select(Delivery.id).where(batches.all_of(batch))).all() == []
