"""One way to a transaction, on both databases."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from outreach.db.database import Database, database_now
from outreach.db.models import Heartbeat
from outreach.db.rows import from_microseconds, to_microseconds


def beat(name: str, moment: datetime) -> Heartbeat:
    return Heartbeat(name=name, started_at=moment, beat_at=moment)


@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
)
def test_a_moment_survives_as_microseconds(moment: datetime) -> None:
    assert from_microseconds(to_microseconds(moment)) == moment


def test_a_moment_comes_back_as_it_was_written(database: Database) -> None:
    moment = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    with database.transaction() as session:
        session.add(beat("clock", moment))
    with database.reading() as session:
        found = session.execute(select(Heartbeat)).scalar_one()
    assert found.beat_at == moment
    assert found.beat_at.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    with (
        pytest.raises(StatementError, match="must carry its zone"),
        database.transaction() as session,
    ):
        session.add(beat("clock", datetime(2026, 1, 1)))


def test_an_error_rolls_everything_back(database: Database, now: datetime) -> None:
    def write_and_fail() -> None:
        with database.transaction() as session:
            session.add(beat("clock", now))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.reading() as session:
        assert session.execute(select(Heartbeat)).first() is None


def test_a_reader_does_not_wait_for_a_writer(database: Database, now: datetime) -> None:
    with database.transaction() as writer:
        writer.add(beat("clock", now))
        writer.flush()
        with database.reading() as reader:
            assert reader.execute(select(Heartbeat)).first() is None


def test_two_writers_take_turns_and_lose_nothing(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        session.add(beat("clock", now))
        session.execute(text("CREATE TABLE counted (n INTEGER)"))
        session.execute(text("INSERT INTO counted VALUES (0)"))

    def add() -> None:
        for _ in range(25):
            with database.transaction() as session:
                session.execute(text("UPDATE counted SET n = n + 1"))
            database.breathe()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.execute(text("SELECT n FROM counted")).scalar_one() == 100


def test_the_databases_clock_tells_an_aware_time(database: Database) -> None:
    with database.reading() as session:
        assert database_now(session).tzinfo is UTC
