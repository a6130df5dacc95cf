"""Somebody takes a break at the very moment when a campaign is being planned."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import preferences
from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.audience.preferences import PreferencesForm
from outreach.campaigns.fanout import fan_out_page
from outreach.db.database import Database
from outreach.delivery.models import Delivery, State
from tests.campaigns.conftest import found_place

BREAK = PreferencesForm(paused_until=date(2026, 12, 24))


@pytest.fixture
def numbers(database: Database, now: datetime) -> tuple[int, int]:
    """Give a campaign that has begun, and the one person whom it is for, who has two topics."""
    with database.transaction() as session:
        place = found_place(session, now)
        person = place.add()
        events = Topic(slug="events", position=2, active=True, names={}, descriptions={})
        session.add(events)
        session.flush()
        confirmed = SubscriptionState.CONFIRMED
        session.add(
            Subscription(
                topic_id=events.id, subscriber_id=person.id, state=confirmed, changed_at=now
            )
        )
        return place.sending().id, person.id


def one_holds_up_the_other(
    database: Database, first: Callable[[Session], object], second: Callable[[Session], object]
) -> None:
    """Begin the second while the first has done its work and not committed it yet."""

    def whole() -> None:
        with database.transaction() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            first(session)
            later = pool.submit(whole)
            wait([later], 0.5)
        later.result(30)


def states(database: Database) -> list[State]:
    """Give the states of all deliveries."""
    with database.reading() as session:
        return list(session.scalars(select(Delivery.state)))


def test_a_break_waits_for_the_page_that_is_being_planned_and_withdraws_from_it(
    database: Database, now: datetime, numbers: tuple[int, int]
) -> None:
    campaign, person = numbers
    one_holds_up_the_other(
        database,
        lambda session: fan_out_page(session, campaign, now=now),
        lambda session: preferences.save(session, person, BREAK, now),
    )
    with database.reading() as session:
        assert session.get_one(Subscriber, person).paused_until is not None
    assert states(database) == [State.CANCELLED]


def test_planning_that_waits_for_a_break_sees_it(
    database: Database, now: datetime, numbers: tuple[int, int]
) -> None:
    campaign, person = numbers
    one_holds_up_the_other(
        database,
        lambda session: preferences.save(session, person, BREAK, now),
        lambda session: fan_out_page(session, campaign, now=now),
    )
    assert State.QUEUED not in states(database)
