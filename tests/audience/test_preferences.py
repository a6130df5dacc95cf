"""Choosing, pausing, leaving and coming back."""

from datetime import date, timedelta

import pytest

from outreach.audience import ledger, preferences, subscriptions, words
from outreach.audience.forms import FormFaults
from outreach.audience.models import Method, Subscriber, SubscriptionState, Wording
from outreach.audience.preferences import Preferences, PreferencesForm
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import State, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.errors import NotFound, Refused
from tests.audience.conftest import KEY, House

PENDING, CONFIRMED = SubscriptionState.PENDING, SubscriptionState.CONFIRMED
UNSUBSCRIBED = SubscriptionState.UNSUBSCRIBED


def save(house: House, number: int, **form: object) -> None:
    with house.database.transaction() as session:
        preferences.save(session, number, PreferencesForm.model_validate(form), house.now)


def read(house: House, number: int) -> Preferences:
    with house.database.reading() as session:
        return preferences.read(session, number, house.now)


def leave_all(house: House, number: int) -> bool:
    with house.database.transaction() as session:
        return preferences.leave_all(session, number, house.now)


def undo(house: House, number: int, topic: str | None = None) -> tuple[str, ...]:
    with house.database.transaction() as session:
        return preferences.undo(session, number, house.now, topic=topic)


