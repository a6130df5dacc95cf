"""The personal link, and what it shows."""

import pytest
from sqlalchemy import select

from outreach.audience import personal, preferences
from outreach.audience.personal import LinkForm
from outreach.db import hits
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import Address, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.errors import NotFound
from tests.audience.conftest import KEY, House


def ask(house: House, address: str, language: str = "en") -> None:
    form = LinkForm(address=address, language=language)
    with house.database.transaction() as session:
        personal.request_link(session, house.outbox, house.site, form, house.now)


def test_a_subscriber_gets_both_links(house: House) -> None:
    number = house.subscribe()
    ask(house, "AMINA@example.org", "fr")
    mail = house.mails()[-1]
    assert (mail.subject, mail.recipient) == ("Votre lien personnel", number)
    assert "[[ personal_url ]]" in mail.text
    assert "preferences_url" in mail.text


def test_an_unknown_address_is_not_mailed_and_not_kept(house: House) -> None:
    ask(house, "nobody@example.org")
    with house.database.reading() as session:
        assert house.mails() == []
        assert session.scalars(select(Address)).all() == []
        assert hits.total(session, "forms", "link") == 1


def test_nobody_is_mailed_more_than_one_link_in_ten_minutes(house: House) -> None:
    house.subscribe()
    before = len(house.mails())
    for _ in range(3):
        ask(house, "amina@example.org")
    assert len(house.mails()) == before + 1
    house.wait(minutes=10)
    ask(house, "amina@example.org")
    assert len(house.mails()) == before + 2


def test_a_suppressed_address_is_not_mailed(house: House) -> None:
    house.subscribe()
    before = house.mails()
    with house.database.transaction() as session:
        hashed = address_hash("amina@example.org", KEY)
        suppress(session, hashed, SuppressionReason.COMPLAINT, house.now)
    ask(house, "amina@example.org")
    assert house.mails() == before


def test_what_we_hold_is_shown_whole(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", first_name="Amina", language="fr")
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    with house.database.reading() as session:
        held = personal.held(session, number)
    assert (held.address, held.first_name, held.language) == ("amina@example.org", "Amina", "fr")
    assert [(topic, str(state)) for topic, state, _ in held.subscriptions] == [
        ("news", "unsubscribed")
    ]
    assert [(each.topic, str(each.action)) for each in held.consents] == [
        ("news", "granted"),
        ("news", "withdrawn"),
        ("*", "withdrawn"),
    ]
    assert "désinscrire" in held.consents[0].wording
    assert held.consents[1].wording == ""


def test_who_is_gone_is_not_found(house: House) -> None:
    with house.database.reading() as session, pytest.raises(NotFound):
        personal.held(session, 4711)
