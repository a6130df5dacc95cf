"""The clock turns by itself, survives a failing entry and ends when told."""

import logging
from collections.abc import Iterator
from itertools import count
from threading import Event

import pytest

from outreach.bootstrap import Services, boot
from outreach.clock.run import run
from outreach.clock.schedule import Entry
from outreach.settings import Settings


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Give wired services around the fresh database."""
    wired = boot(settings)
    yield wired
    wired.close()


def test_the_clock_turns_until_it_is_told_to_stop(services: Services) -> None:
    turns, stop = count(1), Event()

    def turn(_services: Services) -> None:
        if next(turns) == 3:
            stop.set()

    run(services, stop, (Entry("turn", 0.05, turn),))
    assert next(turns) > 3


def test_a_turn_that_takes_long_is_no_news(services: Services) -> None:
    stop = Event()

    def dawdle(_services: Services) -> None:
        stop.wait(0.2)
        stop.set()

    run(services, stop, (Entry("dawdle", 0.05, dawdle),))
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)


def test_an_entry_that_failed_comes_again_in_its_turn(services: Services) -> None:
    tries, stop = count(1), Event()

    def stumble(_services: Services) -> None:
        if next(tries) == 3:
            stop.set()
        raise OSError("not this time")

    run(services, stop, (Entry("stumble", 0.05, stumble),))
    assert next(tries) > 3
