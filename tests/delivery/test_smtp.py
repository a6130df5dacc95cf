"""Connecting: encryption first, certificates checked, nothing in the clear."""

import ssl
from pathlib import Path

import pytest

from outreach.delivery.models import State
from outreach.delivery.transports.parcels import ServerTrouble
from outreach.delivery.transports.smtp import connect
from outreach.settings import MailUrl
from tests.delivery.outboxes import Outbox, run
from tests.delivery.servers import MailServer

CERTIFICATE = Path(__file__).parent / "loopback.pem"
"""Signed by itself, for localhost and 127.0.0.1: of use to nobody but these tests."""


def encrypt(server: MailServer, *, at_once: bool) -> None:
    """Give the server the certificate."""
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(CERTIFICATE)
    server.tls_at_once = at_once
    if not at_once:
        server.offers = (*server.offers, "STARTTLS")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted(
    outbox: Outbox, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    encrypt(mail_server, at_once=scheme == "smtps")
    batch = outbox.fill(30, text="word " * 20_000)
    run(outbox.services(f"{scheme}://localhost:{mail_server.port}"))
    assert outbox.states(batch) == {State.SENT: 30}
    assert len(set(mail_server.recipients())) == 30


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    mail_server: MailServer, scheme: str
) -> None:
    encrypt(mail_server, at_once=scheme == "smtps")
    with pytest.raises(ServerTrouble, match="certificate"):
        connect(MailUrl(scheme, "localhost", mail_server.port, "user", "secret"))
    assert not any(line.startswith(("AUTH", "MAIL")) for line in mail_server.heard)


def test_a_server_that_offers_no_encryption_gets_neither_password_nor_mail(
    mail_server: MailServer,
) -> None:
    mail_server.offers = ("PIPELINING", "AUTH PLAIN LOGIN")
    with pytest.raises(ServerTrouble, match="STARTTLS"):
        connect(MailUrl("smtp", "localhost", mail_server.port, "user", "secret"))
    assert not any(line.startswith(("AUTH", "MAIL")) for line in mail_server.heard)


def test_a_wrong_password_is_trouble_and_is_not_said(mail_server: MailServer) -> None:
    mail_server.offers = ("AUTH PLAIN",)
    mail_server.answer = lambda verb, _to: b"535 5.7.8 no\r\n" if verb == "AUTH" else None
    url = MailUrl("smtp+plain", "127.0.0.1", mail_server.port, "user", "secret")
    with pytest.raises(ServerTrouble) as trouble:
        connect(url)
    assert "535" in str(trouble.value)
    assert "secret" not in str(trouble.value)


def test_plain_smtp_to_another_machine_is_never_spoken() -> None:
    with pytest.raises(ServerTrouble):
        connect(MailUrl("smtp+plain", "192.0.2.1", 25))
