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
    bound = [compiled.binds[name] for name in names]
    processes: list[_Process | None] = [
        bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in bound
    ]
    fixed = [
        None if bind.required else _processed(process, bind.value)
        for bind, process in zip(bound, processes, strict=True)
    ]
    asked = [
        (at, name, processes[at]) for at, name in enumerate(names) if compiled.binds[name].required
    ]

    def as_list(values: Mapping[str, Any]) -> list[Any]:
        filled = fixed.copy()
        for at, name, process in asked:
            value = values[name]
            filled[at] = value if process is None else process(value)
        return filled

    def as_tuple(values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(as_list(values))

    def as_dict(values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(zip(names, as_list(values), strict=True))

    return compiled.string, as_tuple if compiled.positional else as_dict


def _processed(process: _Process | None, value: Any) -> Any:  # noqa: ANN401
    return value if process is None else process(value)
