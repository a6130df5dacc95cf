"""Signing up and confirming."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from outreach.audience import ledger, preferences, signup, words
from outreach.audience.forms import FormFaults, read_form
from outreach.audience.models import Signup, Subscriber, SubscriptionState, Wording
from outreach.audience.signup import SignupForm
from outreach.db import hits
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import Address, SuppressionReason
from outreach.delivery.suppressions import is_suppressed, suppress
from outreach.errors import NotFound, Refused
from outreach.mail.blocks import ArticleCard
from tests.audience.conftest import KEY, House

PENDING, CONFIRMED = SubscriptionState.PENDING, SubscriptionState.CONFIRMED
UNSUBSCRIBED = SubscriptionState.UNSUBSCRIBED
CONFIRMATION = "Please confirm your subscription"
ALREADY = "You already get our mails"
WELCOME = "Welcome! Your subscription is confirmed"


def subjects(house: House) -> list[str]:
    return [mail.subject for mail in house.mails()]


def suppressed(house: House, address: str, reason: SuppressionReason) -> None:
    with house.database.transaction() as session:
        suppress(session, address_hash(address, KEY), reason, house.now)


def test_a_sign_up_waits_for_a_click_and_says_nothing_in_the_ledger(house: House) -> None:
    house.sign_up("amina@example.org", "news", "events", first_name="Amina")
    (mail,) = house.mails()
    assert (mail.to, mail.subject) == ("amina@example.org", CONFIRMATION)
    assert house.states(mail.recipient) == {"news": PENDING, "events": PENDING}
    assert house.lines() == []
    assert house.person(mail.recipient).first_name == ""


def test_nothing_that_a_stranger_typed_stands_in_the_confirmation(house: House) -> None:
    house.sign_up("amina@example.org", first_name="Buy Now")
    (mail,) = house.mails()
    assert "Buy Now" not in mail.text + mail.html + str(mail.fields)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Merci de confirmer votre abonnement"),
        ("es", "Confirme su suscripción, por favor"),
        ("fr-CA", "Merci de confirmer votre abonnement"),
        ("pt", CONFIRMATION),
    ],
)
def test_the_confirmation_speaks_their_language(house: House, language: str, subject: str) -> None:
    house.sign_up(language=language)
    assert subjects(house) == [subject]


def test_confirming_writes_the_profile_the_ledger_and_a_welcome(house: House) -> None:
    house.sign_up("amina@example.org", "news", first_name="Amina", language="fr")
    confirmed = house.confirm()
    assert not confirmed.already
    assert house.states(confirmed.subscriber) == {"news": CONFIRMED}
    person = house.person(confirmed.subscriber)
    assert (person.first_name, person.language) == ("Amina", "fr")
    assert house.said() == [("news", "granted", "form")]
    welcome = house.mails()[-1]
    assert welcome.fields == {"first_name": "Amina"}
    assert "preferences_url" in welcome.html


def test_the_ledger_has_the_exact_words_their_version_and_their_language(house: House) -> None:
    house.sign_up(language="es", page_language="fr")
    house.confirm()
    (line,) = house.lines()
    with house.database.reading() as session:
        wording = session.get_one(Wording, line.wording_id)
    shown = words.signup_words(house.site, "fr")
    assert (wording.text, wording.version, wording.language) == (shown.text, "signup-1", "fr")
    assert wording.checksum == shown.checksum
    assert line.source == "/en/subscribe"


def test_the_welcome_shows_the_latest_edition(house: House) -> None:
    house.sign_up()
    mail = house.mails()[-1]
    card = ArticleCard("wrm/2020-07", "July 2020", "What happened", "https://example.org/july")
    card = replace(card, date=date(2020, 7, 1), author="Our newsletter")
    with house.database.transaction() as session:
        number = int(mail.fields["signup"])
        asked = signup.read_signup(session, mail.recipient, number, house.now)
        signup.confirm(session, house.outbox, house.site, asked, latest=card, now=house.now)
    text = house.mails()[-1].text
    assert "July 2020" in text
    assert "by Our newsletter" not in text
    assert "Your subscription is confirmed." in text


def test_a_second_click_changes_and_mails_nothing(house: House) -> None:
    house.sign_up()
    first = house.confirm()
    mails, lines = len(house.mails()), len(house.lines())
    second = house.confirm()
    assert second.already
    assert second.topics[0].slug == first.topics[0].slug
    assert (len(house.mails()), len(house.lines())) == (mails, lines)


def test_an_old_link_does_not_bring_back_somebody_who_left(house: House) -> None:
    number = house.subscribe()
    house.wait(minutes=1)
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    with pytest.raises(Refused, match="unsubscribed since"):
        house.confirm()
    assert house.states(number) == {"news": UNSUBSCRIBED}


def test_a_link_that_is_older_than_thirty_days_says_so(house: House) -> None:
    house.sign_up()
    house.wait(days=30, seconds=1)
    with pytest.raises(Refused, match="30 days"):
        house.confirm()
    assert house.lines() == []


def test_a_sign_up_of_somebody_else_is_not_found(house: House) -> None:
    house.sign_up()
    (mail,) = house.mails()
    with house.database.reading() as session, pytest.raises(NotFound):
        signup.read_signup(session, mail.recipient + 1, int(mail.fields["signup"]), house.now)


def test_a_pending_person_is_mailed_again_but_not_within_ten_minutes(house: House) -> None:
    house.sign_up()
    house.wait(minutes=9)
    house.sign_up()
    assert subjects(house) == [CONFIRMATION]
    house.wait(minutes=1)
    house.sign_up()
    assert subjects(house) == [CONFIRMATION, CONFIRMATION]


def test_somebody_confirmed_for_all_is_told_so(house: House) -> None:
    house.subscribe(language="fr")
    house.wait(minutes=11)
    house.sign_up()
    house.sign_up()
    assert subjects(house)[2:] == ["Vous recevez déjà nos messages"]
    assert house.said() == [("news", "granted", "form")]


def test_somebody_confirmed_for_some_confirms_only_the_rest(house: House) -> None:
    number = house.subscribe()
    house.sign_up("amina@example.org", "news", "events")
    assert subjects(house)[-1] == CONFIRMATION
    assert house.states(number) == {"news": CONFIRMED, "events": PENDING}
    assert [topic.slug for topic in house.confirm().topics] == ["events"]
    assert house.said() == [("news", "granted", "form"), ("events", "granted", "form")]


def test_a_stranger_changes_nothing_of_somebody(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", first_name="Amina", language="fr")
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    before = house.person(number)
    house.sign_up("AMINA@example.org", "news", first_name="Mallory", language="es")
    after = house.person(number)
    assert (after.first_name, after.language, after.left_at) == ("Amina", "fr", before.left_at)
    assert house.states(number) == {"news": UNSUBSCRIBED}


def test_who_left_everything_comes_back_by_confirming(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    house.wait(minutes=1)
    house.sign_up("amina@example.org", "news")
    house.confirm()
    assert house.states(number) == {"news": CONFIRMED, "events": UNSUBSCRIBED}
    assert house.person(number).left_at is None


def test_whoever_complained_comes_back_by_a_new_double_opt_in(house: House) -> None:
    number = house.subscribe()
    suppressed(house, "amina@example.org", SuppressionReason.COMPLAINT)
    house.wait(hours=1)
    house.sign_up()
    assert subjects(house)[-1] == CONFIRMATION
    assert house.confirm().subscriber == number
    with house.database.reading() as session:
        assert is_suppressed(session, address_hash("amina@example.org", KEY)) is None


@pytest.mark.parametrize(
    "reason", [SuppressionReason.BOUNCE, SuppressionReason.ERASED, SuppressionReason.STAFF]
)
def test_to_another_suppressed_address_nothing_is_mailed(
    house: House, reason: SuppressionReason
) -> None:
    suppressed(house, "amina@example.org", reason)
    house.sign_up()
    with house.database.reading() as session:
        assert house.mails() == []
        assert session.scalars(select(Subscriber)).all() == []
        assert session.scalars(select(Address)).all() == []
        assert hits.total(session, "forms", "signup") == 1


def test_two_sign_ups_each_confirm_only_their_own_topics(house: House) -> None:
    house.sign_up("amina@example.org", "news")
    house.sign_up("amina@example.org", "events")
    first, second = house.mails()
    house.confirm(first)
    assert house.states(first.recipient) == {"news": CONFIRMED, "events": PENDING}
    house.confirm(second)
    assert house.states(first.recipient) == {"news": CONFIRMED, "events": CONFIRMED}
    with house.database.reading() as session:
        assert ledger.verify(session).whole


def test_a_topic_that_nobody_offers_is_refused(house: House) -> None:
    with pytest.raises(FormFaults) as raised:
        house.sign_up("amina@example.org", "gossip")
    assert set(raised.value.faults) == {"topics"}
    with house.database.reading() as session:
        assert session.scalars(select(Signup)).all() == []


def test_every_fault_of_the_form_is_told_at_once() -> None:
    values = {
        "address": "amina at example",
        "topics": ["news"],
        "language": "klingonese",
        "consent": False,
        "first_name": "see www.example.org",
    }
    with pytest.raises(FormFaults) as raised:
        read_form(SignupForm, values)
    assert set(raised.value.faults) == {"address", "language", "consent", "first_name"}
    assert "name@example.org" in str(raised.value.faults["address"])


@pytest.mark.parametrize(
    "name", ["a\x00b", "x" * 101, "http://example.org", "<b>", "a\u202eb", "[[ last_name ]]"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(FormFaults):
        read_form(
            SignupForm,
            {
                "address": "amina@example.org",
                "topics": ["news"],
                "language": "en",
                "consent": True,
                "first_name": name,
            },
        )


def test_a_sign_up_counts_for_its_partner_with_the_first_click_and_never_again(
    house: House,
) -> None:
    def counted() -> int:
        with house.database.reading() as session:
            return hits.total(session, hits.PARTNER_SIGNUP, "one")

    house.sign_up(partner="one")
    assert counted() == 0
    first = house.confirm()
    house.confirm()
    assert counted() == 1
    house.wait(days=1)
    house.sign_up(partner="one")  # they have it already: a mail says so, and nothing is counted
    assert counted() == 1
    house.sign_up(topics=("news", "events"), partner="one")
    house.confirm()
    assert counted() == 2
    with house.database.reading() as session:
        kept = session.scalars(select(Signup.partner).order_by(Signup.id)).all()
    assert set(kept) == {"one"}
    assert first.subscriber


def test_a_sign_up_for_a_partner_that_is_gone_by_the_click_counts_for_nobody(house: House) -> None:
    house.sign_up(partner="one")
    house.partners = ("two",)
    house.confirm()
    with house.database.reading() as session:
        assert hits.total(session, hits.PARTNER_SIGNUP, "one") == 0


def test_two_sign_ups_for_the_same_count_once_though_both_are_confirmed(house: House) -> None:
    house.sign_up(partner="one")
    [early] = house.mails()
    house.wait(minutes=11)
    house.sign_up(partner="two")
    late = house.mails()[-1]
    house.confirm(late)
    house.confirm(early)
    with house.database.reading() as session:
        totals = [hits.total(session, hits.PARTNER_SIGNUP, slug) for slug in ("one", "two")]
    assert totals == [0, 1]
