"""Statements that are compiled once: every value in its place, written as its column has it."""

from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update

from outreach.db.database import Database
from outreach.db.models import Heartbeat
from outreach.db.prepared import Prepared

TABLE = cast(Table, Heartbeat.__table__)
INSERT = Prepared(
    insert(TABLE).values(
        name=bindparam("name"), started_at=bindparam("moment"), beat_at=bindparam("moment")
    )
)
RENAME = Prepared(
    update(TABLE)
    .where(TABLE.c.name == bindparam("old"))
    .values(name="new", beat_at=bindparam("at"))
)


def names_and_beats(database: Database) -> set[tuple[str, datetime, datetime]]:
    with database.reading() as session:
        rows = session.scalars(select(Heartbeat)).all()
    return {(row.name, row.started_at, row.beat_at) for row in rows}


def test_values_asked_for_by_name_and_values_set_in_it_come_to_their_columns(
    database: Database, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with database.transaction() as session:
        connection = session.connection()
        INSERT.run_many(connection, [{"moment": now, "name": name} for name in ("one", "two")])
        assert RENAME.run(connection, {"old": "two", "at": later}).rowcount == 1
    assert names_and_beats(database) == {("one", now, now), ("new", now, later)}


def test_a_value_of_one_run_does_not_stay_for_the_next(database: Database, now: datetime) -> None:
    with pytest.raises(KeyError, match="moment"), database.transaction() as session:
        INSERT.run_many(session.connection(), [{"name": "one", "moment": now}, {"name": "two"}])
    assert names_and_beats(database) == set()