def test_the_page_shows_topics_and_only_hints_at_the_address(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", first_name="Amina", language="fr")
    shown = read(house, number)
    assert shown.address_hint == "a…@example.org"
    assert (shown.language, shown.first_name, shown.left) == ("fr", "Amina", False)
    assert [(each.slug, each.chosen) for each in shown.topics] == [
        ("news", True),
        ("events", False),
    ]
    assert shown.topics[0].descriptions["en"] == "All about news."


def test_a_change_of_topics_is_written_down_with_the_words(house: House) -> None:
    number = house.subscribe()
    save(house, number, topics=("events",), page_language="fr")
    assert house.states(number) == {"news": UNSUBSCRIBED, "events": CONFIRMED}
    assert house.said()[1:] == [
        ("news", "withdrawn", "preferences"),
        ("events", "granted", "preferences"),
    ]
    with house.database.reading() as session:
        wording = session.get_one(Wording, house.lines()[-1].wording_id)
    assert wording.text == words.preference_words("fr").text


def test_saving_twice_writes_once(house: House) -> None:
    number = house.subscribe()
    save(house, number, topics=("events",))
    save(house, number, topics=("events",))
    assert len(house.lines()) == 3


def test_what_the_form_does_not_give_stays(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", first_name="Amina")
    save(house, number, last_name="Diallo")
    save(house, number, language="es")
    person = house.person(number)
    assert (person.first_name, person.last_name, person.language) == ("Amina", "Diallo", "es")
    assert house.states(number) == {"news": CONFIRMED}


def test_all_topics_off_is_not_the_same_as_leaving_everything(house: House) -> None:
    number = house.subscribe()
    save(house, number, topics=())
    assert house.states(number) == {"news": UNSUBSCRIBED}
    assert not read(house, number).left
    leave_all(house, number)
    assert read(house, number).left


def test_an_empty_save_never_lifts_an_opt_out(house: House) -> None:
    number = house.subscribe()
    leave_all(house, number)
    lines = len(house.lines())
    save(house, number, topics=(), language="fr")
    save(house, number)
    assert house.person(number).left_at is not None
    assert house.states(number) == {"news": UNSUBSCRIBED}
    assert len(house.lines()) == lines


def test_ticking_a_topic_brings_back_somebody_who_left(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    leave_all(house, number)
    save(house, number, topics=("events",))
    assert house.person(number).left_at is None
    assert house.states(number) == {"news": UNSUBSCRIBED, "events": CONFIRMED}


def test_leaving_everything_is_written_down_once(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    assert leave_all(house, number)
    assert not leave_all(house, number)
    assert house.said()[2:] == [
        ("news", "withdrawn", "preferences"),
        ("events", "withdrawn", "preferences"),
        ("*", "withdrawn", "preferences"),
    ]


def test_leaving_withdraws_what_is_queued(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    news, events = house.queue(number, "news"), house.queue(number, "events")
    house.leave(number, "news")
    assert house.state_of(news) == State.CANCELLED
    assert house.state_of(events) == State.QUEUED
    leave_all(house, number)
    assert house.state_of(events) == State.CANCELLED


def test_leaving_does_not_touch_the_mail_that_was_asked_for(house: House) -> None:
    number = house.subscribe()
    before = house.mails()
    leave_all(house, number)
    assert house.mails() == before


def test_a_topic_is_brought_back_within_thirty_days(house: House) -> None:
    number = house.subscribe()
    house.leave(number, "news")
    assert read(house, number).topics[0].undo
    house.wait(days=29)
    assert undo(house, number, "news") == ("news",)
    assert undo(house, number, "news") == ()
    assert house.states(number) == {"news": CONFIRMED}
    assert house.said()[-1] == ("news", "granted", "preferences")


def test_after_thirty_days_nothing_is_brought_back(house: House) -> None:
    number = house.subscribe()
    leave_all(house, number)
    house.wait(days=30)
    assert not read(house, number).topics[0].undo
    assert undo(house, number) == ()
    assert house.states(number) == {"news": UNSUBSCRIBED}


def test_undo_brings_back_what_was_left_last_and_no_more(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    save(house, number, topics=("news",))
    house.wait(days=1)
    leave_all(house, number)
    assert undo(house, number) == ("news",)
    assert house.states(number) == {"news": CONFIRMED, "events": UNSUBSCRIBED}
    assert house.person(number).left_at is None


def test_undo_does_not_reach_behind_what_staff_or_a_complaint_ended(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    save(house, number, topics=("news",))
    with house.database.transaction() as session:
        person = session.get_one(Subscriber, number)
        lines = subscriptions.leave_everything(session, person, Method.COMPLAINT, house.now)
        ledger.record(session, lines)
    assert not any(choice.undo for choice in read(house, number).topics)
    assert undo(house, number, "events") == ()
    assert house.person(number).left_at is not None


def test_a_pending_topic_is_not_shown_as_chosen(house: House) -> None:
    house.sign_up()
    (mail,) = house.mails()
    choice = read(house, mail.recipient).topics[0]
    assert (choice.chosen, choice.pending) == (False, True)


def test_a_pause_ends_on_the_chosen_day_and_withdraws_what_is_queued(house: House) -> None:
    number = house.subscribe()
    queued = house.queue(number)
    save(house, number, paused_until=date(2026, 12, 24))
    assert read(house, number).paused_until == date(2026, 12, 24)
    assert house.state_of(queued) == State.CANCELLED
    house.wait(days=31)
    assert read(house, number).paused_until is None


def test_a_pause_can_be_ended(house: House) -> None:
    number = house.subscribe()
    save(house, number, paused_until=date(2026, 12, 24))
    save(house, number, paused_until=None)
    assert house.person(number).paused_until is None


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_pause_that_cannot_be_is_refused(house: House, days: int) -> None:
    number = house.subscribe()
    with pytest.raises(FormFaults) as raised:
        save(house, number, paused_until=house.now.date() + timedelta(days=days))
    assert set(raised.value.faults) == {"paused_until"}


def test_a_pause_until_the_first_of_all_days_is_refused(house: House) -> None:
    number = house.subscribe()
    with house.database.transaction() as session:
        session.get_one(Subscriber, number).time_zone = "Asia/Tokyo"
    with pytest.raises(FormFaults):
        save(house, number, paused_until=date.min)


def test_nobody_whose_mail_was_stopped_is_told_that_all_is_well(house: House) -> None:
    number = house.subscribe()
    with house.database.transaction() as session:
        hashed = address_hash("amina@example.org", KEY)
        suppress(session, hashed, SuppressionReason.COMPLAINT, house.now)
    assert read(house, number).suppressed
    with pytest.raises(Refused, match="sign up once more"):
        save(house, number, topics=("news", "events"))
    save(house, number, topics=())
    with pytest.raises(Refused, match="sign up once more"):
        undo(house, number)


def test_who_is_gone_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        read(house, 4711)
    with pytest.raises(NotFound):
        leave_all(house, 4711)
