"""Which transport the settings ask for."""

from pathlib import Path

from outreach.delivery.transports.maildir import MaildirTransport
from outreach.delivery.transports.parcels import Transport
from outreach.delivery.transports.smtp import connect
from outreach.delivery.transports.wire import Wire
from outreach.settings import Settings


def transport(settings: Settings, *, connections: int) -> Transport:
    """Give the transport that `MAIL_URL` names."""
    mail = settings.mail
    if mail.scheme == "maildir":
        return MaildirTransport(Path(mail.path))
    return Wire(lambda: connect(mail), connections=connections, most=settings.mail_per_connection)
