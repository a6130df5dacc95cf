"""Totals that only grow."""

from datetime import date

from outreach.db import hits
from outreach.db.database import Database

DAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


def test_hits_add_up_over_days_and_transactions(database: Database) -> None:
    for day, count in ((DAY, 1), (DAY, 2), (NEXT, 4)):
        with database.transaction() as session:
            hits.add(session, "click", "7", day=day, count=count)
    with database.reading() as session:
        assert hits.total(session, "click", "7") == 7


def test_what_was_never_hit_is_zero(database: Database) -> None:
    with database.transaction() as session:
        hits.add(session, "click", "7", day=DAY)
    with database.reading() as session:
        assert hits.total(session, "click", "8") == 0
        assert hits.total(session, "view", "7") == 0
