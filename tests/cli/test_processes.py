"""Worker, clock, web and serve as real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from outreach.db.database import Database
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("filled")

Begin = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def begin(variables: dict[str, str], home: Path) -> Iterator[Begin]:
    """Start `outreach` with some words as a process; whatever is left is killed in the end."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "outreach.cli", *words],
            env={**os.environ, **variables},
            cwd=home,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def port() -> int:
    """Give a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free


def shown(outreach: Command, number: int = 1) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(outreach("campaign", "show", str(number), "--json").stdout)
    return answer


def page(url: str) -> str:
    """Give a page, or nothing while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (our own page)
            text: str = answer.read().decode()
            return text
    except (URLError, ConnectionError, TimeoutError):
        return ""


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is true; fail if it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.05)


def children(process: "subprocess.Popen[bytes]") -> dict[str, int]:
    """Give the processes that a process has started: the last word of their command, their id."""
    ids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = {}
    for number in ids:
        words = Path(f"/proc/{number}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        found[words[-1].decode()] = int(number)
    return found


def test_the_clock_starts_a_campaign_and_a_worker_sends_it_and_returns(
    outreach: Command, begin: Begin, tmp_path: Path
) -> None:
    outreach("campaign", "schedule", "wrm/2020-07", "--now")
    assert begin("clock", "--once").wait(60) == 0
    assert shown(outreach)["state"] == "sending"
    assert begin("worker", "--until-idle").wait(120) == 0
    campaign = shown(outreach)
    assert (campaign["state"], campaign["planned"], campaign["sent"]) == ("sent", 12, 12)
    assert campaign["planned_final"]
    assert {name: counts["sent"] for name, counts in campaign["languages"].items()} == {
        "en": 5,
        "es": 3,
        "fr": 4,
    }
    assert len(list((tmp_path / "sent" / "new").iterdir())) == 12
    assert "sent" in outreach("campaign", "show", "1", "--follow").stdout


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_worker_and_clock_end_in_order_when_told(
    outreach: Command, begin: Begin, told: signal.Signals
) -> None:
    worker, clock = begin("worker"), begin("clock")
    outreach("campaign", "schedule", "wrm/2020-07", "--now")
    until(lambda: shown(outreach)["state"] == "sent")
    for process in (worker, clock):
        process.send_signal(told)
    assert (worker.wait(10), clock.wait(10)) == (0, 0)
    assert shown(outreach)["uncertain"] == 0


def test_serve_runs_everything_mends_it_shows_saved_files_and_ends_in_order(
    outreach: Command, begin: Begin, home: Path, port: int
) -> None:
    serving = begin("serve", "--port", str(port))
    url = f"http://127.0.0.1:{port}/en/pages/privacy"
    until(lambda: page(url))
    first = children(serving)
    assert first.keys() >= {"worker", "clock"}
    file = home / "content" / "pages" / "privacy" / "en.md"
    file.write_text(file.read_text() + "\nThis sentence was saved a moment ago.\n")
    until(lambda: "This sentence was saved a moment ago." in page(url))
    os.kill(first["worker"], signal.SIGKILL)
    until(lambda: children(serving).get("worker", first["worker"]) != first["worker"])
    outreach("campaign", "schedule", "wrm/2020-07", "--now")
    until(lambda: shown(outreach)["state"] == "sent")
    last = children(serving)
    serving.terminate()
    assert serving.wait(30) == 0
    assert not [number for number in last.values() if Path(f"/proc/{number}").exists()]


@pytest.mark.parametrize(("answer", "scheduled"), [(b"n\n", 0), (b"y\n", 1)])
def test_on_a_terminal_nothing_is_frozen_without_a_yes(
    outreach: Command, variables: dict[str, str], home: Path, answer: bytes, scheduled: int
) -> None:
    ours, theirs = os.openpty()
    words = ["campaign", "schedule", "wrm/2020-07", "--now"]
    process = subprocess.Popen(
        [sys.executable, "-m", "outreach.cli", *words],
        env={**os.environ, **variables},
        cwd=home,
        stdin=theirs,
        stdout=subprocess.PIPE,
    )
    os.write(ours, answer)
    said, _ = process.communicate(timeout=60)
    assert b"Recipients in all: 12" in said
    assert b"Schedule it?" in said
    assert len(json.loads(outreach("campaign", "list", "--json").stdout)) == scheduled
    assert process.returncode == (0 if scheduled else 1)
    os.close(ours)
    os.close(theirs)


def test_web_alone_serves_the_site_and_ends_when_told(begin: Begin, port: int) -> None:
    serving = begin("web", "--port", str(port))
    until(lambda: page(f"http://127.0.0.1:{port}/en/"))
    serving.terminate()
    assert serving.wait(30) == 0


def test_serve_refuses_a_database_that_is_not_ready(begin: Begin, filled: Database) -> None:
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    assert begin("serve").wait(60) == 1
