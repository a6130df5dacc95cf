"""The threads of a worker: none disturbs another, all end when told, idle is idle."""

from collections.abc import Iterator
from itertools import count
from threading import Event

import pytest

from outreach.bootstrap import Services, boot
from outreach.settings import Settings
from outreach.worker.run import Stillness, run
from outreach.worker.steps import Shift, Step


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Give wired services around the fresh database."""
    wired = boot(settings)
    yield wired
    wired.close()


def test_a_worker_returns_when_nothing_is_due(services: Services) -> None:
    cooked, eaten = count(1), []
    plates: list[int] = []

    def cook(_shift: Shift) -> bool:
        number = next(cooked)
        if number > 5:
            return False
        plates.append(number)
        return True

    def eat(_shift: Shift) -> bool:
        if not plates:
            return False
        eaten.append(plates.pop())
        return True

    steps = (Step("eat", eat, 0.01), Step("cook", cook, 0.2))
    assert run(services, steps, Event(), until_idle=True)
    assert sorted(eaten) == [1, 2, 3, 4, 5]


def test_a_step_that_raises_comes_again_and_disturbs_nobody(services: Services) -> None:
    stop, tries, turns = Event(), count(1), count(1)

    def stumble(_shift: Shift) -> bool:
        if next(tries) < 3:
            raise OSError("the disk is elsewhere")
        stop.set()
        return False

    def walk(_shift: Shift) -> bool:
        next(turns)
        return False

    assert run(services, (Step("stumble", stumble, 0.01), Step("walk", walk, 0.01)), stop)
    assert next(tries) == 4
    assert next(turns) > 10


def test_a_worker_that_cannot_get_idle_because_a_step_fails_says_so(services: Services) -> None:
    def fail(_shift: Shift) -> bool:
        raise OSError("never")

    assert not run(services, (Step("fail", fail, 0.01),), Event(), until_idle=True)


def test_all_steps_end_when_told(services: Services) -> None:
    stop, ended = Event(), []

    def last(shift: Shift) -> bool:
        shift.stop.wait()
        ended.append("in order")
        return True

    def tell(shift: Shift) -> bool:
        shift.stop.set()
        return False

    assert run(services, (Step("last", last, 1), Step("tell", tell, 1)), stop)
    assert ended == ["in order"]


def test_a_step_that_does_not_end_is_left_behind(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.worker.run.GRACE_SECONDS", 0.1)
    stop, release = Event(), Event()

    def deaf(_shift: Shift) -> bool:
        stop.set()
        return release.wait(30)

    assert not run(services, (Step("deaf", deaf, 1),), stop)
    release.set()


def test_idle_means_that_every_step_has_looked_since_the_last_work() -> None:
    still = Stillness(2)
    first, second = still.begin(), still.begin()
    still.end("first", first, worked=False)
    still.end("second", second, worked=True)
    assert not still.reached()
    still.end("second", still.begin(), worked=False)
    assert not still.reached(), "the first has not looked since the second worked"
    still.end("first", still.begin(), worked=False)
    assert still.reached()
