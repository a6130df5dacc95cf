"""The wait list: a free seat is offered to the next one, for a time, and nobody is passed over."""

from datetime import timedelta

import pytest

from outreach.events.registration_models import RegistrationState
from outreach.events.waitlist import lapse_offers, waited_for
from tests.events.hall import TALK, Hall, Reception

ONE = TALK.replace("capacity = 5", "capacity = 1\nwait_list = true\ncloses_minutes_before = 60")
CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED
WAITLISTED, CANCELLED = RegistrationState.WAITLISTED, RegistrationState.CANCELLED


@pytest.fixture
def desk(hall: Hall) -> Reception:
    """Give the reception of a hall with one seat, which is taken, and two who wait."""
    hall.sync(ONE)
    made = Reception(hall)
    for name in ("first", "second", "third"):
        made.register(f"{name}@example.org")
        made.confirm(made.all()[-1].id)
        hall.wait(minutes=1)
    return made


def states(desk: Reception) -> list[RegistrationState]:
    """Give how far each registration has come."""
    return [row.state for row in desk.all()]


def lapse(desk: Reception) -> int:
    """Let the clock look for offers that nobody took."""
    with desk.hall.home.database.transaction() as session:
        return lapse_offers(session, desk.hall.home.now)


def test_whoever_comes_too_late_waits_and_is_told(desk: Reception) -> None:
    assert states(desk) == [CONFIRMED, WAITLISTED, WAITLISTED]
    assert [mail.subject for mail in desk.hall.sent("second@example.org")] == [
        "Please confirm your registration: Talk",
        "You are on the wait list: Talk",
    ]
    assert desk.offer() == 0


def test_a_seat_that_is_given_back_is_offered_to_the_next_one(desk: Reception) -> None:
    first, second, _ = desk.all()
    desk.cancel(first.id)
    assert desk.offer() == 1
    assert states(desk) == [CANCELLED, OFFERED, WAITLISTED]
    assert desk.offer() == 0
    offer = desk.hall.sent("second@example.org")[-1]
    assert offer.subject == "A seat for you: Talk"
    assert desk.all()[1].held_until == desk.hall.home.now + timedelta(hours=24)
    desk.confirm(second.id)
    assert states(desk) == [CANCELLED, CONFIRMED, WAITLISTED]
    assert desk.hall.sent("second@example.org")[-1].method == "REQUEST"


def test_nobody_new_goes_past_those_who_wait(desk: Reception) -> None:
    desk.cancel(desk.all()[0].id)
    desk.register("new@example.org")
    desk.confirm(desk.all()[-1].id)
    assert states(desk) == [CANCELLED, WAITLISTED, WAITLISTED, WAITLISTED]


def test_an_offer_that_nobody_takes_goes_to_the_next_and_they_to_the_end(desk: Reception) -> None:
    first, second, third = desk.all()
    desk.cancel(first.id)
    desk.offer()
    desk.hall.wait(hours=23)
    assert lapse(desk) == 0
    desk.hall.wait(hours=2)
    assert lapse(desk) == 1
    assert desk.offer() == 1
    assert states(desk) == [CANCELLED, WAITLISTED, OFFERED]
    desk.confirm(second.id)
    assert states(desk)[1] is WAITLISTED
    desk.confirm(third.id)
    assert states(desk) == [CANCELLED, WAITLISTED, CONFIRMED]


def test_a_late_answer_keeps_them_on_the_list_if_the_seat_is_gone(desk: Reception) -> None:
    first, second, _ = desk.all()
    desk.cancel(first.id)
    desk.offer()
    desk.hall.wait(hours=25)
    desk.confirm(second.id)  # the clock has not looked yet, and somebody else waits
    assert states(desk) == [CANCELLED, WAITLISTED, WAITLISTED]


def test_who_never_answers_is_asked_three_times(desk: Reception) -> None:
    first, _, third = desk.all()
    desk.cancel(third.id)
    desk.cancel(first.id)
    asked = 0
    for _ in range(6):
        asked += desk.offer()
        desk.hall.wait(hours=25)
        lapse(desk)
    assert asked == 3
    desk.register("new@example.org")
    desk.confirm(desk.all()[-1].id)
    assert states(desk)[-1] is CONFIRMED


def test_an_offer_ends_at_the_latest_when_registration_closes(desk: Reception) -> None:
    desk.cancel(desk.all()[0].id)
    starts = desk.all()[0].occurrence.starts_at
    assert starts
    desk.hall.home.now = starts - timedelta(hours=3)
    desk.offer()
    assert desk.all()[1].held_until == starts - timedelta(hours=1)
    desk.hall.home.now = starts - timedelta(minutes=30)
    lapse(desk)
    assert desk.offer() == 0


def test_an_offer_can_be_declined_and_goes_on(desk: Reception) -> None:
    first, second, _ = desk.all()
    desk.cancel(first.id)
    desk.offer()
    desk.cancel(second.id)
    assert desk.offer() == 1
    assert states(desk) == [CANCELLED, CANCELLED, OFFERED]
    assert all(mail.method != "CANCEL" for mail in desk.hall.sent("second@example.org"))


def test_more_seats_are_offered_to_as_many(desk: Reception) -> None:
    desk.hall.sync(ONE.replace("capacity = 1", "capacity = 3"))
    assert desk.offer() == 2
    with desk.hall.home.database.reading() as session:
        assert waited_for(session, desk.hall.home.now) == []


def test_nothing_is_offered_of_an_event_that_does_not_take_place(desk: Reception) -> None:
    desk.cancel(desk.all()[0].id)
    desk.hall.sync(f'status = "postponed"\n{ONE}')
    assert desk.offer() == 0
