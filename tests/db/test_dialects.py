"""Statements that the two databases spell differently mean the same."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import literal_column, select, text, update

from outreach.db.database import Database
from outreach.db.dialects import step_of
from outreach.db.models import Heartbeat


@pytest.mark.parametrize("seconds", [10, 60, 3600])
def test_a_moment_falls_into_the_step_that_began_last(
    database: Database, now: datetime, seconds: int
) -> None:
    moments = [now, now + timedelta(seconds=9.999999), now + timedelta(days=400, seconds=3601)]
    with database.transaction() as session:
        for number, moment in enumerate(moments):
            session.add(Heartbeat(name=str(number), started_at=now, beat_at=moment))
        session.flush()
        step = step_of(Heartbeat.beat_at, literal_column(str(seconds)))
        found = session.scalars(select(step).order_by(Heartbeat.name)).all()
    assert [int(second) for second in found] == [
        int(moment.timestamp()) // seconds * seconds for moment in moments
    ]


def test_a_snapshot_sees_one_moment_whatever_others_write(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        session.add(Heartbeat(name="clock", started_at=now, beat_at=now))
    later = now + timedelta(hours=1)
    with database.snapshot() as before:
        assert before.scalar(select(Heartbeat.beat_at)) == now
        with database.transaction() as session:
            session.execute(update(Heartbeat).values(beat_at=later))
        assert before.scalar(select(Heartbeat.beat_at)) == now
    with database.reading() as session:
        assert session.scalar(select(Heartbeat.beat_at)) == later
        if not database.is_sqlite:  # the connection went back to the pool as it was
            assert session.scalar(text("SHOW transaction_isolation")) == "read committed"
