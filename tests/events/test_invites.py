"""Invitations: the right bytes for one calendar, in the reader's language."""

from datetime import UTC, date, datetime

import pytest
from icalendar import vCalAddress

from outreach.events.invites import invite, withdraw
from outreach.events.registration_models import Registration, RegistrationState
from outreach.links import Purpose
from tests.events.hall import TALK, Hall

SERIES = """\
kind = "meeting"
start = 2026-12-03T15:00:00
duration = 60
zone = "Europe/Paris"
online_url = "https://meet.example.org/secret"
registration = {}

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=4"

[[override]]
date = 2027-01-07
start = 2027-01-08T10:00:00
"""


def leave(hall: Hall, number: int) -> None:
    """Give a seat back."""
    with hall.home.database.transaction() as session:
        row = session.get_one(Registration, number)
        row.move(RegistrationState.CANCELLED, hall.home.now)
        withdraw(session, hall.outbox, hall.site(session), row, hall.home.now)


def test_a_seat_comes_with_an_invitation_for_that_one_person(hall: Hall) -> None:
    number = hall.seat()
    [mail] = hall.sent()
    assert (mail.to, mail.language, mail.method) == ("amina@example.org", "en", "REQUEST")
    assert mail.subject == "Your seat: Talk"
    entry = mail.entry
    assert str(entry["UID"]) == "talk@127.0.0.1"
    assert entry.decoded("DTSTART") == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert entry.decoded("DTEND") == datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
    assert (entry["SEQUENCE"], str(entry["STATUS"])) == (0, "CONFIRMED")
    attendee = entry["ATTENDEE"]
    assert isinstance(attendee, vCalAddress)
    assert str(attendee) == "mailto:amina@example.org"
    assert attendee.params["RSVP"] == "TRUE"
    assert hall.registration(number).sequence == 0


def test_answers_go_to_an_address_of_this_registration_alone(hall: Hall) -> None:
    number = hall.seat()
    organiser = str(hall.sent()[0].entry["ORGANIZER"])
    local, _, domain = organiser.removeprefix("mailto:").partition("@")
    mark, _, token = local.removeprefix("in+").partition("-")
    assert (mark, domain) == ("r", "example.org")
    assert hall.home.links.read(Purpose.RSVP, token) == (number,)


def test_the_calendar_holds_the_persons_own_way_in_and_never_the_meeting(hall: Hall) -> None:
    number = hall.seat(language="fr")
    [mail] = hall.sent()
    joins = hall.home.links.to_join("fr", registration=number, number=0)
    assert str(mail.entry["LOCATION"]) == str(mail.entry["URL"]) == joins
    assert str(mail.entry["DESCRIPTION"]).splitlines()[0] == joins
    assert "meet.example.org" not in mail.calendar + mail.text + mail.html


def test_without_a_meeting_online_the_calendar_leads_to_the_page(hall: Hall) -> None:
    hall.sync(TALK.replace('online_url = "https://meet.example.org/secret"\n', ""))
    hall.seat()
    [mail] = hall.sent()
    assert "/join/" not in mail.calendar
    assert "join_url" not in mail.text
    assert "/en/events/talk" in str(mail.entry["URL"])


@pytest.mark.parametrize(
    ("language", "subject", "title"),
    [
        ("en", "Your seat: Talk", "Talk"),
        ("fr", "Votre place\N{NO-BREAK SPACE}: Conférence", "Conférence"),
        ("es", "Su plaza: Charla", "Charla"),
        ("de", "Your seat: Talk", "Talk"),
    ],
)
def test_letter_and_calendar_speak_the_registrants_language(
    hall: Hall, language: str, subject: str, title: str
) -> None:
    hall.seat(language=language)
    [mail] = hall.sent()
    assert mail.subject == subject
    assert str(mail.entry["SUMMARY"]) == title


def test_the_letter_says_the_time_by_the_readers_own_clock_where_it_differs(hall: Hall) -> None:
    hall.seat(zone="America/Lima")
    hall.seat("berta@example.org", zone="Europe/Berlin")
    hall.seat("carla@example.org", zone="Not/AZone")
    first, second, third = hall.sent()
    assert "09:00 (America/Lima, UTC−5)" in " ".join(first.text.split())
    assert "By your clock" not in second.text + third.text


def test_one_date_of_a_series_is_known_by_its_original_date(hall: Hall) -> None:
    hall.sync(SERIES)
    hall.seat(number=2)
    entry = hall.sent()[0].entry
    assert str(entry["UID"]) == "talk@127.0.0.1"
    assert entry.decoded("RECURRENCE-ID") == datetime(2027, 1, 7, 14, 0, tzinfo=UTC)
    assert entry.decoded("DTSTART") == datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
    assert "RRULE" not in entry
    with hall.home.database.reading() as session:
        assert hall.occurrence(session, 2).original == date(2027, 1, 7)


def test_a_seat_that_is_given_back_leaves_the_calendar(hall: Hall) -> None:
    number = hall.seat()
    leave(hall, number)
    mail = hall.sent()[1]
    assert (mail.method, mail.subject) == ("CANCEL", "Your registration is cancelled: Talk")
    assert (mail.sequence, str(mail.entry["STATUS"])) == (1, "CANCELLED")
    assert str(mail.entry["ATTENDEE"]) == "mailto:amina@example.org"
    assert str(mail.entry["UID"]) == str(hall.sent()[0].entry["UID"])
    assert hall.registration(number).sequence == 1


def test_who_comes_back_is_told_by_a_higher_sequence(hall: Hall) -> None:
    leave(hall, hall.seat())
    leave(hall, hall.seat())
    hall.seat()
    told = [(mail.method, mail.sequence) for mail in hall.sent()]
    assert told == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
        ("CANCEL", 3),
        ("REQUEST", 4),
    ]


def test_an_invitation_can_be_sent_again_and_stays_the_same_entry(hall: Hall) -> None:
    number = hall.seat()
    with hall.home.database.transaction() as session:
        row = session.get_one(Registration, number)
        invite(session, hall.outbox, hall.site(session), row, hall.home.now)
    first, second = hall.sent()
    assert str(first.entry["UID"]) == str(second.entry["UID"])
    assert (first.sequence, second.sequence) == (0, 1)


def test_a_name_of_a_stranger_cannot_break_out_of_its_line(hall: Hall) -> None:
    hall.seat(name='Eve";X=1\r\nMETHOD:CANCEL\r\nATTENDEE:mailto:x@example.org')
    [mail] = hall.sent()
    assert mail.method == "REQUEST"
    assert str(mail.entry["ATTENDEE"]) == "mailto:amina@example.org"
    assert mail.calendar.count("\r\nATTENDEE") == 1
