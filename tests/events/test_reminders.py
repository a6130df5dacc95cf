"""Reminders: once each, in time or not at all, by the reader's own clock."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.reminders import note_due_reminders
from tests.events.hall import TALK, Hall

STARTS = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def turn(hall: Hall, now: datetime) -> list[tuple[str, str]]:
    """Let clock and worker look at a moment; give address and subject of what they sent."""
    hall.home.now = now
    before = len(hall.sent())
    with hall.home.database.transaction() as session:
        note_due_reminders(session, now)
    hall.tell()
    return [(mail.to, mail.subject) for mail in hall.sent()[before:]]


def test_a_day_and_an_hour_before_each_once(hall: Hall) -> None:
    hall.seat()
    told = []
    for moment in (
        STARTS - DAY - timedelta(minutes=1),
        STARTS - DAY,
        STARTS - DAY,
        STARTS - DAY + HOUR,
        STARTS - HOUR,
        STARTS - HOUR + timedelta(minutes=5),
        STARTS,
        STARTS + HOUR,
    ):
        told += turn(hall, moment)
    assert [subject for _, subject in told] == ["Tomorrow: Talk", "It begins soon: Talk"]


def test_a_file_says_when_to_remind(hall: Hall) -> None:
    hall.sync(f"reminders = [4320, 180]\n{TALK}")
    hall.seat()
    assert turn(hall, STARTS - 3 * DAY) == [("amina@example.org", "On 1 December 2026: Talk")]
    assert turn(hall, STARTS - DAY) == []
    assert turn(hall, STARTS - 3 * HOUR) == [("amina@example.org", "Today: Talk")]
    hall.sync(f"reminders = []\n{TALK}")
    assert turn(hall, STARTS - HOUR) == []


def test_only_who_has_a_seat_since_before_is_reminded(hall: Hall) -> None:
    hall.seat("seated@example.org")
    for state in ("pending", "waitlisted", "offered", "cancelled"):
        hall.seat(f"{state}@example.org", state=RegistrationState(state))
    hall.home.now = STARTS - DAY + timedelta(minutes=1)
    hall.seat("late@example.org")
    assert turn(hall, STARTS - DAY + timedelta(minutes=2)) == [
        ("seated@example.org", "Tomorrow: Talk")
    ]
    assert [to for to, _ in turn(hall, STARTS - HOUR)] == [
        "seated@example.org",
        "late@example.org",
    ]


def test_what_comes_too_late_is_not_sent(hall: Hall) -> None:
    hall.seat()
    assert turn(hall, STARTS - timedelta(hours=11)) == []
    assert turn(hall, STARTS - timedelta(minutes=29)) == []
    assert turn(hall, STARTS - timedelta(minutes=5)) == []


def test_a_reminder_that_is_a_little_late_says_the_true_distance(hall: Hall) -> None:
    hall.seat()
    assert turn(hall, STARTS - timedelta(hours=13)) == [("amina@example.org", "Today: Talk")]


def test_a_moved_event_reminds_anew_and_never_of_its_old_time(hall: Hall) -> None:
    hall.seat()
    assert len(turn(hall, STARTS - DAY)) == 1
    hall.wait(minutes=10)
    hall.sync(TALK.replace("2026-12-01", "2026-12-03"))
    hall.release()
    assert turn(hall, STARTS - HOUR) == []
    assert turn(hall, STARTS + DAY) == [("amina@example.org", "Tomorrow: Talk")]


def test_while_a_change_waits_for_its_release_nobody_is_reminded(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    later = TALK.replace("T15:00", "T16:00").replace("T16:30", "T17:30")
    hall.sync(later)
    assert turn(hall, STARTS - DAY + HOUR) == []
    hall.release()
    assert turn(hall, STARTS - DAY + 2 * HOUR) == [("amina@example.org", "Tomorrow: Talk")]


def test_who_knows_only_what_was_changed_back_is_not_reminded_of_another_time(hall: Hall) -> None:
    hall.seat()
    hall.sync(TALK.replace("T15:00", "T17:00").replace("T16:30", "T18:30"))
    hall.seat("late@example.org")
    hall.sync()
    assert turn(hall, STARTS - DAY + HOUR) == [("amina@example.org", "Tomorrow: Talk")]
    hall.release()
    assert {to for to, _ in turn(hall, STARTS - HOUR)} == {"amina@example.org", "late@example.org"}


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_nobody_is_reminded_of_what_does_not_take_place(hall: Hall, status: str) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(f'status = "{status}"\n{TALK}')
    hall.release()
    assert turn(hall, STARTS - DAY) == []


def test_each_reads_it_in_their_language_and_by_their_clock(hall: Hall) -> None:
    hall.seat("f@example.org", language="fr", zone="America/Lima")
    hall.seat("s@example.org", language="es", zone="Pacific/Auckland")
    told = turn(hall, STARTS - DAY)
    assert told == [
        ("f@example.org", "Demain\N{NO-BREAK SPACE}: Conférence"),
        ("s@example.org", "Mañana: Charla"),
    ]
    french, spanish = (" ".join(mail.text.split()) for mail in hall.sent()[2:])
    assert "09:00 (America/Lima, UTC−5)" in french
    assert "2 de diciembre de 2026, 3:00 (Pacific/Auckland, UTC+13)" in spanish
    assert "15:00–16:30 (Europe/Paris, UTC+1)" in french
    assert "[[ join_url ]]" in french
    assert "[[ seat_url ]]" in french


def test_of_a_series_each_date_keeps_its_wall_time_over_the_change_of_clocks(hall: Hall) -> None:
    hall.sync(
        'kind = "meeting"\nstart = 2027-03-25T15:00:00\nduration = 60\nzone = "Europe/Paris"\n'
        'registration = {}\n\n[recurrence]\nrule = "FREQ=WEEKLY;COUNT=2"\n'
    )
    for number in (1, 2):
        hall.seat(f"p{number}@example.org", number=number)
    before = datetime(2027, 3, 25, 14, 0, tzinfo=UTC)
    after = datetime(2027, 4, 1, 13, 0, tzinfo=UTC)
    assert [to for to, _ in turn(hall, before - DAY)] == ["p1@example.org"]
    assert turn(hall, after - DAY - timedelta(minutes=1)) == []
    assert [to for to, _ in turn(hall, after - DAY)] == ["p2@example.org"]


def test_whenever_the_clock_looks_each_reminder_comes_at_most_once(hall: Hall) -> None:
    chance = random.Random(7)  # noqa: S311  (spreads moments, keeps no secret)
    numbers = [hall.seat(f"p{number}@example.org") for number in range(4)]
    moments = sorted(STARTS - chance.random() * 2 * DAY for _ in range(60))
    told: list[tuple[str, str]] = []
    for moment in moments:
        told += turn(hall, moment)
        if chance.random() < 0.05 and numbers:
            gone = numbers.pop()
            with hall.home.database.transaction() as session:
                session.get_one(Registration, gone).move(RegistrationState.CANCELLED, moment)
    assert len(told) == len(set(told))
    in_time = any(STARTS - DAY <= moment <= STARTS - DAY / 2 for moment in moments)
    first = [to for to, subject in told if subject == "Tomorrow: Talk"]
    assert in_time
    assert len(first) >= len(numbers)
