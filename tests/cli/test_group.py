"""Processes that are kept alive, within bounds, and ended in order."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from outreach.cli.group import MOST_DEATHS, ProcessGroup

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true; fail if it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.02)


def pid(group: ProcessGroup, position: int = 0) -> int:
    """Give the process id of a member, 0 while it has none."""
    process = group.members[position].process
    return process.pid if process else 0


@pytest.fixture
def stop() -> Event:
    """Give the event that ends a group."""
    return Event()


def test_a_process_that_dies_is_started_again_and_all_end_when_told(stop: Event) -> None:
    group = ProcessGroup({"one": SLEEP, "two": SLEEP}, os.environ)
    ended: list[bool] = []
    thread = Thread(target=lambda: ended.append(group.run(stop)))
    thread.start()
    until(lambda: pid(group, 0) and pid(group, 1))
    first, second = pid(group, 0), pid(group, 1)
    os.kill(first, 9)
    until(lambda: pid(group, 0) not in (0, first))
    assert pid(group, 1) == second, "the other is left alone"
    stop.set()
    thread.join()
    assert ended == [True]
    assert [member.process.poll() for member in group.members if member.process] == [-15, -15]


def test_a_process_that_dies_again_and_again_ends_the_group(
    stop: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.cli.group.PAUSE_BEFORE_RESTART", 0.0)
    script = f"open({str(tmp_path / 'lives')!r}, 'a').write('x')"
    group = ProcessGroup({"sound": SLEEP, "sick": [sys.executable, "-c", script]}, os.environ)
    assert not group.run(stop)
    assert (tmp_path / "lives").read_text() == "x" * (MOST_DEATHS + 1)
    assert group.members[0].process is not None
    assert group.members[0].process.poll() == -15


def test_a_process_that_does_not_end_is_killed(
    stop: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.cli.group.GRACE_SECONDS", 0.3)
    ready = tmp_path / "ready"
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(ready)!r}, 'w').close(); time.sleep(600)"
    )
    group = ProcessGroup({"deaf": [sys.executable, "-c", script]}, os.environ)

    def tell() -> None:
        until(ready.exists)
        stop.set()

    Thread(target=tell).start()
    assert group.run(stop)
    assert group.members[0].process is not None
    assert group.members[0].process.returncode == -9
