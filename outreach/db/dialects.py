"""Statements that the two databases spell alike but SQLAlchemy keeps apart."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from outreach.db.prepared import Prepared

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, row: type[DeclarativeBase] | Table) -> Any:  # noqa: ANN401
    """Give this database's INSERT, which knows `on_conflict_do_nothing` and `…_do_update`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(row)
    return sqlite.insert(row)


@lru_cache(maxsize=16)
def adding_to(dialect: str, table: Table) -> Prepared:
    """Give the INSERT into a table of counters that adds to `count` where the row is there."""
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return Prepared(
        insert.values(
            {column.name: bindparam(column.name) for column in table.columns}
        ).on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={"count": table.c.count + insert.excluded.count},
        )
    )


class numbers_in(FunctionElement[int]):  # noqa: N801  (it reads as a function of SQL)
    """The numbers of a JSON array, as a subquery: `column.op("IN")(numbers_in(bindparam("ids")))`.

    One parameter for the whole list: ten times cheaper to prepare than one for each number.
    """

    inherit_cache = True
    name = "numbers_in"


@compiles(numbers_in, "sqlite")
def _on_sqlite(element: numbers_in, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    array = compiler.process(element.clauses, **kw)
    return f"(SELECT value FROM json_each({array}))"  # noqa: S608  (a bound parameter)


@compiles(numbers_in, "postgresql")
def _on_postgresql(element: numbers_in, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    array = compiler.process(element.clauses, **kw)
    return f"(SELECT value::bigint FROM json_array_elements_text(CAST({array} AS json)))"  # noqa: S608


class step_of(FunctionElement[int]):  # noqa: N801  (it reads as a function of SQL)
    """The beginning of the step of time that a moment falls into, in seconds since 1970.

    `step_of(column, literal(60))`: of the minute.
    """

    inherit_cache = True
    name = "step_of"


@compiles(step_of, "sqlite")
def _step_on_sqlite(element: step_of, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    moment, seconds = (compiler.process(part, **kw) for part in element.clauses)
    return f"({moment} / 1000000 / {seconds} * {seconds})"


@compiles(step_of, "postgresql")
def _step_on_postgresql(element: step_of, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    moment, seconds = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(floor(extract(epoch FROM {moment}) / {seconds}) * {seconds} AS bigint)"
