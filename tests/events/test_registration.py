"""Registering: who gets a seat at once, who is asked to confirm, what a stranger can find out."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.audience.forms import FormFaults
from outreach.audience.models import (
    Involvement,
    Part,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.errors import NotFound, Refused
from outreach.events import seats
from outreach.events.models import Event
from outreach.events.queries import event
from outreach.events.registration_form import read_registration
from outreach.events.registration_models import Registration, RegistrationState
from tests.events.hall import TALK, Hall, Reception

CONFIRMED, PENDING = RegistrationState.CONFIRMED, RegistrationState.PENDING
WAITLISTED, CANCELLED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED


@pytest.fixture
def desk(hall: Hall) -> Reception:
    """Give the reception of the hall."""
    return Reception(hall)


def subscribed(hall: Hall, address: str) -> None:
    """Let somebody have confirmed a subscription."""
    hall.seat(address, state=CANCELLED)
    with hall.home.database.transaction() as session:
        person = session.scalars(select(Subscriber).order_by(Subscriber.id.desc()).limit(1)).one()
        topic = session.scalars(select(Topic).limit(1)).one()
        session.add(
            Subscription(
                topic_id=topic.id,
                subscriber_id=person.id,
                state=SubscriptionState.CONFIRMED,
                changed_at=hall.home.now,
            )
        )


def test_a_new_address_is_asked_for_one_click_and_then_has_its_seat(desk: Reception) -> None:
    desk.register("new@example.org", name="Amina Diallo", language="fr")
    [asked] = desk.hall.sent()
    assert asked.subject == "Merci de confirmer votre inscription\N{NO-BREAK SPACE}: Conférence"
    assert (asked.method, "Amina" in asked.text) == ("", False)
    row = desk.only()
    assert row.state is PENDING
    assert row.held_until == desk.hall.home.now + timedelta(minutes=30)
    desk.confirm(row.id)
    row = desk.only()
    assert (row.state, row.held_until, row.confirmed_at) == (CONFIRMED, None, desk.hall.home.now)
    assert [mail.method for mail in desk.hall.sent()] == ["", "REQUEST"]
    with desk.hall.home.database.reading() as session:
        part = session.scalars(select(Involvement)).one()
        assert (part.event, part.part) == ("talk", Part.REGISTERED)


def test_a_second_click_changes_and_mails_nothing(desk: Reception) -> None:
    desk.register("new@example.org")
    for _ in range(3):
        desk.confirm(desk.only().id)
    assert len(desk.hall.sent()) == 2


def test_who_has_confirmed_before_has_the_seat_at_once(desk: Reception) -> None:
    subscribed(desk.hall, "known@example.org")
    desk.register("Known@Example.org")
    assert [mail.method for mail in desk.hall.sent()] == ["REQUEST"]
    desk.hall.home.write("content/events/other/en.md", "---\ntitle: Other\nsummary: S.\n---\n\nX\n")
    desk.hall.home.write("content/events/other/event.toml", TALK)
    assert desk.hall.home.faults() == []
    desk.register("new@example.org")
    desk.confirm(desk.all()[-1].id)
    desk.register("new@example.org", slug="other")
    assert desk.all()[-1].state is CONFIRMED


def test_registering_again_makes_no_second_seat_and_changes_nothing_of_theirs(
    desk: Reception,
) -> None:
    desk.register("new@example.org", name="Amina")
    desk.confirm(desk.only().id)
    desk.register("new@example.org", name="A Stranger")
    desk.register("new@example.org", name="A Stranger")
    assert desk.only().name == "Amina"
    assert [mail.subject for mail in desk.hall.sent()[2:]] == ["You are already registered: Talk"]


def test_what_nobody_has_confirmed_is_replaced_and_mailed_at_most_every_ten_minutes(
    desk: Reception,
) -> None:
    desk.register("new@example.org", name="Amina")
    desk.register("new@example.org", name="Amina Diallo")
    assert desk.only().name == "Amina Diallo"
    assert len(desk.hall.sent()) == 1
    desk.hall.wait(minutes=11)
    desk.register("new@example.org", name="Amina Diallo")
    assert len(desk.hall.sent()) == 2


def test_a_seat_is_kept_for_thirty_minutes_and_then_goes_to_whoever_comes(
    desk: Reception,
) -> None:
    desk.hall.sync(TALK.replace("capacity = 5", "capacity = 1"))
    desk.register("slow@example.org")
    assert not desk.register("quick@example.org")
    desk.hall.wait(minutes=31)
    desk.register("quick@example.org")
    slow, quick = desk.all()
    desk.confirm(quick.id)
    with pytest.raises(Refused, match="All seats are taken"):
        desk.confirm(slow.id)
    desk.cancel(quick.id)
    desk.confirm(slow.id)
    assert [row.state for row in desk.all()] == [CONFIRMED, CANCELLED]


def test_a_late_click_still_gets_a_seat_while_there_is_one(desk: Reception) -> None:
    desk.register("slow@example.org")
    desk.hall.wait(hours=5)
    desk.confirm(desk.only().id)
    assert desk.only().state is CONFIRMED


def test_who_gives_a_seat_back_can_come_again(desk: Reception) -> None:
    desk.register("new@example.org")
    desk.confirm(desk.only().id)
    for _ in range(2):
        desk.cancel(desk.only().id)
    with desk.hall.home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Involvement)) == 0
    with pytest.raises(Refused, match="register again"):
        desk.confirm(desk.only().id)
    desk.register("new@example.org")
    assert [row.state for row in desk.all()] == [CANCELLED, CONFIRMED]
    told = [(mail.method, mail.sequence) for mail in desk.hall.sent() if mail.calendar]
    assert told == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_a_registrant_changes_what_they_said(desk: Reception) -> None:
    desk.hall.sync(
        TALK
        + '\n[[registration.questions]]\nname = "topic"\n\n[registration.questions.label]\n'
        + 'en = "What about?"\n'
    )
    desk.register("new@example.org", **{"question-topic": "Gold"})
    desk.confirm(desk.only().id)
    assert desk.only().answers == {"topic": "Gold"}
    desk.change(desk.only().id, name="Fanta", country="ML", **{"question-topic": "Water"})
    row = desk.only()
    assert (row.name, row.country, row.answers) == ("Fanta", "ML", {"topic": "Water"})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("[registration]\ncapacity = 5\n", ""), "cannot register here"),
        (('kind = "webinar"', 'kind = "webinar"\nstatus = "cancelled"'), "does not take place"),
        (("capacity = 5", "closes_minutes_before = 20000"), "is closed"),
    ],
    ids=["none", "cancelled", "closed"],
)
def test_nobody_registers_where_there_is_nothing_to_register_for(
    desk: Reception, change: tuple[str, str], why: str
) -> None:
    desk.hall.sync(TALK.replace(*change))
    with pytest.raises(Refused, match=why):
        desk.register("new@example.org")
    assert desk.hall.sent() == []


def test_after_the_event_nothing_changes_any_more(desk: Reception) -> None:
    desk.register("new@example.org")
    desk.confirm(desk.only().id)
    desk.hall.wait(days=10)
    with pytest.raises(Refused, match="is over"):
        desk.register("late@example.org")
    with pytest.raises(Refused, match="is over"):
        desk.cancel(desk.only().id)
    with pytest.raises(Refused, match="is over"):
        desk.change(desk.only().id, name="X")


def test_a_suppressed_address_gets_nothing_and_nobody_can_tell(desk: Reception) -> None:
    home = desk.hall.home
    with home.database.transaction() as session:
        hashed = address_hash("gone@example.org", home.settings.suppression_key)
        suppress(session, hashed, SuppressionReason.BOUNCE, home.now)
    desk.register("gone@example.org")
    assert (desk.all(), desk.hall.sent()) == ([], [])


def test_a_purged_or_unknown_registration_is_not_there(desk: Reception) -> None:
    with pytest.raises(NotFound):
        desk.confirm(4711)


def test_every_fault_of_a_form_is_told_at_once(hall: Hall) -> None:
    hall.sync(
        TALK
        + '\n[[registration.questions]]\nname = "meal"\nrequired = true\n'
        + '\n[[registration.questions.choices]]\nen = "Yes"\n'
        + '\n[registration.questions.label]\nen = "A meal?"\n'
    )
    with hall.home.database.reading() as session:
        row = event(session, "talk")
        form = {
            "name": "www.spam.example",
            "address": "nobody",
            "country": "XX",
            "language": "en",
            "question-meal": "7",
            "consent": False,
        }
        with pytest.raises(FormFaults) as told:
            read_registration(row, form)
        assert set(told.value.faults) == {"name", "address", "country", "question-meal", "consent"}
        good = {"name": "Ana", "address": "a@example.org", "language": "en", "consent": True}
        with pytest.raises(FormFaults):
            read_registration(row, good)
        read, answers = read_registration(row, {**good, "question-meal": "1", "zone": "No/Where"})
        assert (answers, read.zone) == ({"meal": "1"}, "")


def test_the_words_that_they_agreed_to_are_kept(desk: Reception) -> None:
    desk.register("new@example.org")
    assert desk.only().wording_id is not None
    with desk.hall.home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 1


def test_an_address_in_any_script_gets_a_seat_and_an_invitation(desk: Reception) -> None:
    for address, written in (
        ("amina@exämple.org", "mailto:amina@xn--exmple-cua.org"),
        ("jürgen@example.org", "mailto:j%C3%BCrgen@example.org"),
    ):
        desk.register(address)
        desk.confirm(desk.all()[-1].id)
        invitation = desk.hall.sent()[-1]
        assert invitation.method == "REQUEST"
        assert str(invitation.entry["ATTENDEE"]) == written


def test_a_seat_given_back_while_a_cancellation_waits_leaves_the_calendar(
    desk: Reception,
) -> None:
    desk.register("amina@example.org")
    desk.confirm(desk.only().id)
    desk.hall.sync(TALK.replace("[registration]", 'status = "cancelled"\n[registration]'))
    desk.cancel(desk.only().id)
    farewell = desk.hall.sent()[-1]
    assert (farewell.method, farewell.sequence) == ("CANCEL", 1)


def test_whoever_is_registered_hears_the_same_of_a_full_event_as_a_stranger(
    desk: Reception,
) -> None:
    desk.hall.sync(TALK.replace("capacity = 5", "capacity = 1"))
    desk.register("amina@example.org")
    desk.confirm(desk.only().id)
    before = len(desk.hall.sent())
    assert not desk.register("stranger@example.org")
    assert not desk.register("amina@example.org")
    assert [mail.to for mail in desk.hall.sent()[before:]] == ["amina@example.org"]


def test_a_page_that_waited_for_the_lock_sees_the_event_as_it_is_now(desk: Reception) -> None:
    with desk.hall.home.database.transaction() as session:
        row = event(session, "talk")
        assert row.starts_at
        before, later = row.starts_at, row.starts_at + timedelta(hours=2)
        session.execute(
            update(Event)
            .where(Event.id == row.id)
            .values(starts_at=later)
            .execution_options(synchronize_session=False)
        )
        assert row.starts_at == before
        assert seats.lock(session, row.occurrences[0].id).event.starts_at == later
