"""Statements that the two databases spell alike but SQLAlchemy keeps apart."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, row: type[DeclarativeBase] | Table) -> Any:  # noqa: ANN401
    """Give this database's INSERT, which knows `on_conflict_do_nothing` and `…_do_update`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(row)
    return sqlite.insert(row)


@lru_cache(maxsize=16)
def adding_to(dialect: str, table: Table) -> Any:  # noqa: ANN401
    """Give the INSERT into a table of counters that adds to `count` where the row is there."""
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={"count": table.c.count + insert.excluded.count},
    )
