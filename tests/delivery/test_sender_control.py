"""Steering the sender while it sends: pause, cancel, suppress, overtake, limit, share."""

import threading
import time
from datetime import datetime

from outreach.db.database import Database
from outreach.delivery import batches
from outreach.delivery.models import Address, State, Stream, SuppressionReason
from outreach.delivery.suppressions import suppress
from tests.delivery.outboxes import Outbox, run, sending
from tests.delivery.servers import Answer, MailServer


def slowly(seconds: float) -> Answer:
    """Answer each message after a while."""

    def answer(verb: str, _recipient: str) -> None:
        if verb == ".":
            time.sleep(seconds)

    return answer


def test_a_suppressed_address_is_left_alone_also_when_it_is_suppressed_after_the_claim(
    outbox: Outbox, mail_server: MailServer, now: datetime
) -> None:
    batch = outbox.fill(400)
    done = threading.Event()

    def answer(verb: str, _to: str) -> bytes | None:
        if verb == "." and not done.is_set():
            with outbox.database.transaction() as session:
                for number in (250, 399):
                    digest = session.get_one(Address, number).hash
                    suppress(session, digest, SuppressionReason.BOUNCE, now)
            done.set()
        return None

    mail_server.answer = answer
    run(outbox.services(mail_server.url), connections=1)
    assert outbox.states(batch) == {State.SENT: 398, State.SUPPRESSED: 2}
    assert not {"reader249@example.org", "reader398@example.org"} & set(mail_server.recipients())


def test_pause_and_cancel_take_hold_within_two_seconds(
    outbox: Outbox, mail_server: MailServer, database: Database
) -> None:
    mail_server.answer = slowly(0.005)
    batch = outbox.fill(3000)
    services = outbox.services(mail_server.url)
    with sending(services, Stream.BULK):
        mail_server.wait_for(20)
        with database.transaction() as session:
            batches.pause(session, batch)
        time.sleep(2.0)
        sent = len(mail_server.received)
        assert outbox.states(batch) == {State.SENT: sent, State.QUEUED: 3000 - sent}
        with database.transaction() as session:
            batches.resume(session, batch)
        mail_server.wait_for(sent + 20)
        with database.transaction() as session:
            batches.close(session, batch, services.clock())
        time.sleep(2.0)
        final = len(mail_server.received)
        assert outbox.states(batch) == {State.SENT: final, State.CANCELLED: 3000 - final}


def test_a_confirmation_overtakes_a_large_campaign(outbox: Outbox, mail_server: MailServer) -> None:
    mail_server.answer = slowly(0.01)
    campaign = outbox.fill(2000)
    with sending(outbox.services(mail_server.url), Stream.BULK, Stream.TRANSACTIONAL):
        mail_server.wait_for(20)
        confirmation = outbox.fill(1, stream=Stream.TRANSACTIONAL, name="confirmation")
        time.sleep(2.0)
        assert outbox.states(confirmation) == {State.SENT: 1}
        assert outbox.states(campaign)[State.QUEUED] > 0


def test_two_workers_share_a_batch_and_nobody_gets_it_twice(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(1000)
    services = outbox.services(mail_server.url)
    threads = [threading.Thread(target=run, args=(services,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outbox.states(batch) == {State.SENT: 1000}
    assert len(mail_server.received) == len(set(mail_server.recipients())) == 1000


def test_the_limit_a_second_holds_over_all_workers(outbox: Outbox, mail_server: MailServer) -> None:
    outbox.fill(200)
    services = outbox.services(mail_server.url, MAIL_PER_SECOND="10")
    began = time.time()
    with sending(services, Stream.BULK, Stream.BULK):
        time.sleep(2.5)
    windows = int(time.time()) - int(began) + 1
    assert 10 <= len(mail_server.received) <= 10 * windows
