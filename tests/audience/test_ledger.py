"""The consent ledger: append-only, chained, and whole after somebody is erased."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from outreach.audience import ledger, words
from outreach.audience.ledger import ROOT, Line
from outreach.audience.models import (
    Action,
    Consent,
    Method,
    Signup,
    Subscriber,
    Subscription,
    Wording,
)
from outreach.audience.words import Words
from outreach.db.database import Database
from tests.audience.conftest import House

WHEN = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
WORDS = Words("fr", "signup-1", "Oui, c’est bien ça.")


def line(number: int, wording: int | None = None) -> Line:
    return Line(f"person-{number}", "news", Action.GRANTED, Method.FORM, WHEN, wording, "/fr/join")


def write(database: Database, number: int) -> None:
    with database.transaction() as session:
        wording = words.keep(session, WORDS)
        ledger.record(session, [line(each, wording) for each in range(number)])


def problems(database: Database) -> list[str]:
    with database.reading() as session:
        return [str(problem) for problem in ledger.verify(session).problems]


def tamper(database: Database, statement: str) -> None:
    """Change the ledger as somebody could who administers the database."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP TRIGGER consents_append_only ON consents")
            connection.exec_driver_sql("DROP TRIGGER wordings_append_only ON wordings")
        else:
            for table in ("consents", "wordings"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
        connection.execute(text(statement))


def test_an_empty_ledger_is_whole(database: Database) -> None:
    with database.reading() as session:
        found = ledger.verify(session)
    assert (found.lines, found.whole) == (0, True)


def test_each_line_is_chained_to_the_one_before_from_row_one(database: Database) -> None:
    write(database, 2)
    write(database, 2)
    with database.reading() as session:
        rows = session.query(Consent).order_by(Consent.id).all()
        found = ledger.verify(session)
    assert rows[0].previous_hash == ROOT
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert (found.lines, found.whole) == (4, True)


def test_a_thousand_lines_are_written_at_once_and_read_by_the_page(database: Database) -> None:
    write(database, 5000)
    with database.reading() as session:
        found = ledger.verify(session)
    assert (found.lines, found.whole) == (5000, True)


@pytest.mark.parametrize("row", [Consent, Wording])
def test_the_database_refuses_to_change_the_ledger(
    database: Database, row: type[Consent] | type[Wording]
) -> None:
    write(database, 1)
    change = {"source": "elsewhere"} if row is Consent else {"text": "other words"}
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(update(row).values(change))
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(delete(row))
    assert problems(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consents SET topic = 'events' WHERE id = 2",
        "UPDATE consents SET source = '/es/join' WHERE id = 2",
        "UPDATE consents SET reference = 'somebody-else' WHERE id = 2",
        "UPDATE consents SET action = 'withdrawn' WHERE id = 2",
        "UPDATE consents SET wording_id = NULL WHERE id = 2",
    ],
)
def test_a_changed_line_is_found(database: Database, change: str) -> None:
    write(database, 3)
    tamper(database, change)
    assert problems(database) == ["Line 2 was changed after it was written."]


def test_a_removed_line_is_found(database: Database) -> None:
    write(database, 3)
    tamper(database, "DELETE FROM consents WHERE id = 2")
    assert problems(database) == [
        "Line 2 is missing or was moved.",
        "Line 3 is not chained to the one before.",
    ]


def test_changed_words_are_found(database: Database) -> None:
    write(database, 1)
    tamper(database, "UPDATE wordings SET text = 'Anything goes.'")
    assert problems(database) == ["The words that line 1 agrees to were changed."]


def test_the_same_words_are_kept_once(database: Database) -> None:
    with database.transaction() as session:
        first = words.keep(session, WORDS)
        assert words.keep(session, WORDS) == first
        assert words.keep(session, Words("en", "signup-1", WORDS.text)) != first


def test_a_person_can_be_erased_without_breaking_the_chain(house: House) -> None:
    number = house.subscribe()
    house.subscribe("other@example.org")
    with house.database.transaction() as session:
        for row in (Subscription, Signup):
            session.execute(delete(row).where(row.subscriber_id == number))
        session.execute(delete(Subscriber).where(Subscriber.id == number))
    with house.database.reading() as session:
        found = ledger.verify(session)
    assert (found.lines, found.whole) == (2, True)
