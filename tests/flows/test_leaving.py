"""Leaving by mail, and what a stranger can do with somebody's address."""

from email.message import EmailMessage

from sqlalchemy import select

from outreach.audience.models import Subscription, SubscriptionState
from tests.flows.installation import Installation, link_in, text_of


def states(site: Installation) -> list[SubscriptionState]:
    with site.services.database.reading() as session:
        return list(session.scalars(select(Subscription.state)))


def test_a_mail_to_the_unsubscribe_address_unsubscribes(mailbox_installation: Installation) -> None:
    site = mailbox_installation
    site.confirmed("amina@example.org", "fr")
    site.schedule_now("wrm/2020-07")
    site.work()
    letter = site.new_mail()["amina@example.org"]
    offered = str(letter["List-Unsubscribe"])
    address = offered.partition("<mailto:")[2].partition(">")[0].partition("?")[0]
    assert len(address.rpartition("@")[0]) <= 63

    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = "amina@example.org", address, "unsubscribe"
    reply.set_content("")
    (site.maildir / "new" / "1.mail").write_bytes(reply.as_bytes())
    site.work()
    assert states(site) == [SubscriptionState.UNSUBSCRIBED]
    site.work()
    assert states(site) == [SubscriptionState.UNSUBSCRIBED]


def test_a_stranger_who_types_an_address_learns_and_changes_nothing(
    installation: Installation,
) -> None:
    site = installation
    site.confirmed("amina@example.org", "fr", first_name="Amina")
    site.wait(hours=1)
    known = site.client.post("/en/subscribe", data=form("amina@example.org"))
    unknown = site.client.post("/en/subscribe", data=form("nobody@example.org"))
    assert (known.status_code, known.headers["Location"], known.data) == (
        unknown.status_code,
        unknown.headers["Location"],
        unknown.data,
    )
    site.work()
    mails = site.new_mail()
    assert mails["amina@example.org"]["Content-Language"] == "fr"
    assert "/preferences/" in link_in(mails["amina@example.org"], "/preferences/")
    assert "Mallory" not in text_of(mails["amina@example.org"])
    assert "/confirm/" in link_in(mails["nobody@example.org"], "/confirm/")

    site.schedule_now("wrm/2020-07")
    site.work()
    letters = site.new_mail()
    assert set(letters) == {"amina@example.org"}
    assert "Bonjour Amina," in text_of(letters["amina@example.org"])


def form(address: str) -> dict[str, str]:
    """Give what the form sends."""
    return {
        "address": address,
        "first_name": "Mallory",
        "language": "en",
        "topics": "news",
        "consent": "yes",
    }
