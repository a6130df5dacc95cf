"""Killing the worker: nobody is lost, nobody is mailed twice, and the uncertain are few."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from outreach.delivery import batches
from outreach.delivery.models import Batch, State, Stream
from outreach.times import utc_now
from tests.delivery.outboxes import Outbox, run
from tests.delivery.servers import MailServer

REPOSITORY = Path(__file__).parent.parent.parent
COUNT = 1500
BOUND = 4 * 4


def start(outbox: Outbox, mail_server: MailServer, stream: str) -> subprocess.Popen[bytes]:
    """Start a process that sends."""
    environ = {**os.environ, **outbox.environ, "MAIL_URL": mail_server.url, "STREAM": stream}
    command = [sys.executable, "-m", "tests.delivery.sending_process"]
    return subprocess.Popen(command, cwd=REPOSITORY, env=environ)


def kill_after(outbox: Outbox, mail_server: MailServer, stream: str, count: int) -> None:
    """Kill it in the middle, with no warning."""
    process = start(outbox, mail_server, stream)
    try:
        mail_server.wait_for(len(mail_server.received) + count)
    finally:
        process.kill()
        process.wait()


def check_bulk(outbox: Outbox, mail_server: MailServer, batch: Batch, kills: int) -> None:
    """See that whoever is not uncertain got exactly one message."""
    states = outbox.states(batch)
    got = mail_server.recipients()
    assert states.keys() <= {State.SENT, State.UNCERTAIN}
    assert sum(states.values()) == COUNT
    assert len(got) == len(set(got))
    assert states[State.SENT] <= len(got) <= COUNT
    assert states.get(State.UNCERTAIN, 0) <= BOUND * kills


@pytest.mark.parametrize("count", [1, 40, 333])
def test_after_kill_9_and_a_restart_nobody_is_lost_and_nobody_gets_it_twice(
    outbox: Outbox, mail_server: MailServer, count: int
) -> None:
    batch = outbox.fill(COUNT)
    kill_after(outbox, mail_server, "BULK", count)
    run(outbox.services(mail_server.url))
    check_bulk(outbox, mail_server, batch, kills=1)


def test_a_worker_that_is_killed_again_and_again_still_reaches_everybody_once(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(COUNT)
    for count in (100, 7, 250):
        kill_after(outbox, mail_server, "BULK", count)
    run(outbox.services(mail_server.url))
    check_bulk(outbox, mail_server, batch, kills=3)
    with outbox.database.transaction() as session:
        batches.resend_uncertain(session, batch, utc_now())
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: COUNT}
    assert len(set(mail_server.recipients())) == COUNT


def test_transactional_mail_on_the_wire_of_a_killed_worker_goes_again_by_itself(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(300, stream=Stream.TRANSACTIONAL)
    kill_after(outbox, mail_server, "TRANSACTIONAL", 20)
    run(outbox.services(mail_server.url), Stream.TRANSACTIONAL)
    assert outbox.states(batch) == {State.SENT: 300}
    assert len(set(mail_server.recipients())) == 300
    assert len(mail_server.received) <= 300 + BOUND


def test_sigterm_finishes_what_is_on_the_wire_and_leaves_nothing_uncertain(
    outbox: Outbox, mail_server: MailServer
) -> None:
    def answer(verb: str, _recipient: str) -> None:
        if verb == ".":
            time.sleep(0.01)

    mail_server.answer = answer
    batch = outbox.fill(COUNT)
    process = start(outbox, mail_server, "BULK")
    mail_server.wait_for(30)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    sent = len(mail_server.received)
    assert 30 <= sent < COUNT
    assert outbox.states(batch) == {State.SENT: sent, State.QUEUED: COUNT - sent}
    assert len(set(mail_server.recipients())) == sent
