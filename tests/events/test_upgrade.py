"""Events of the first schema are still there, with their occurrence, after an upgrade."""

from datetime import UTC, date, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from outreach.db import migrations
from outreach.db.database import Database
from outreach.events.changes import open_changes
from outreach.events.models import EventStatus, RegistrationKind
from outreach.events.queries import event, upcoming

START = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


def at_first_schema(database: Database) -> None:
    """Make the first schema, with one event in it."""
    config = Config()
    config.set_main_option("script_location", str(migrations.MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    start = int(START.timestamp()) * 1_000_000 if database.is_sqlite else START
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO events (id, slug, kind, topic, date, starts_at, zone, organiser,"
                " registration_url, people) VALUES (1, 'talk', 'webinar', 'news', '2026-12-01',"
                " :start, 'Europe/Paris', 'A', 'https://example.org', '[]')"
            ),
            {"start": start},
        )
        session.execute(
            text(
                "INSERT INTO event_translations (event_id, language, title, summary, body,"
                " first_line, checksum, synced_at) VALUES (1, 'en', 'Talk', 's', '', 1, 'c', :at)"
            ),
            {"at": start},
        )


def test_an_event_of_the_first_schema_has_its_occurrence(bare: Database, now: datetime) -> None:
    at_first_schema(bare)
    migrations.upgrade(bare)
    with bare.reading() as session:
        [listed] = upcoming(session, 9, "", now)
        assert (listed.slug, listed.starts_at) == ("talk", START)
        assert listed.occurrence.first_start == START
        row = event(session, "talk")
        assert row.registration is RegistrationKind.EXTERNAL
        assert (row.status, row.sequence) == (EventStatus.CONFIRMED, 0)
        assert row.occurrences[0].original == date(2026, 12, 1)
        assert open_changes(session) == []
