"""Bringing a database to the present schema, and telling whether it is there."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from outreach.db.database import Database
from outreach.errors import Refused

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


def upgrade(database: Database) -> None:
    """Apply what is missing, all of it or (with PostgreSQL and SQLite alike) none of one step."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Tell whether the schema is the one that this code was written for."""
    with database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == head()


@lru_cache(maxsize=1)
def head() -> str:
    """Give the revision of the schema that this code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def require_current(database: Database) -> None:
    """Raise Refused with the way out unless the schema is the present one."""
    if not is_current(database):
        raise Refused("The database is not up to date. Run: outreach database upgrade")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
