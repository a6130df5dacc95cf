"""The way in: shut before, open in time, and only a pressed button counts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.audience.models import Involvement, Part
from outreach.errors import NotFound
from outreach.events.joining import Door, find, join, mark_absent, revoke, way
from outreach.events.registration_models import Registration, RegistrationState
from tests.events.hall import TALK, Hall

STARTS = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MEETING = "https://meet.example.org/secret"


def door(hall: Hall, number: int, now: datetime, *, signed: int = 0) -> Door:
    """Tell what stands behind somebody's link at a moment."""
    with hall.home.database.reading() as session:
        return way(find(session, number), signed, 15, now).door


def enter(hall: Hall, number: int, now: datetime, *, signed: int = 0) -> str:
    """Press the Join button at a moment; give where it leads."""
    with hall.home.database.transaction() as session:
        return join(session, way(find(session, number), signed, 15, now), now)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (STARTS - 16 * MINUTE, Door.WAITING),
        (STARTS - 15 * MINUTE, Door.OPEN),
        (ENDS, Door.OPEN),
        (ENDS + 29 * MINUTE, Door.OPEN),
        (ENDS + 30 * MINUTE, Door.OVER),
    ],
)
def test_the_door_opens_in_time_and_shuts_a_while_after_the_end(
    hall: Hall, moment: datetime, expected: Door
) -> None:
    number = hall.seat()
    assert door(hall, number, moment) is expected
    assert enter(hall, number, moment) == (MEETING if expected is Door.OPEN else "")


def test_only_the_button_counts_and_the_first_time_is_kept(hall: Hall) -> None:
    number = hall.seat()
    assert door(hall, number, STARTS) is Door.OPEN
    assert hall.registration(number).joined_at is None
    for later in (0, 20):
        assert enter(hall, number, STARTS + later * MINUTE) == MEETING
    row = hall.registration(number)
    assert (row.state, row.joined_at) == (RegistrationState.ATTENDED, STARTS)
    with hall.home.database.reading() as session:
        assert session.scalars(select(Involvement.part)).all() == [Part.ATTENDED]


@pytest.mark.parametrize("state", ["pending", "waitlisted", "offered", "cancelled"])
def test_who_has_no_seat_does_not_come_in(hall: Hall, state: str) -> None:
    number = hall.seat(state=RegistrationState(state))
    assert door(hall, number, STARTS) is Door.NO_SEAT
    assert enter(hall, number, STARTS) == ""


def test_a_revoked_link_opens_nothing_and_the_new_one_does(hall: Hall) -> None:
    number = hall.seat()
    with hall.home.database.transaction() as session:
        revoke(session.get_one(Registration, number))
    assert door(hall, number, STARTS) is Door.REVOKED
    assert enter(hall, number, STARTS) == ""
    assert enter(hall, number, STARTS, signed=1) == MEETING


@pytest.mark.parametrize(
    ("status", "expected"), [("cancelled", Door.CANCELLED), ("postponed", Door.POSTPONED)]
)
def test_what_does_not_take_place_says_so(hall: Hall, status: str, expected: Door) -> None:
    number = hall.seat()
    hall.sync(f'status = "{status}"\n{TALK}')
    assert door(hall, number, STARTS) is expected
    assert enter(hall, number, STARTS) == ""


def test_the_door_of_a_moved_event_opens_at_its_new_time(hall: Hall) -> None:
    number = hall.seat()
    hall.sync(TALK.replace("T15:00", "T17:00").replace("T16:30", "T18:30"))
    assert door(hall, number, STARTS) is Door.WAITING
    assert door(hall, number, STARTS + timedelta(hours=2)) is Door.OPEN


def test_who_did_not_join_is_absent_an_hour_after_the_end_and_may_still_turn_up(
    hall: Hall,
) -> None:
    came, missed = hall.seat("came@example.org"), hall.seat("missed@example.org")
    gave_up = hall.seat("gave@example.org", state=RegistrationState.CANCELLED)
    enter(hall, came, STARTS)

    def marked(now: datetime) -> int:
        with hall.home.database.transaction() as session:
            return mark_absent(session, now, size=1)

    assert marked(ENDS + 59 * MINUTE) == 0
    assert [marked(ENDS + 60 * MINUTE), marked(ENDS + 61 * MINUTE)] == [1, 0]
    states = [hall.registration(number).state for number in (came, missed, gave_up)]
    assert states == [
        RegistrationState.ATTENDED,
        RegistrationState.ABSENT,
        RegistrationState.CANCELLED,
    ]
    assert enter(hall, missed, ENDS) == MEETING
    assert hall.registration(missed).state is RegistrationState.ATTENDED


def test_where_nobody_joins_by_our_link_nobody_is_called_absent(hall: Hall) -> None:
    hall.sync(TALK.replace(f'online_url = "{MEETING}"\n', ""))
    hall.seat()
    with hall.home.database.transaction() as session:
        assert mark_absent(session, ENDS + timedelta(days=1)) == 0


def test_a_registration_that_never_was_is_not_there(hall: Hall) -> None:
    with hall.home.database.reading() as session, pytest.raises(NotFound):
        find(session, 4711)
