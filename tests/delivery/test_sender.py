"""The sender, against a real SMTP server over loopback."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path

from sqlalchemy import select

from outreach.delivery.models import Address, Delivery, Outcome, State
from outreach.links import Purpose
from tests.delivery.outboxes import Outbox, run
from tests.delivery.servers import MailServer


def test_each_recipient_gets_one_message_with_their_own_words_and_links(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(60)
    services = outbox.services(mail_server.url)
    run(services)
    assert outbox.states(batch) == {State.SENT: 60}
    assert sorted(mail_server.recipients()) == sorted(f"reader{n}@example.org" for n in range(60))
    for sender, recipient, content in mail_server.received:
        number = int(recipient.removeprefix("reader").partition("@")[0])
        mail = message_from_bytes(content, policy=SMTP_POLICY)
        token = mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
        assert sender == "news@example.org"
        assert mail["To"] == recipient
        assert services.links.read(Purpose.UNSUBSCRIBE, token) == (number + 1, 3, batch.id)
        body = mail.get_body(("plain",))
        assert body is not None
        assert f"Zoé {number}" in body.get_content()


def test_a_server_without_pipelining_is_spoken_to_step_by_step(
    outbox: Outbox, mail_server: MailServer
) -> None:
    mail_server.offers = ()
    batch = outbox.fill(25)
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 25}
    assert len(mail_server.received) == 25


def test_a_message_id_is_the_same_at_every_try(outbox: Outbox, mail_server: MailServer) -> None:
    seen: list[bytes] = []
    refused = [b"451 4.3.0 later\r\n"]
    mail_server.answer = lambda verb, _to: refused.pop() if verb == "." and refused else None
    batch = outbox.fill(1)
    now = datetime.now().astimezone()
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.QUEUED: 1}
    run(outbox.services(mail_server.url, clock=lambda: now + timedelta(hours=1)))
    seen = [content for _, _, content in mail_server.received]
    assert outbox.states(batch) == {State.SENT: 1}
    with outbox.database.reading() as session:
        row = session.scalars(select(Outcome)).one()
        assert (row.state, row.code, row.enhanced) == (State.QUEUED, 451, "4.3.0")
    assert b"Message-ID: <" in seen[0]


def test_the_envelope_sender_says_which_delivery_bounced_where_a_mailbox_is_set(
    outbox: Outbox, mail_server: MailServer, tmp_path: Path
) -> None:
    batch = outbox.fill(1)
    services = outbox.services(
        mail_server.url, MAILBOX_URL=f"maildir:{tmp_path}", MAILBOX_ADDRESS="in@news.example.org"
    )
    run(services)
    ((sender, _, content),) = mail_server.received
    local, _, domain = sender.partition("@")
    with outbox.database.reading() as session:
        delivery = session.scalars(select(Delivery.id)).one()
    assert domain == "news.example.org"
    assert len(local) <= 64
    assert services.links.read(Purpose.BOUNCE, local.removeprefix("in+b-")) == (delivery,)
    mail = message_from_bytes(content, policy=SMTP_POLICY)
    assert "<mailto:in+u-" in mail["List-Unsubscribe"]
    assert outbox.states(batch) == {State.SENT: 1}


def test_an_address_that_needs_smtputf8_fails_alone_where_the_server_does_not_offer_it(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(3)
    with outbox.database.transaction() as session:
        session.get_one(Address, 2).address = "zoé@example.org"
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 2, State.FAILED: 1}
    with outbox.database.reading() as session:
        assert "SMTPUTF8" in session.scalars(select(Outcome.reply)).one()


def test_an_address_that_needs_smtputf8_is_sent_where_it_is_offered(
    outbox: Outbox, mail_server: MailServer
) -> None:
    mail_server.offers = ("PIPELINING", "8BITMIME", "SMTPUTF8")
    batch = outbox.fill(1)
    with outbox.database.transaction() as session:
        session.get_one(Address, 1).address = "zoé@example.org"
    run(outbox.services(mail_server.url))
    assert outbox.states(batch) == {State.SENT: 1}
    assert mail_server.recipients() == ["zoé@example.org"]
    assert any(line.endswith("SMTPUTF8") for line in mail_server.heard)


def test_messages_are_spread_over_connections_and_each_is_left_after_its_share(
    outbox: Outbox, mail_server: MailServer
) -> None:
    batch = outbox.fill(50)
    run(outbox.services(mail_server.url, MAIL_PER_CONNECTION="5"), connections=2)
    assert outbox.states(batch) == {State.SENT: 50}
    assert mail_server.connections >= 10
    assert mail_server.heard.count("QUIT") >= 9
