"""Cases at the edges of changes, purges and the door, each once found to go wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from outreach.audience.models import Subscriber
from outreach.delivery.models import ReceivedKind
from outreach.events.attendance import figures_of
from outreach.events.followup_invited import invited
from outreach.events.joining import mark_absent
from outreach.events.models import EventStatus
from outreach.events.queries import event
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.reminders import note_due_reminders
from outreach.events.retention import due, purge_page
from tests.events.hall import SERIES, TALK, Hall, Reception
from tests.events.test_replies import Post, mail, reply

FILES = ("event.toml", "en.md", "fr.md", "es.md")


def with_status(status: str) -> str:
    """Give the talk's file with a status."""
    return TALK.replace("\n[registration]", f'status = "{status}"\n\n[registration]')


def attend(hall: Hall, number: int) -> None:
    """Let somebody have pressed the Join button."""
    with hall.home.database.transaction() as session:
        row = session.get_one(Registration, number)
        row.move(RegistrationState.ATTENDED, hall.home.now)
        row.joined_at = hall.home.now


def purge(hall: Hall) -> None:
    """Delete what registrants told us of the talk's first date."""
    with hall.home.database.transaction() as session:
        number = hall.occurrence(session).id
        while purge_page(session, number, hall.home.now):
            pass


def test_no_mail_however_broken_holds_up_the_replies_behind_it(hall: Hall, tmp_path: Path) -> None:
    post = Post(hall, tmp_path / "in")
    number = hall.seat()
    place = reply(more="RECURRENCE-ID;TZID=Europe:20261201T150000\n")
    assert post.comes(mail(place, post.address(number))).kind is ReceivedKind.UNKNOWN
    post.comes(mail(reply("DECLINED"), post.address(number), kind="text/calendar;xcharset*"))
    hall.wait(minutes=1)
    post.comes(mail(reply(), post.address(number)))
    assert hall.registration(number).response == "accepted"


def test_an_hour_that_is_not_known_any_more_is_told(hall: Hall) -> None:
    hall.seat()
    day = TALK.replace("start = 2026-12-01T15:00:00\n", "date = 2026-12-08\n")
    day = day.replace("end = 2026-12-01T16:30:00\n", "").replace('zone = "Europe/Paris"\n', "")
    hall.sync(day)
    hall.release()
    update = hall.sent()[-1]
    assert update.method == "REQUEST"
    assert "Until now: Tuesday, 1 December 2026, 14:00–15:30 (UTC)" in update.text
    assert "Now: Tuesday, 8 December 2026" in update.text


def test_a_longer_end_forgets_nobody_who_came(hall: Hall) -> None:
    number = hall.seat()
    hall.home.now = datetime(2026, 12, 1, 14, 10, tzinfo=UTC)
    attend(hall, number)
    hall.sync(TALK.replace("T16:30", "T17:30"))
    hall.release()
    assert hall.sent()[-1].method == "REQUEST"
    row = hall.registration(number)
    assert (row.state, row.joined_at) == (RegistrationState.ATTENDED, hall.home.now)


def test_the_first_date_of_what_became_a_series_stays_one_entry(hall: Hall) -> None:
    hall.seat()
    weekly = '\n[recurrence]\nrule = "FREQ=WEEKLY;COUNT=4"\n'
    hall.sync(TALK + weekly)
    hall.seat("late@example.org")
    for letter in hall.sent():
        assert "RRULE" not in letter.calendar
        assert letter.entry.decoded("DTSTART") == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    hall.seat("other@example.org", number=1)
    other = hall.sent()[-1]
    assert other.entry.decoded("RECURRENCE-ID") == datetime(2026, 12, 8, 14, 0, tzinfo=UTC)


def test_a_date_that_became_certain_is_reminded_of(hall: Hall) -> None:
    hall.sync(with_status("tentative"))
    hall.seat()
    hall.sync(TALK)
    hall.home.now = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    with hall.home.database.transaction() as session:
        note_due_reminders(session, hall.home.now)
    hall.tell()
    assert hall.sent()[-1].subject == "Tomorrow: Talk"


