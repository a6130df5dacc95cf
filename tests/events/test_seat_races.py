"""Two hundred people at once: no seat is given twice."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from outreach.errors import Refused
from outreach.events.registration_models import RegistrationState
from tests.events.hall import TALK, Hall, Reception

CROWD = 200


@pytest.fixture(autouse=True)
def patience(hall: Hall) -> None:
    """Let a writer of SQLite wait as long as it takes.

    It hands its lock to whoever asks at the right moment, not to whoever has waited longest: with
    twenty writers on a machine that has other work, one of them may well be last for 20 seconds.
    """
    database = hall.home.database
    if database.is_sqlite:

        def wait(connection: sqlite3.Connection, _entry: object) -> None:
            connection.execute("PRAGMA busy_timeout = 180000")

        event.listen(database.engine, "connect", wait)
        database.engine.dispose()


def test_two_hundred_requests_at_once_fill_the_seats_and_not_one_more(hall: Hall) -> None:
    hall.sync(TALK.replace("capacity = 5", "capacity = 50\nwait_list = true"))
    desk = Reception(hall)
    addresses = [f"p{number}@example.org" for number in range(CROWD)]

    def come(address: str) -> None:
        desk.register(address)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(come, addresses))
    held = [row for row in desk.all() if row.held_until is not None]
    assert (len(desk.all()), len(held)) == (CROWD, 50)

    def click(number: int) -> None:
        desk.confirm(number)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(click, [row.id for row in desk.all()]))
    counted = Counter(row.state for row in desk.all())
    assert counted == {RegistrationState.CONFIRMED: 50, RegistrationState.WAITLISTED: CROWD - 50}
    assert sum(mail.method == "REQUEST" for mail in hall.sent()) == 50


def test_one_person_who_clicks_often_has_one_seat(hall: Hall) -> None:
    hall.sync(TALK.replace("capacity = 5", "capacity = 3"))
    desk = Reception(hall)

    def come(_: int) -> None:
        try:
            desk.register("eager@example.org")
        except Refused:
            return

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(come, range(30)))
    assert len(desk.all()) == 1
    assert len(hall.sent()) == 1


def test_seats_given_back_and_taken_at_once_are_never_too_many(hall: Hall) -> None:
    hall.sync(TALK.replace("capacity = 5", "capacity = 5\nwait_list = true"))
    desk = Reception(hall)
    for number in range(15):
        desk.register(f"p{number}@example.org")
        desk.confirm(desk.all()[-1].id)

    def turn(number: int) -> None:
        if number % 3 == 0:
            desk.offer()
        elif number % 3 == 1:
            desk.cancel(desk.all()[number // 3].id)
        else:
            desk.register(f"late{number}@example.org")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(turn, range(30)))
    seated = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
    assert sum(row.state in seated for row in desk.all()) <= 5
