"""A released change reaches everybody whom it concerns, once, with what was and what is."""

from datetime import UTC, datetime

import pytest

from outreach.errors import Refused
from outreach.events.changes import open_changes
from outreach.events.differences import ChangeKind
from outreach.events.notices import tell_page
from outreach.events.queries import event
from outreach.events.registration_models import Notice, NoticeKind, Registration, RegistrationState
from outreach.events.release import planned, release
from outreach.mail.compose import Stationery
from tests.events.hall import SERIES, TALK, Hall, Reception

LATER = TALK.replace("T15:00", "T17:00").replace("T16:30", "T18:30")


def status(content: str, word: str) -> str:
    """Give a file in which the event has that status."""
    return f'status = "{word}"\n{content}'


def test_a_moved_event_moves_the_entry_and_says_what_was_and_what_is(hall: Hall) -> None:
    number = hall.seat()
    hall.wait(hours=1)
    hall.sync(LATER)
    hall.release()
    invitation, update = hall.sent()
    assert (update.method, update.subject) == ("REQUEST", "New time: Talk")
    assert str(update.entry["UID"]) == str(invitation.entry["UID"])
    assert update.sequence == 1
    assert update.entry.decoded("DTSTART") == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    words = " ".join(update.text.split())
    before = "Until now: Tuesday, 1 December 2026, 15:00–16:30 (Europe/Paris, UTC+1)"
    after = "Now: Tuesday, 1 December 2026, 17:00–18:30 (Europe/Paris, UTC+1)"
    assert before in words
    assert after in words
    assert hall.registration(number).sequence == 1


