"""Retention: what people told us goes in time, and counts stay."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.audience.models import Involvement, Subscriber, Subscription, SubscriptionState, Topic
from outreach.delivery.models import Address, Delivery, State
from outreach.errors import NotFound
from outreach.events.attendance import figures_of
from outreach.events.joining import find
from outreach.events.registration_models import Purge, Registration, RegistrationState
from outreach.events.retention import due, purge_page
from tests.events.hall import TALK, Hall

LATER = datetime(2026, 12, 1, 15, 30, tzinfo=UTC) + timedelta(days=180)


def purge(hall: Hall, now: datetime = LATER) -> int:
    """Purge all that is due; give how many registrations."""
    count = 0
    with hall.home.database.reading() as session:
        found = due(session, 180, now)
    for each in found:
        purged = 1
        while purged:
            with hall.home.database.transaction() as session:
                purged = purge_page(session, each.occurrence, now, size=2)
            count += purged
    return count


def sent(hall: Hall) -> None:
    """Let all that waits in the outbox have gone."""
    with hall.home.database.transaction() as session:
        session.execute(update(Delivery).values(state=State.SENT))


def counted(hall: Hall, *tables: type) -> list[int]:
    """Count the rows of tables."""
    with hall.home.database.reading() as session:
        return [
            int(session.scalar(select(func.count()).select_from(table)) or 0) for table in tables
        ]


def test_nothing_is_due_before_its_time(hall: Hall) -> None:
    hall.seat()
    sent(hall)
    assert purge(hall, LATER - timedelta(minutes=1)) == 0
    assert purge(hall) == 1
    assert purge(hall) == 0


def test_an_events_own_time_goes_before_the_setting(hall: Hall) -> None:
    hall.sync(f"retention_days = 10\n{TALK}")
    hall.seat()
    sent(hall)
    assert purge(hall, LATER - timedelta(days=170)) == 1


def test_whoever_came_for_the_event_alone_is_gone_altogether(hall: Hall) -> None:
    numbers = [hall.seat(f"p{number}@example.org", language="fr") for number in range(5)]
    sent(hall)
    assert purge(hall) == 5
    assert counted(hall, Subscriber, Address, Delivery, Involvement) == [0, 0, 0, 0]
    with hall.home.database.reading() as session:
        rows = session.scalars(select(Registration)).all()
        assert {(row.name, row.country, row.subscriber_id) for row in rows} == {("", "", None)}
        assert {row.state for row in rows} == {RegistrationState.CONFIRMED}
        with pytest.raises(NotFound):
            find(session, numbers[0])


def test_a_subscriber_stays_and_nothing_ties_them_to_the_event(hall: Hall) -> None:
    hall.seat()
    sent(hall)
    with hall.home.database.transaction() as session:
        session.add(
            Subscription(
                topic_id=session.scalars(select(Topic.id).limit(1)).one(),
                subscriber_id=session.scalars(select(Subscriber.id)).one(),
                state=SubscriptionState.CONFIRMED,
                changed_at=hall.home.now,
            )
        )
    assert purge(hall) == 1
    assert counted(hall, Subscriber, Address, Delivery) == [1, 1, 0]


def test_the_log_says_when_and_how_many_and_keeps_the_figures(hall: Hall) -> None:
    hall.seat("a@example.org", language="fr", state=RegistrationState.ATTENDED)
    hall.seat("b@example.org", state=RegistrationState.ABSENT)
    hall.seat("c@example.org", state=RegistrationState.CANCELLED)
    hall.seat("d@example.org", state=RegistrationState.WAITLISTED)
    with hall.home.database.reading() as session:
        before = figures_of(session, [hall.occurrence(session)])
    assert (before.seats, before.came, before.absent) == (2, 1, 1)
    assert (before.cancelled, before.waiting) == (1, 1)
    assert before.by_language == {"fr": [1, 1], "en": [1, 0]}
    sent(hall)
    assert purge(hall) == 4
    with hall.home.database.reading() as session:
        line = session.scalars(select(Purge)).one()
        assert (line.count, line.began_at, line.ended_at) == (4, LATER, LATER)
        assert figures_of(session, [hall.occurrence(session)]) == before


def test_a_purge_that_is_cut_off_goes_on_where_it_stood(hall: Hall) -> None:
    for number in range(3):
        hall.seat(f"p{number}@example.org")
    sent(hall)
    with hall.home.database.reading() as session:
        [each] = due(session, 180, LATER)
    with hall.home.database.transaction() as session:
        assert purge_page(session, each.occurrence, LATER, size=2) == 2
    assert purge(hall) == 1
    with hall.home.database.reading() as session:
        assert session.scalars(select(Purge.count)).one() == 3


def test_who_waits_for_a_new_date_is_not_forgotten(hall: Hall) -> None:
    hall.seat()
    hall.sync(TALK.replace("[registration]", 'status = "postponed"\n[registration]'))
    hall.wait(days=300)
    with hall.home.database.reading() as session:
        assert due(session, 180, hall.home.now) == []
        assert due(session, 180, hall.home.now + timedelta(days=600)) != []
