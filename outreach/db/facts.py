"""What can be told of the database itself: its kind, its version, how large it is."""

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach.db.migrations import head

_VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
_BYTES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Facts:
    """The database at one moment."""

    kind: str
    """`SQLite` or `PostgreSQL`."""
    version: str
    bytes: int
    revision: str
    """Of its schema, e.g. `0005`; empty for none."""
    newest: str
    """The revision that this code was written for."""

    @property
    def is_current(self) -> bool:
        """Tell whether nothing is missing in the schema."""
        return self.revision == self.newest


def facts(session: Session) -> Facts:
    """Look at the database, within a session that only reads."""
    connection = session.connection()
    kind = connection.dialect.name
    return Facts(
        kind=_NAMES[kind],
        version=str(session.scalar(text(_VERSION[kind]))).partition(" ")[0],
        bytes=int(session.scalar(text(_BYTES[kind])) or 0),
        revision=MigrationContext.configure(connection).get_current_revision() or "",
        newest=head(),
    )
