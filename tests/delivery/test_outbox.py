"""Posting a letter: equal letters share one message, and each person gets their own calendar."""

from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.delivery.addresses import remember
from outreach.delivery.models import Delivery, Message, Stream
from outreach.delivery.outbox import Outbox as Post
from outreach.delivery.outbox import Recipient, post
from outreach.mail.blocks import Prose
from outreach.mail.check import lint
from outreach.mail.compiled import Headers, Mailbox
from outreach.mail.compose import Letter, Look, Stationery
from outreach.mail.parts import EnclosedCalendar
from tests.delivery.outboxes import Outbox, Services, run
from tests.delivery.servers import MailServer

TEMPLATES = Path(__file__).parents[2] / "templates"
COLOURS = {
    name: dict.fromkeys(
        ("paper", "surface", "ink", "muted", "brand", "accent", "good", "warn", "bad", "border"),
        shade,
    )
    for name, shade in (("light", "#222222"), ("dark", "#eeeeee"))
}
LETTER = Letter(
    language="fr",
    subject="Votre place est réservée",
    preheader="L’événement est dans l’agenda ci-joint ; vous pouvez changer d’avis.",
    title="Votre place est réservée",
    kicker="",
    blocks=(Prose("Bonjour [[ first_name | à vous ]], à jeudi."),),
    look=Look(
        organisation="Réseau d’exemple",
        site_url="https://news.example.org/fr/",
        colours=COLOURS,
        postal_address="Rue de l’Exemple 1",
        links=(),
    ),
    reason="Vous vous êtes inscrit·e à cet événement.",
)
HEADERS = Headers(sender=Mailbox("news@example.org", "Réseau"))


def calendar_of(address: str, method: str = "REQUEST") -> EnclosedCalendar:
    """Give a calendar that names one person."""
    lines = ("BEGIN:VCALENDAR", f"METHOD:{method}", f"ATTENDEE:mailto:{address}", "END:VCALENDAR")
    return EnclosedCalendar(method, "".join(f"{line}\r\n" for line in lines).encode())


class House:
    """Posts the letter to invented readers."""

    def __init__(self, services: Services, now: datetime) -> None:
        key = services.settings.suppression_key
        self._post = Post(Stationery(TEMPLATES), services.links, key)
        self._now = now

    def invite(self, session: Session, name: str, *, method: str = "REQUEST") -> bool:
        """Post an invitation; tell whether it was new."""
        address = remember(session, f"{name}@example.org", self._post.suppression_key)
        return post(
            session,
            self._post,
            LETTER,
            Recipient(address, 0),
            occasion=f"invite:1:{method}",
            headers=HEADERS,
            fields={"first_name": name.title()},
            now=self._now,
            calendar=calendar_of(f"{name}@example.org", method),
        )


def test_each_invitation_carries_its_own_calendar_and_shares_one_message(
    outbox: Outbox, mail_server: MailServer, now: datetime
) -> None:
    services = outbox.services(mail_server.url)
    house = House(services, now)
    with outbox.database.transaction() as session:
        assert house.invite(session, "ana")
        assert house.invite(session, "zoe")
        assert not house.invite(session, "ana")
        assert session.scalar(select(func.count()).select_from(Message)) == 1
        assert house.invite(session, "ana", method="CANCEL")
        assert session.scalar(select(func.count()).select_from(Message)) == 2
        assert session.scalar(select(func.count()).select_from(Delivery)) == 3
    run(services, stream=Stream.TRANSACTIONAL)
    assert len(mail_server.received) == 3
    for _, recipient, content in mail_server.received:
        assert lint(content) == []
        mail = message_from_bytes(content, policy=default)
        parts = {part.get_content_type(): part for part in mail.walk()}
        method = str(parts["text/calendar"].get_param("method"))
        own = calendar_of(recipient, method).content
        assert parts["text/calendar"].get_payload(decode=True) == own
        assert parts["application/ics"].get_payload(decode=True) == own
        name = recipient.partition("@")[0].title()
        assert f"Bonjour {name}, à jeudi." in parts["text/plain"].get_content()
