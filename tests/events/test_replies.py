"""What calendars answer: found by its token, believed if it is news, kept if nobody knows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.delivery.mailbox import MaildirSource, store
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.events.invites import invite
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.replies import drain_reply, read_replies
from outreach.links import Purpose
from tests.events.hall import MAILBOX, Hall

STAMP = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CALENDAR = """\
BEGIN:VCALENDAR
METHOD:{method}
PRODID:-//Somebody//EN
VERSION:2.0
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}
SEQUENCE:{sequence}
{more}ATTENDEE;PARTSTAT={answer};CN=Amina:mailto:{attendee}
END:VEVENT
END:VCALENDAR
"""


def reply(answer: str = "ACCEPTED", **values: object) -> str:
    """Give the calendar of a reply."""
    known: dict[str, object] = {
        "method": "REPLY",
        "uid": "talk@127.0.0.1",
        "stamp": STAMP,
        "sequence": 0,
        "more": "",
        "attendee": "amina@example.org",
    }
    return CALENDAR.format(answer=answer, **known | values)


def mail(calendar: str, to: str, *, kind: str = "text/calendar; method=REPLY") -> bytes:
    """Give the mail that a calendar sends."""
    return (
        f"From: Amina <amina@example.org>\r\nTo: <{to}>\r\nSubject: Accepted\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{calendar}"
    ).encode()


class Post:
    """The incoming mailbox of the hall."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = hall
        self.folder = folder
        (folder / "new").mkdir(parents=True)

    def address(self, number: int) -> str:
        """Give where the calendar of a registration answers to."""
        return f"in+r-{self.hall.home.links.token(Purpose.RSVP, number)}@example.org"

    def comes(self, raw: bytes) -> ReceivedMail:
        """Let a mail come in, be read and drained; give its row."""
        home = self.hall.home
        count = len(list(self.folder.rglob("*")))
        (self.folder / "new" / f"{count}.host").write_bytes(raw)
        store(home.database, MaildirSource(self.folder), MAILBOX, home.now)
        while True:
            with home.database.transaction() as session:
                if not drain_reply(session, home.links, home.now):
                    break
        with home.database.reading() as session:
            return session.scalars(select(ReceivedMail).order_by(ReceivedMail.id.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def post(hall: Hall, tmp_path: Path) -> Post:
    """Give the mailbox of a hall in which one person has a seat."""
    return Post(hall, tmp_path / "in")


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_an_answer_stands_beside_the_registration_and_changes_no_seat(
    post: Post, answer: str
) -> None:
    number = post.hall.seat()
    row = post.comes(mail(reply(answer), post.address(number)))
    assert (row.kind, row.handled_at) == (ReceivedKind.REPLY, post.hall.home.now)
    registration = post.hall.registration(number)
    assert registration.response == answer.lower()
    assert registration.responded_at == STAMP
    assert registration.state is RegistrationState.CONFIRMED


def test_an_answer_from_another_address_counts_for_whom_was_invited(post: Post) -> None:
    number = post.hall.seat()
    post.comes(mail(reply(attendee="alias@elsewhere.example"), post.address(number)))
    assert post.hall.registration(number).response == "accepted"


def test_an_answer_in_the_middle_of_a_mail_is_found(post: Post) -> None:
    number = post.hall.seat()
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nAmina accepts.\r\n--b\r\n"
        f"Content-Type: text/calendar; method=REPLY\r\n\r\n{reply()}\r\n--b--\r\n"
    )
    post.comes(mail(body, post.address(number), kind='multipart/alternative; boundary="b"'))
    assert post.hall.registration(number).response == "accepted"


def test_of_two_answers_the_later_one_counts_in_whatever_order_they_come(post: Post) -> None:
    number = post.hall.seat()
    later = STAMP + timedelta(minutes=5)
    post.comes(mail(reply("DECLINED", stamp=later), post.address(number)))
    post.comes(mail(reply("ACCEPTED"), post.address(number)))
    assert post.hall.registration(number).response == "declined"
    post.comes(mail(reply("TENTATIVE", stamp=later + timedelta(1)), post.address(number)))
    assert post.hall.registration(number).response == "tentative"


def test_an_answer_to_an_old_invitation_is_ignored(post: Post) -> None:
    hall = post.hall
    number = hall.seat()
    with hall.home.database.transaction() as session:
        row = session.get_one(Registration, number)
        invite(session, hall.outbox, hall.site(session), row, hall.home.now)
    received = post.comes(mail(reply(sequence=0), post.address(number)))
    assert hall.registration(number).response == ""
    assert received.handled_at is not None
    post.comes(mail(reply(sequence=1), post.address(number)))
    assert hall.registration(number).response == "accepted"


@pytest.mark.parametrize(
    "calendar",
    [
        reply(uid="other@127.0.0.1"),
        reply(method="COUNTER"),
        reply(answer="NEEDS-ACTION"),
        reply(more="RECURRENCE-ID:20280101T100000Z\n"),
        "I will be there!",
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nEND:VCALENDAR",
    ],
    ids=["other event", "counter", "no answer", "other date", "words", "broken"],
)
def test_what_cannot_be_understood_is_kept_for_a_person(post: Post, calendar: str) -> None:
    number = post.hall.seat()
    row = post.comes(mail(calendar, post.address(number)))
    assert (row.kind, row.handled_at) == (ReceivedKind.UNKNOWN, None)
    assert post.hall.registration(number).response == ""


def test_a_token_that_is_not_ours_answers_for_nobody(post: Post) -> None:
    post.hall.seat()
    row = post.comes(mail(reply(), "in+r-AAAAAAAAAAAAAAAAAAAAAAAA@example.org"))
    assert (row.kind, row.handled_at) == (ReceivedKind.UNKNOWN, None)


@pytest.mark.parametrize(
    "known", ["RECURRENCE-ID:20261201T140000Z", "RECURRENCE-ID;VALUE=DATE:20261201"]
)
def test_an_answer_may_name_the_date_it_is_for(post: Post, known: str) -> None:
    number = post.hall.seat()
    post.comes(mail(reply(more=f"{known}\n"), post.address(number)))
    assert post.hall.registration(number).response == "accepted"


@given(st.binary(max_size=300))
def test_no_bytes_of_a_stranger_make_it_stumble(raw: bytes) -> None:
    assert list(read_replies(b"Content-Type: text/calendar\r\n\r\n" + raw)) == []


@given(st.text(alphabet="BEGIN:VEVENTDALR\n;=,0123456789TZ-", max_size=200))
def test_nothing_inside_of_a_calendar_makes_it_stumble(inside: str) -> None:
    calendar = reply(more=inside.replace("\r", "") + "\n")
    for found in read_replies(mail(calendar, "in@example.org")):
        assert found.response == "accepted"


@pytest.mark.parametrize(
    "hostile",
    [
        reply(sequence=10**40),
        reply(sequence=-1),
        reply(more="RECURRENCE-ID;TZID=Asia/Tokyo:00010101T000000\n"),
        reply(more="RECURRENCE-ID;TZID=America/New_York:99991231T230000\n"),
    ],
)
def test_a_hostile_answer_holds_nobody_else_up(post: Post, hostile: str) -> None:
    number = post.hall.seat()
    row = post.comes(mail(hostile, post.address(number)))
    assert row.kind is ReceivedKind.UNKNOWN
    post.comes(mail(reply(), post.address(number)))
    assert post.hall.registration(number).response == "accepted"
