"""Many rows at once."""

from datetime import datetime
from typing import cast

import pytest
from sqlalchemy import Table, select

from outreach.db.bulk import insert_rows
from outreach.db.database import Database
from outreach.db.models import Heartbeat

TABLE = cast(Table, Heartbeat.__table__)


def test_rows_are_inserted_with_their_types(database: Database, now: datetime) -> None:
    rows = [{"name": f"100% {n} “é”", "started_at": now, "beat_at": now} for n in range(3)]
    with database.transaction() as session:
        insert_rows(session, TABLE, rows)
        insert_rows(session, TABLE, [])
    with database.reading() as session:
        found = session.scalars(select(Heartbeat).order_by(Heartbeat.name)).all()
    assert [row.name for row in found] == [row["name"] for row in rows]
    assert {row.beat_at for row in found} == {now}


def test_rows_that_do_not_belong_together_are_refused(database: Database, now: datetime) -> None:
    whole = {"name": "one", "started_at": now, "beat_at": now}
    with pytest.raises(ValueError, match="zip"), database.transaction() as session:
        insert_rows(session, TABLE, [whole, {"name": "two"}])


def test_columns_out_of_order_are_refused(database: Database, now: datetime) -> None:
    mixed = {"beat_at": now, "name": "one", "started_at": now}
    with pytest.raises(ValueError, match="order"), database.transaction() as session:
        insert_rows(session, TABLE, [mixed])
