"""The sender, when the mail server refuses, breaks off or talks nonsense."""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.db.database import Database
from outreach.delivery import batches
from outreach.delivery.models import Delivery, Outcome, State, Stream
from tests.delivery.outboxes import Outbox, run, sending
from tests.delivery.servers import MailServer


def test_permanent_refusals_end_a_delivery_and_temporary_ones_put_it_off(
    outbox: Outbox, mail_server: MailServer, database: Database
) -> None:
    replies = {
        "reader1@example.org": b"550 5.1.1 no such user\r\n",
        "reader2@example.org": b"452 4.2.2 mailbox full\r\n",
    }
    mail_server.answer = lambda verb, to: replies.get(to) if verb == "RCPT" else None
    batch = outbox.fill(6)
    run(outbox.services(mail_server.url), connections=1)
    assert outbox.states(batch) == {State.SENT: 4, State.FAILED: 1, State.QUEUED: 1}
    with database.reading() as session:
        put_off = session.scalars(select(Delivery).where(Delivery.state == State.QUEUED)).one()
        assert put_off.tries == 1
        wait = put_off.due_at - datetime.now().astimezone()
        assert timedelta(minutes=12) < wait < timedelta(minutes=18)
        failed = session.scalars(select(Outcome).where(Outcome.state == State.FAILED)).one()
        assert (failed.code, failed.enhanced, failed.reply) == (550, "5.1.1", "no such user")


def test_after_the_last_temporary_refusal_a_delivery_is_given_up(
    outbox: Outbox, mail_server: MailServer
) -> None:
    mail_server.answer = lambda verb, _to: b"451 4.3.0 later\r\n" if verb == "RCPT" else None
    batch = outbox.fill(1)
    later = [datetime.now().astimezone()]
    for _ in range(6):
        run(outbox.services(mail_server.url, clock=lambda: later[0]))
        later[0] += timedelta(hours=10)
    assert outbox.states(batch) == {State.FAILED: 1}
    assert sum(line.startswith("RCPT") for line in mail_server.heard) == 6


@pytest.mark.parametrize("offers", [("PIPELINING",), ()])
def test_a_refused_recipient_whose_data_was_accepted_gets_nobody_s_message(
    outbox: Outbox, mail_server: MailServer, offers: tuple[str, ...]
) -> None:
    mail_server.offers = offers
    bad = "reader1@example.org"
    mail_server.answer = lambda verb, to: (
        b"550 5.1.1 no\r\n" if (verb, to) == ("RCPT", bad) else None
    )
    batch = outbox.fill(5)
    run(outbox.services(mail_server.url), connections=1)
    assert outbox.states(batch) == {State.SENT: 4, State.FAILED: 1}
    contents = [content for _, to, content in mail_server.received if to != bad]
    assert len(contents) == 4
    assert all(content.endswith(b"\r\n") and b"MAIL FROM" not in content for content in contents)
    assert all(not content for _, to, content in mail_server.received if to == bad)


def test_a_dead_server_costs_no_delivery_its_tries(outbox: Outbox, mail_server: MailServer) -> None:
    mail_server.stop()
    batch = outbox.fill(20)
    with sending(outbox.services(mail_server.url), Stream.BULK):
        time.sleep(2)
    assert outbox.states(batch) == {State.QUEUED: 20}
    with outbox.database.reading() as session:
        assert set(session.scalars(select(Delivery.tries))) == {0}
        assert session.scalars(select(Outcome)).all() == []


def test_a_server_that_closes_with_421_after_a_few_loses_and_doubles_nothing(
    outbox: Outbox, mail_server: MailServer
) -> None:
    counts = {"MAIL": 0}

    def answer(verb: str, _to: str) -> bytes | None:
        counts["MAIL"] += verb == "MAIL"
        return b"421 4.7.0 enough\r\n" if verb == "MAIL" and counts["MAIL"] % 5 == 0 else None

    mail_server.answer = answer
    batch = outbox.fill(30)
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 30}
    assert len(set(mail_server.recipients())) == len(mail_server.received) == 30


def test_when_the_connection_breaks_only_the_message_on_the_wire_is_uncertain(
    outbox: Outbox, mail_server: MailServer
) -> None:
    bad = "reader3@example.org"
    mail_server.answer = lambda verb, to: b"" if (verb, to) == (".", bad) else None
    batch = outbox.fill(20)
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 19, State.UNCERTAIN: 1}
    mail_server.answer = lambda _verb, _to: None
    with outbox.database.transaction() as session:
        assert batches.resend_uncertain(session, batch, datetime.now().astimezone()) == 1
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 20}


def test_a_transactional_message_that_was_cut_off_goes_again_by_itself(
    outbox: Outbox, mail_server: MailServer
) -> None:
    cuts = [b""]
    mail_server.answer = lambda verb, _to: cuts.pop() if verb == "." and cuts else None
    batch = outbox.fill(3, stream=Stream.TRANSACTIONAL)
    run(outbox.services(mail_server.url), Stream.TRANSACTIONAL, 1)
    assert outbox.states(batch) == {State.SENT: 3}


@pytest.mark.parametrize(
    "reply", [b"\x00\xff garbage\r\n", b"250\r\n999 what\r\n", b"250 Ok\r\n250 Ok\r\n250 Ok\r\n"]
)
def test_a_server_that_talks_nonsense_makes_nothing_sent_that_was_not(
    outbox: Outbox, mail_server: MailServer, reply: bytes
) -> None:
    once = [reply]
    mail_server.answer = lambda verb, _to: once.pop() if verb == "RCPT" and once else None
    batch = outbox.fill(8)
    run(outbox.services(mail_server.url), connections=1)
    states = outbox.states(batch)
    taken = len(set(mail_server.recipients()))
    assert states.get(State.SENT, 0) <= taken
    assert states.get(State.SENT, 0) + states.get(State.UNCERTAIN, 0) >= taken
    assert len(mail_server.received) == taken