def test_nobody_is_told_before_the_release_and_nobody_twice(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(LATER)
    assert hall.tell() == 0
    assert len(hall.sent()) == 1
    hall.release()
    assert hall.tell() == 0
    assert len(hall.sent()) == 2


def test_a_corrected_typo_sends_nothing(hall: Hall) -> None:
    hall.seat()
    hall.sync(TALK.replace("A Foundation", "The Foundation"))
    with hall.home.database.reading() as session:
        assert open_changes(session) == []


@pytest.mark.parametrize(
    ("word", "subject"), [("cancelled", "Cancelled: Talk"), ("postponed", "Postponed: Talk")]
)
def test_what_does_not_take_place_leaves_calendars(hall: Hall, word: str, subject: str) -> None:
    number = hall.seat()
    hall.wait(hours=1)
    hall.sync(status(TALK, word))
    hall.release()
    mail = hall.sent()[1]
    assert (mail.method, mail.subject) == ("CANCEL", subject)
    assert (mail.sequence, str(mail.entry["STATUS"])) == (1, "CANCELLED")
    assert "join_url" not in mail.text
    assert hall.registration(number).state is RegistrationState.CONFIRMED


def test_a_postponed_event_comes_back_with_its_new_date_for_the_same_seats(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(status(TALK, "postponed"))
    hall.release()
    hall.wait(hours=1)
    hall.sync(TALK.replace("2026-12-01", "2027-02-02"))
    hall.release()
    told = [(mail.method, mail.sequence) for mail in hall.sent()]
    assert told == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]
    back = hall.sent()[2]
    assert back.subject == "It takes place: Talk"
    assert back.entry.decoded("DTSTART") == datetime(2027, 2, 2, 14, 0, tzinfo=UTC)
    assert len({str(mail.entry["UID"]) for mail in hall.sent()}) == 1


def test_a_date_becomes_certain_and_uncertain(hall: Hall) -> None:
    hall.seat()
    subjects = []
    for word in ("tentative", "confirmed"):
        hall.wait(hours=1)
        hall.sync(status(TALK, word))
        hall.release()
        mail = hall.sent()[-1]
        subjects.append((mail.subject, mail.method, str(mail.entry["STATUS"])))
    assert subjects == [
        ("Not certain yet: Talk", "REQUEST", "TENTATIVE"),
        ("It is certain: Talk", "REQUEST", "CONFIRMED"),
    ]


def test_each_reads_it_in_their_language_and_by_their_clock(hall: Hall) -> None:
    hall.seat("f@example.org", language="fr", zone="America/Lima")
    hall.seat("s@example.org", language="es")
    hall.wait(hours=1)
    hall.sync(LATER)
    hall.release()
    french, spanish = hall.sent()[2:]
    assert french.subject == "Nouvel horaire\N{NO-BREAK SPACE}: Conférence"
    assert "11:00 (America/Lima, UTC−5)" in " ".join(french.text.split())
    assert spanish.subject == "Nuevo horario: Charla"
    assert str(spanish.entry["SUMMARY"]) == "Charla"


def test_who_waits_is_told_without_a_calendar_and_who_has_confirmed_nothing_is_not(
    hall: Hall,
) -> None:
    hall.seat("w@example.org", state=RegistrationState.WAITLISTED)
    hall.seat("p@example.org", state=RegistrationState.PENDING)
    hall.seat("c@example.org", state=RegistrationState.CANCELLED)
    hall.wait(hours=1)
    hall.sync(LATER)
    hall.release()
    [mail] = hall.sent()
    assert (mail.to, mail.method) == ("w@example.org", "")
    assert "wait list" in mail.text


def test_who_registered_after_the_change_knows_of_nothing_else(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(LATER)
    hall.wait(hours=1)
    number = hall.seat("late@example.org")
    hall.release()
    assert [mail.to for mail in hall.sent()[2:]] == ["amina@example.org"]
    [invitation] = hall.sent("late@example.org")
    assert invitation.entry.decoded("DTSTART") == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    assert hall.registration(number).sequence == invitation.sequence


def test_what_counts_is_what_they_heard_and_not_when_they_came(hall: Hall) -> None:
    # A sync takes time: its moment says nothing of who read the rows before it wrote them.
    hall.seat()
    hall.sync(LATER)
    hall.seat("late@example.org")
    hall.release()
    assert [mail.to for mail in hall.sent()[2:]] == ["amina@example.org"]


def test_who_confirms_after_the_change_is_invited_once_and_told_nothing_more(hall: Hall) -> None:
    reception = Reception(hall)
    reception.register("amina@example.org")
    hall.wait(minutes=5)
    hall.sync(LATER)
    reception.confirm(reception.only().id)
    hall.release()
    asked, invitation = hall.sent()
    assert (asked.method, invitation.method) == ("", "REQUEST")
    assert invitation.entry.decoded("DTSTART") == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def test_who_knows_only_what_was_changed_back_is_told_so(hall: Hall) -> None:
    hall.seat()
    hall.sync(LATER)
    hall.seat("late@example.org")
    hall.sync(TALK)
    with hall.home.database.reading() as session:
        [(row, change)] = open_changes(session)
        [one] = planned(session, hall.site(session), row, change, hall.home.now)
        assert (one.difference.kind, one.by_language) == (ChangeKind.MOVED, {"en": 1})
    hall.release()
    [mail] = hall.sent()[2:]
    assert (mail.to, mail.method) == ("late@example.org", "REQUEST")
    assert mail.entry.decoded("DTSTART") == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert mail.sequence > hall.sent("late@example.org")[0].sequence
    assert "Until now: Tuesday, 1 December 2026, 17:00" in mail.text
    with hall.home.database.reading() as session:
        assert open_changes(session) == []


def test_a_cancellation_shows_when_they_thought_it_would_be(hall: Hall) -> None:
    hall.seat()
    hall.sync(LATER)
    hall.release()
    hall.sync(TALK.replace("\n[registration]", 'status = "cancelled"\n\n[registration]'))
    hall.release()
    mail = hall.sent()[-1]
    assert mail.method == "CANCEL"
    assert "17:00–18:30" in mail.text
    assert "15:00" not in mail.text


@pytest.mark.parametrize("came", [True, False])
def test_a_new_date_concerns_whoever_came_or_did_not_at_the_old_one(hall: Hall, came: bool) -> None:
    number = hall.seat()
    with hall.home.database.transaction() as session:
        row = session.get_one(Registration, number)
        row.move(RegistrationState.ATTENDED if came else RegistrationState.ABSENT, hall.home.now)
    hall.wait(days=9)
    hall.sync(TALK.replace("2026-12-01", "2026-12-15"))
    hall.release()
    update = hall.sent()[-1]
    assert update.method == "REQUEST"
    assert update.entry.decoded("DTSTART") == datetime(2026, 12, 15, 14, 0, tzinfo=UTC)
    assert hall.registration(number).state is RegistrationState.CONFIRMED


def test_a_cancelled_event_whose_folder_goes_before_the_release_still_writes(hall: Hall) -> None:
    hall.seat()
    hall.sync(TALK.replace("\n[registration]", 'status = "cancelled"\n\n[registration]'))
    for name in ("event.toml", "en.md", "fr.md", "es.md"):
        hall.home.remove(f"content/events/talk/{name}")
    assert hall.home.faults() == []
    hall.release()
    assert hall.sent()[-1].method == "CANCEL"


def test_of_a_series_that_is_gone_a_cancellation_names_its_date(hall: Hall) -> None:
    hall.sync(SERIES)
    hall.seat(number=1)
    asked = hall.sent()[-1].entry.decoded("RECURRENCE-ID")
    for name in ("event.toml", "en.md", "fr.md", "es.md"):
        hall.home.remove(f"content/events/talk/{name}")
    assert hall.home.faults() == []
    hall.release()
    cancelled = hall.sent()[-1]
    assert cancelled.method == "CANCEL"
    assert cancelled.entry.decoded("RECURRENCE-ID") == asked


def test_an_occurrence_is_named_by_its_first_hour_whatever_the_file_says_since(
    hall: Hall,
) -> None:
    hall.sync(SERIES)
    hall.seat(number=1)
    asked = hall.sent()[-1].entry.decoded("RECURRENCE-ID")
    moved = "\n[[override]]\ndate = 2026-12-03\nstart = 2026-12-03T18:00:00\n"
    hall.sync(SERIES + moved)
    with hall.home.database.transaction() as session:
        release(session, "talk", hall.home.now)
    hall.sync(SERIES)
    hall.tell()
    update = hall.sent()[-1]
    assert update.entry.decoded("DTSTART") == datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    assert update.entry.decoded("RECURRENCE-ID") == asked


def test_who_sends_the_form_again_is_told_of_the_change_all_the_same(hall: Hall) -> None:
    full = TALK.replace("capacity = 5", "capacity = 1\nwait_list = true")
    hall.sync(full)
    hall.seat("first@example.org")
    reception = Reception(hall)
    reception.register("amina@example.org")
    reception.confirm(reception.all()[-1].id)
    reception.register("amina@example.org")
    hall.sync(full.replace("T15:00", "T14:00"))
    reception.register("amina@example.org")
    hall.release()
    assert "14:00" in hall.sent("amina@example.org")[-1].text


def test_a_second_change_goes_on_counting_for_everybody(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(LATER)
    hall.release()
    hall.wait(hours=1)
    hall.seat("late@example.org")
    hall.wait(hours=1)
    hall.sync(TALK)
    hall.release()
    for to, sequences in (("amina@example.org", [0, 1, 2]), ("late@example.org", [1, 2])):
        assert [mail.sequence for mail in hall.sent(to)] == sequences


def test_what_was_released_is_told_although_the_file_has_moved_on(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    hall.sync(LATER)
    with hall.home.database.transaction() as session:
        release(session, "talk", hall.home.now)
    hall.sync(TALK.replace("2026-12-01", "2026-12-08"))
    hall.tell()
    update = hall.sent()[1]
    assert update.entry.decoded("DTSTART") == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    assert "8 December" not in update.text


def test_of_a_series_only_those_of_the_date_that_changed_are_told(hall: Hall) -> None:
    hall.sync(SERIES)
    hall.seat("first@example.org", number=1)
    hall.seat("second@example.org", number=2)
    hall.release()  # the single date that stood there before is gone
    hall.wait(hours=1)
    hall.sync(SERIES + "\n[[override]]\ndate = 2027-01-07\ncancelled = true\n")
    hall.release()
    [mail] = hall.sent()[2:]
    assert (mail.to, mail.method) == ("second@example.org", "CANCEL")
    assert mail.entry.decoded("RECURRENCE-ID") == datetime(2027, 1, 7, 14, 0, tzinfo=UTC)


def test_the_plan_counts_whom_it_would_tell_by_language(hall: Hall) -> None:
    hall.seat("a@example.org", language="fr")
    hall.seat("b@example.org", language="fr-CA")
    hall.seat("c@example.org", language="de")
    hall.seat("d@example.org", state=RegistrationState.PENDING)
    hall.wait(hours=1)
    hall.sync(LATER)
    with hall.home.database.reading() as session:
        [(row, change)] = open_changes(session)
        [one] = planned(session, hall.site(session), row, change, hall.home.now)
        assert one.by_language == {"en": 1, "fr": 2}
    hall.release()
    assert len(hall.sent()) == 3 + 3


def test_an_event_whose_folder_is_gone_is_cancelled_for_its_registrants(hall: Hall) -> None:
    hall.seat()
    hall.wait(hours=1)
    for name in ("event.toml", "en.md", "fr.md", "es.md"):
        hall.home.remove(f"content/events/talk/{name}")
    assert hall.home.faults() == []
    hall.release()
    assert hall.sent()[1].method == "CANCEL"


def test_a_page_that_is_cut_off_is_told_again_and_reaches_nobody_twice(hall: Hall) -> None:
    for number in range(7):
        hall.seat(f"p{number}@example.org")
    hall.wait(hours=1)
    hall.sync(LATER)
    with hall.home.database.transaction() as session:
        release(session, "talk", hall.home.now)

    def cut() -> None:
        with hall.home.database.transaction() as session:
            assert tell_page(session, hall.outbox, hall.home.now, size=3)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        cut()
    assert len(hall.sent()) == 7
    assert hall.tell() > 1
    assert sorted(mail.to for mail in hall.sent()[7:]) == [f"p{n}@example.org" for n in range(7)]
    with hall.home.database.reading() as session:
        notice = session.query(Notice).one()
        assert (notice.kind, notice.told) == (NoticeKind.CHANGE, 7)
        assert notice.done_at == hall.home.now


def test_one_registration_that_cannot_be_told_keeps_nobody_waiting(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.seat("a@example.org")
    hall.seat("b@example.org")
    hall.wait(hours=1)
    hall.sync(LATER)
    compose = Stationery.compose
    refused: list[str] = []

    def stumbling(self: Stationery, letter: object) -> object:
        if not refused:
            refused.append("once")
            raise Refused("This letter cannot be written.")
        return compose(self, letter)  # type: ignore[arg-type]

    monkeypatch.setattr(Stationery, "compose", stumbling)
    hall.release()
    assert [mail.to for mail in hall.sent()[2:]] == ["b@example.org"]
    with hall.home.database.reading() as session:
        first = session.query(Registration).order_by(Registration.id).first()
        assert first
        assert first.sequence == 0


def test_a_release_without_registrants_has_nothing_to_tell(hall: Hall) -> None:
    hall.sync(LATER)
    with hall.home.database.transaction() as session:
        release(session, "talk", hall.home.now)
        assert session.query(Notice).count() == 0
        assert event(session, "talk").sequence == 1
    assert hall.tell() == 0
