"""Connecting to an SMTP server: encryption first, certificates checked, nothing in the clear."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from functools import lru_cache

from outreach.delivery.transports.parcels import ServerTrouble
from outreach.delivery.transports.pipeline import Offers
from outreach.settings import LOOPBACK_NAMES, MailUrl

TIMEOUT = 30.0
"""Seconds for each step of connecting."""


@dataclass(frozen=True)
class Connected:
    """A connection on which EHLO, STARTTLS and AUTH are done."""

    socket: socket.socket
    offers: Offers


def connect(mail: MailUrl) -> Connected:
    """Connect and log in; ServerTrouble where the server is away or cannot be trusted."""
    if mail.scheme == "smtp+plain" and mail.host not in LOOPBACK_NAMES:
        raise ServerTrouble("smtp+plain:// is for this machine only")
    try:
        client = _client(mail)
        try:
            return _taken_over(client)
        except BaseException:
            client.close()
            raise
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        raise ServerTrouble(f"the server refuses us: {error.smtp_code} {said}") from error
    except ssl.SSLCertVerificationError as error:
        raise ServerTrouble(f"the server's certificate is not valid: {error}") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise ServerTrouble(f"cannot connect to the mail server: {error}") from error


def _client(mail: MailUrl) -> smtplib.SMTP:
    if mail.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            mail.host, mail.port, _own_name(), timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        client = smtplib.SMTP(mail.host, mail.port, _own_name(), timeout=TIMEOUT)
    try:
        _greet(client, mail)
    except BaseException:
        client.close()
        raise
    return client


def _greet(client: smtplib.SMTP, mail: MailUrl) -> None:
    client.ehlo_or_helo_if_needed()
    if mail.scheme == "smtp":
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    if mail.user:
        client.login(mail.user, mail.password)


def _taken_over(client: smtplib.SMTP) -> Connected:
    """Take the socket from smtplib, which has read all that the server said so far."""
    taken = client.sock
    if taken is None:
        raise ServerTrouble("the server hung up")
    offers = Offers(
        pipelining=client.has_extn("pipelining"),
        smtputf8=client.has_extn("smtputf8"),
        eight_bit=client.has_extn("8bitmime"),
        size=client.has_extn("size"),
        dsn=client.has_extn("dsn"),
    )
    file = client.file
    client.sock = client.file = None
    if file is not None:
        file.close()
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    taken.settimeout(0)
    return Connected(taken, offers)


@lru_cache(maxsize=1)
def _own_name() -> str:
    """Give the name to say in EHLO; smtplib would ask the DNS each time."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"
