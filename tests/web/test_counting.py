"""Totals that are counted in memory and written every few seconds."""

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Thread
from threading import enumerate as enumerate_threads

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.cli.serving import web_command
from outreach.db.database import Database
from outreach.db.hits import total
from outreach.db.models import Hit
from outreach.web.counting import Counting
from tests.web.conftest import REPOSITORY, free_port
from tests.web.visitor import Watch

VIEW = ("partner-view", "mines")


class Moody(Database):
    """A database that cannot always be written to."""

    is_down = False

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes, on a good day."""
        if self.is_down:
            raise OSError("no database")
        with super().transaction() as session:
            yield session


@pytest.fixture
def moody(database: Database) -> Iterator[Moody]:
    """Give a database that a test can take away."""
    opened = Moody(database.url)
    yield opened
    opened.close()


def counted(database: Database) -> int:
    """Give the total of all days."""
    with database.reading() as session:
        return total(session, *VIEW)


def test_totals_are_written_together_and_only_once(database: Database) -> None:
    counting = Counting(database, Watch(), every=3600)
    for _ in range(3):
        counting.add([VIEW, ("partner-view", "gold")])
    assert counted(database) == 0
    counting.write()
    counting.write()
    assert counted(database) == 3
    with database.reading() as session:
        assert total(session, "partner-view", "gold") == 3
    counting.close()


def test_a_timer_writes_what_was_added(database: Database) -> None:
    counting = Counting(database, Watch(), every=0)
    before = set(enumerate_threads())
    counting.add([VIEW])
    for each in set(enumerate_threads()) - before:
        each.join()
    assert counted(database) == 1
    counting.close()


def test_two_threads_lose_nothing(database: Database) -> None:
    counting = Counting(database, Watch(), every=3600)

    def add() -> None:
        for number in range(2000):
            counting.add([VIEW])
            if number % 500 == 0:
                counting.write()

    threads = [Thread(target=add) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    counting.close()
    assert counted(database) == 4000


def test_what_cannot_be_written_is_kept_for_the_next_time(moody: Moody) -> None:
    counting = Counting(moody, Watch(), every=3600)
    counting.add([VIEW])
    moody.is_down = True
    counting.write()
    counting.add([VIEW])
    counting.close()
    moody.is_down = False
    assert counted(moody) == 0
    counting.close()
    assert counted(moody) == 2


def test_the_day_is_that_of_the_request(database: Database) -> None:
    watch = Watch()
    watch.now = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    counting = Counting(database, watch, every=3600)
    counting.add([VIEW])
    watch.wait(seconds=2)
    counting.add([VIEW])
    counting.close()
    with database.reading() as session:
        days = session.execute(select(Hit.day, Hit.count).order_by(Hit.day)).all()
    assert [tuple(row) for row in days] == [(date(2026, 12, 31), 1), (date(2027, 1, 1), 1)]


def test_the_end_writes_what_there_is(database: Database) -> None:
    counting = Counting(database, Watch(), every=3600)
    counting.add([VIEW])
    counting.close()
    assert counted(database) == 1


def test_a_server_that_ends_writes_the_totals_of_all_its_workers(
    database: Database, environ: dict[str, str]
) -> None:
    port = free_port()
    *command, _ = web_command("127.0.0.1", port)
    running = subprocess.Popen(
        [*command, "--workers", "2", "tests.web.counted_site:app"],
        env=os.environ | environ,
        cwd=REPOSITORY,
    )
    try:
        while not (given := asked(port)):
            assert running.poll() is None
            time.sleep(0.1)
        given += sum(asked(port) for _ in range(20))
    finally:
        running.terminate()
        running.wait(30)
    assert counted(database) == given > 20


def asked(port: int) -> int:
    """Ask for the counted page by a connection of its own; give how often it came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/counted")
        return int(connection.getresponse().status == http.client.OK)
    except OSError:
        return 0
    finally:
        connection.close()
