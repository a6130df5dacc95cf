"""The database: one engine, one way to open a transaction, every difference of dialect."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 20
GAP_SECONDS = 0.001
"""Back-to-back commits on SQLite starve other writers for seconds; this gap brings it to 19 ms."""

_READING = "outreach_reading"


class Database:
    """SQLite or PostgreSQL behind one door.

    `power_loss_safe=False` (benchmarks only) trades SQLite's synchronous=FULL for NORMAL: durable
    against kill -9, not against a power cut.
    """

    def __init__(self, url: str, *, power_loss_safe: bool = True) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url, full=power_loss_safe) if self.is_sqlite else _postgresql(url)
        self._reading = self.engine.execution_options(**{_READING: True})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads: it never waits for a writer, and nothing is committed."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that only reads, and reads one moment, however many its queries are."""
        with self.reading() as session:
            if not self.is_sqlite:  # there every transaction does
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    def breathe(self) -> None:
        """Leave a gap between two writing transactions of a loop, so that others get their turn."""
        if self.is_sqlite:
            time.sleep(GAP_SECONDS)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def database_now(session: Session) -> datetime:
    """Give the time by which leases are kept: the server's on PostgreSQL, ours on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def _sqlite(url: str, *, full: bool) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=20,
    )

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        raw: Any = connection
        if not isinstance(raw, sqlite3.Connection):
            raise TypeError("SQLite through another driver than sqlite3")
        raw.isolation_level = None  # we begin by ourselves
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if full else 'NORMAL'}",
            "foreign_keys=ON",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            raw.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