def test_a_stranger_who_finds_no_place_leaves_no_trace(hall: Hall) -> None:
    hall.sync(TALK.replace("capacity = 5", "capacity = 1"))
    reception = Reception(hall)
    reception.register("amina@example.org")
    assert not reception.register("stranger@example.org")
    with hall.home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1


def test_what_took_place_is_not_called_cancelled_when_its_folder_goes(hall: Hall) -> None:
    hall.seat()
    hall.wait(days=9)
    for name in FILES:
        hall.home.remove(f"content/events/talk/{name}")
    assert hall.home.faults() == []
    with hall.home.database.reading() as session:
        row = event(session, "talk")
        assert row.status is EventStatus.CONFIRMED
        assert row.translations == []


def test_a_seat_at_what_was_put_off_can_be_given_back_after_its_old_date(hall: Hall) -> None:
    number = hall.seat()
    hall.sync(with_status("postponed"))
    hall.release()
    hall.wait(days=30)
    Reception(hall).cancel(number)
    assert hall.registration(number).state is RegistrationState.CANCELLED


def test_of_what_was_put_off_only_those_are_kept_who_wait_for_it(hall: Hall) -> None:
    hall.seat("amina@example.org")
    hall.seat("pending@example.org", state=RegistrationState.PENDING)
    hall.sync(with_status("postponed"))
    hall.wait(days=300)
    with hall.home.database.reading() as session:
        [one] = due(session, 180, hall.home.now)
        assert one.count == 1
    purge(hall)
    with hall.home.database.reading() as session:
        query = select(Registration.name).order_by(Registration.id)
        assert list(session.scalars(query)) == ["Amina", ""]


def test_who_was_purged_neither_waits_nor_hides_who_came_since(hall: Hall) -> None:
    hall.sync(TALK.replace("capacity = 5", "capacity = 1\nwait_list = true"))
    hall.seat("a@example.org", state=RegistrationState.WAITLISTED)
    hall.wait(days=300)
    purge(hall)
    hall.wait(days=1)
    later = TALK.replace("2026-12-01", "2027-12-01").replace("capacity = 5", "capacity = 1")
    hall.sync(later)
    reception = Reception(hall)
    assert reception.register("b@example.org")
    reception.confirm(reception.all()[-1].id)
    assert reception.all()[-1].state is RegistrationState.CONFIRMED
    with hall.home.database.reading() as session:
        figures = figures_of(session, [hall.occurrence(session)])
        assert (figures.seats, figures.waiting) == (1, 1)
        assert invited(session, hall.occurrence(session)) == []


def test_whoever_joined_can_give_the_seat_back_while_it_goes_on(hall: Hall) -> None:
    number = hall.seat()
    hall.home.now = datetime(2026, 12, 1, 14, 10, tzinfo=UTC)
    attend(hall, number)
    Reception(hall).cancel(number)
    assert hall.registration(number).state is RegistrationState.CANCELLED
    assert hall.sent()[-1].method == "CANCEL"


def test_a_series_that_is_moved_after_its_last_date_was_missed_expects_them_again(
    hall: Hall,
) -> None:
    hall.sync(SERIES)
    number = hall.seat(number=1)
    hall.home.now = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    with hall.home.database.transaction() as session:
        session.get_one(Registration, number).occurrence.event.online_url = "https://x.example"
        mark_absent(session, hall.home.now)
    assert hall.registration(number).state is RegistrationState.ABSENT
    hall.home.now += timedelta(days=1)
    hall.sync(f"{SERIES}\n[[override]]\ndate = 2026-12-03\nstart = 2026-12-20T15:00:00\n")
    hall.release()
    assert hall.registration(number).state is RegistrationState.CONFIRMED
