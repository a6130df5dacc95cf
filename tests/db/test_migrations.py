"""Migrations lead exactly to the schema that the models describe."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from outreach.db import migrations
from outreach.db.database import Database
from outreach.errors import Refused
from outreach.schema import METADATA


def test_an_upgrade_makes_the_schema_of_the_models(bare: Database) -> None:
    migrations.upgrade(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


def test_a_second_upgrade_changes_nothing(bare: Database) -> None:
    assert not migrations.is_current(bare)
    with pytest.raises(Refused, match="outreach database upgrade"):
        migrations.require_current(bare)
    migrations.upgrade(bare)
    migrations.upgrade(bare)
    migrations.require_current(bare)


def test_after_an_upgrade_the_database_protects_the_ledger(bare: Database) -> None:
    migrations.upgrade(bare)
    with bare.transaction() as session:
        session.execute(
            text(
                "INSERT INTO wordings (checksum, language, version, text) VALUES ('c','en','1','x')"
            )
        )
    for statement in ("UPDATE wordings SET text = 'y'", "DELETE FROM wordings"):
        with pytest.raises(DBAPIError, match="append-only"), bare.transaction() as session:
            session.execute(text(statement))
