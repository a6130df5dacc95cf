"""Rate limits that hold over all processes."""

from datetime import datetime, timedelta

from sqlalchemy import select

from outreach.db import limits
from outreach.db.database import Database
from outreach.db.limits import Limit
from outreach.db.models import LimitCount

KEY = b"a key that only the tests use"
THREE = Limit("signup", most=3, window=timedelta(hours=1))


def ask(database: Database, now: datetime, asker: str = "192.0.2.7", limit: Limit = THREE) -> bool:
    with database.transaction() as session:
        return limits.allow(session, limit, asker=asker, key=KEY, now=now)


def test_so_many_requests_are_allowed_and_no_more(database: Database, now: datetime) -> None:
    assert [ask(database, now) for _ in range(5)] == [True, True, True, False, False]


def test_another_asker_and_another_limit_have_counts_of_their_own(
    database: Database, now: datetime
) -> None:
    one = Limit("link", most=1, window=timedelta(hours=1))
    for _ in range(3):
        ask(database, now)
    assert ask(database, now, "192.0.2.8")
    assert ask(database, now, limit=one)
    assert not ask(database, now, limit=one)


def test_a_new_window_begins_anew(database: Database, now: datetime) -> None:
    for _ in range(4):
        ask(database, now)
    assert ask(database, now + timedelta(hours=1))


def test_the_asker_is_stored_as_a_keyed_hash_only(database: Database, now: datetime) -> None:
    ask(database, now)
    with database.reading() as session:
        (key,) = session.scalars(select(LimitCount.key))
    assert key.startswith("signup:")
    assert "192.0.2.7" not in key


def test_old_windows_are_forgotten(database: Database, now: datetime) -> None:
    ask(database, now - timedelta(days=1))
    ask(database, now)
    with database.transaction() as session:
        limits.forget(session, before=now - timedelta(hours=2))
    with database.reading() as session:
        assert session.scalars(select(LimitCount.window)).all() == [now]
