"""Statements of hot loops: compiled once, then run with plain values.

SQLAlchemy's own cache of compiled statements takes longer than SQLite needs for the statement.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.sql.elements import ClauseElement

_Process = Callable[[Any], Any]


class Prepared:
    """A statement whose parameters are bound by name; values set in it stay as they are."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it once."""
        text, bind = _compiled(self._statement, connection.dialect)
        return connection.exec_driver_sql(text, bind(values))

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query; give its rows as the driver does: codes as numbers, words as text."""
        cursor: Any = self.run(connection, values).cursor
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each row."""
        text, bind = _compiled(self._statement, connection.dialect)
        connection.exec_driver_sql(text, [bind(row) for row in rows])


@lru_cache(maxsize=64)
def _compiled(statement: Executable, dialect: Dialect) -> tuple[str, Callable[..., Any]]:
    if not isinstance(statement, ClauseElement):
        raise TypeError("only statements can be prepared")
    compiled: Any = statement.compile(dialect=dialect)
    names = list(compiled.positiontup if compiled.positional else compiled.binds)
    processes: dict[str, _Process | None] = {
        name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        for name in names
    }
    fixed = {
        name: _processed(processes[name], compiled.binds[name].value)
        for name in names
        if not compiled.binds[name].required
    }

    def bind_one(name: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
        return fixed[name] if name in fixed else _processed(processes[name], values[name])

    def as_tuple(values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([bind_one(name, values) for name in names])

    def as_dict(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: bind_one(name, values) for name in names}

    return compiled.string, as_tuple if compiled.positional else as_dict


def _processed(process: _Process | None, value: Any) -> Any:  # noqa: ANN401
    return value if process is None else process(value)
