"""An event as a campaign of its own, and the word afterwards to those who were invited."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from outreach.articles.cards import RowCards
from outreach.audience.models import Subscriber, Subscription, SubscriptionState
from outreach.audience.topics import topic
from outreach.campaigns import queries, schedule
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.models import Campaign, ExclusionReason
from outreach.content.faults import FaultyFiles
from outreach.content.site import load_site
from outreach.delivery import claims
from outreach.delivery.addresses import remember
from outreach.delivery.personal import Writer
from outreach.errors import NotFound, Refused
from outreach.events import announce as announcing
from outreach.events.announce import Request, stale
from outreach.events.announcing import preheader
from outreach.events.followup import release_follow_up
from outreach.events.followup_invited import planned_for_invited, tell_invited
from outreach.links import Purpose
from outreach.mail.blocks import EventCard
from outreach.mail.check import lint
from outreach.mail.compose import Stationery
from outreach.phrases.catalog import phrases
from tests.conftest import REPOSITORY
from tests.events.hall import SERIES, TALK, Hall, Reception
from tests.events.readers import javascript, read
from tests.writing import text

PEOPLE = """
[[people]]
name = "Ana *Luz* [[ first_name ]]"
role = "speaker"
country = "PE"

[people.affiliation]
en = "Red de mujeres"
"""


@dataclass
class Board:
    """Where events are announced; its clock is the hall's."""

    hall: Hall

    def subscribe(self, address: str, language: str = "en") -> int:
        """Add somebody who has the topic; give the subscriber's id."""
        home = self.hall.home
        with home.database.transaction() as session:
            row = remember(session, address, home.settings.suppression_key)
            person = Subscriber(
                reference=address, address_id=row.id, language=language, created_at=home.now
            )
            session.add(person)
            session.flush()
            news = Subscription(
                topic_id=topic(session, "news").id,
                subscriber_id=person.id,
                state=SubscriptionState.CONFIRMED,
                changed_at=home.now,
            )
            session.add(news)
            return person.id

    def announce(self, slug: str = "talk", **more: object) -> int:
        """Announce an event now, and plan its deliveries; give the campaign's number."""
        home = self.hall.home
        with home.database.transaction() as session:
            request = Request(slug, **more)  # type: ignore[arg-type]
            chosen = announcing.chosen(session, request, home.now)
            paper = announcing.paper_for(session, home.links, self.cards(session), chosen, home.now)
            made = announcing.announce(
                paper, self.stationery, chosen, send_at=home.now, zone="Europe/Paris"
            )
            number = made.id
        self.fan_out(number)
        return number

    def fan_out(self, number: int) -> None:
        """Start a campaign and plan its deliveries."""
        home = self.hall.home
        with home.database.transaction() as session:
            schedule.start_due(session, home.now)
            while fan_out_page(session, number, now=home.now) is Progress.MORE:
                pass

    @property
    def stationery(self) -> Stationery:
        """Give the templates of letters."""
        return Stationery(REPOSITORY / "templates")

    def cards(self, session: Session) -> Callable[[str], RowCards]:
        """Give the cards of what texts name, by language."""
        links = self.hall.home.links
        return RowCards(session, load_site(session, links), links, "en", mailed=True).speaking

    def mails(self, number: int) -> dict[str, bytes]:
        """Write the messages of a campaign as the sender does, by address."""
        home, written = self.hall.home, {}
        writer = Writer(home.database, home.links, home.settings.suppression_key, None)
        with home.database.transaction() as session:
            batch = queries.campaign(session, number).batch_id
            claimed = claims.claim_bulk(session, batch, worker=1, limit=99, now=home.now)
        for claim in claimed:
            written[claim.address] = writer.write(claim, home.now).content
        return written

    def left_out(self, number: int) -> dict[ExclusionReason, int]:
        """Tell whom a campaign left out, and why."""
        with self.hall.home.database.reading() as session:
            return queries.report(session, queries.campaign(session, number)).left_out

    def follow_up(self) -> list[int]:
        """Release what is sent afterwards; give the campaigns to those who were invited."""
        home = self.hall.home
        with home.database.transaction() as session:
            row = self.hall.occurrence(session)
            release_follow_up(session, row, home.now)
            made = tell_invited(
                session, self.stationery, home.links, self.cards(session), row, home.now
            )
            numbers = [campaign.id for campaign in made]
        for number in numbers:
            self.fan_out(number)
        return numbers


@pytest.fixture
def board(hall: Hall) -> Board:
    """Give the hall with three subscribers of its talk's topic."""
    made = Board(hall)
    for name, language in (("ana", "es"), ("bea", "fr"), ("cy", "en")):
        made.subscribe(f"{name}@example.org", language)
    return made


def parsed(raw: bytes) -> EmailMessage:
    """Read a message."""
    return message_from_bytes(raw, policy=default)


def body(raw: bytes, subtype: str = "plain") -> str:
    """Give the text of a message, or its HTML."""
    part = parsed(raw).get_body((subtype,))
    assert part
    return str(part.get_content())


def calendar_of(raw: bytes) -> bytes:
    """Give the calendar file of a message."""
    [part] = [part for part in parsed(raw).walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_everybody_of_the_topic_is_invited_in_their_language(board: Board) -> None:
    mails = board.mails(board.announce())
    titles = {"ana": "Seminario web: Charla", "bea": "Webinaire\u00a0: Conférence"}
    titles["cy"] = "Webinar: Talk"
    assert {name.partition("@")[0]: str(parsed(raw)["Subject"]) for name, raw in mails.items()} == (
        titles
    )
    for raw in mails.values():
        assert lint(raw) == []
    assert "Ajouter à votre agenda" in body(mails["bea@example.org"])


def test_the_file_that_comes_with_it_is_the_entry_of_every_calendar(board: Board) -> None:
    mails = board.mails(board.announce())
    calendar = Calendar.from_ical(calendar_of(mails["bea@example.org"]))
    [entry] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert (str(entry["SUMMARY"]), str(entry["UID"])) == ("Conférence", "talk@127.0.0.1")
    assert "ATTENDEE" not in entry
    assert b"secret" not in calendar_of(mails["bea@example.org"])


@javascript
def test_readers_in_javascript_understand_the_file(board: Board) -> None:
    mails = board.mails(board.announce())
    calendars = [calendar_of(raw).decode() for raw in mails.values()]
    for answer in read(calendars=calendars)["calendars"]:
        assert [each["uid"] for each in answer["icalJs"]] == ["talk@127.0.0.1"]
        assert [each["uid"] for each in answer["nodeIcal"]] == ["talk@127.0.0.1"]


def test_the_way_to_register_is_each_readers_own(board: Board) -> None:
    links = board.hall.home.links
    mails = board.mails(board.announce())
    ways = set()
    for raw in mails.values():
        [way] = {line.strip() for line in body(raw).splitlines() if "/events/talk/register" in line}
        [number] = links.read(Purpose.REGISTER, way.rpartition("/")[2])
        ways.add(number)
        assert way in body(raw, "html")
    assert len(ways) == 3


def test_who_has_registered_already_is_left_out(board: Board) -> None:
    Reception(board.hall).register("cy@example.org")
    number = board.announce()
    assert board.mails(number).keys() == {"ana@example.org", "bea@example.org"}
    assert board.left_out(number) == {ExclusionReason.REGISTERED: 1}


def test_nobody_is_invited_twice_unless_asked_for(board: Board) -> None:
    assert len(board.mails(board.announce())) == 3
    board.subscribe("dan@example.org")
    assert board.mails(board.announce()).keys() == {"dan@example.org"}
    assert len(board.mails(board.announce(again=True))) == 4
    assert len(board.mails(board.announce(again=True))) == 4


def test_of_a_series_the_next_date_is_announced_or_the_one_that_is_asked_for(
    board: Board,
) -> None:
    board.hall.sync(SERIES)
    for on, day in ((None, date(2026, 12, 3)), (date(2027, 1, 7), date(2027, 1, 7))):
        mails = board.mails(board.announce(on=on))
        assert len(mails) == 3
        [entry] = Calendar.from_ical(calendar_of(mails["cy@example.org"])).walk("VEVENT")
        assert entry.decoded("DTSTART").date() == day
        assert entry.decoded("RECURRENCE-ID").date() == day
        assert f"{day.day} {day:%B %Y}" in body(mails["cy@example.org"])
    with pytest.raises(NotFound):
        board.announce(on=date(2027, 1, 8))


def test_people_stand_in_it_and_their_names_say_just_that(board: Board) -> None:
    board.hall.sync(TALK + PEOPLE)
    raw = board.mails(board.announce())["cy@example.org"]
    assert "Speakers" in body(raw)
    assert "Ana *Luz* [ [ first_name ] ], Red de mujeres, Peru" in body(raw)
    assert "Red de mujeres, Peru" in body(raw, "html")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TALK.replace("[registration]", 'status = "cancelled"\n[registration]'), "does not take"),
        (TALK.replace("[registration]", 'status = "postponed"\n[registration]'), "does not take"),
        (TALK.replace('topic = "news"\n', ""), "has no topic"),
    ],
)
def test_what_nobody_can_come_to_is_not_announced(board: Board, content: str, said: str) -> None:
    board.hall.sync(content)
    with pytest.raises(Refused, match=said):
        board.announce()


def test_what_is_over_is_not_announced(board: Board) -> None:
    board.hall.wait(days=30)
    with pytest.raises(Refused, match="is over"):
        board.announce()


def test_an_event_with_faults_is_not_announced(board: Board) -> None:
    faulty = text("Conférence", body="[Here](page:nothing)\n")
    board.hall.home.write("content/events/talk/fr.md", faulty)
    board.hall.home.sync()
    with pytest.raises(FaultyFiles, match=r"fr\.md"):
        board.announce()


def test_announcements_that_say_what_is_not_so_any_more_are_known(board: Board) -> None:
    number = board.announce()

    def known() -> list[int]:
        with board.hall.home.database.reading() as session:
            return [campaign.id for campaign in stale(session)]

    assert known() == []
    board.hall.sync(TALK.replace("T15:00", "T14:00"))
    assert known() == [number]
    second = board.announce(again=True)
    assert known() == [number]
    board.hall.sync(TALK)
    assert known() == [second]
    with board.hall.home.database.transaction() as session:
        schedule.cancel(session, session.get_one(Campaign, second), board.hall.home.now)
    assert known() == []


def test_the_form_opens_at_the_date_that_was_announced(board: Board) -> None:
    board.hall.sync(SERIES)
    raw = board.mails(board.announce(on=date(2027, 1, 7)))["cy@example.org"]
    assert re.search(r"/events/talk/register/\S+\?on=2027-01-07", body(raw))
    assert b"?on=2027-01-07" in calendar_of(raw).replace(b"\r\n ", b"")


def test_who_was_invited_and_did_not_register_hears_of_the_recording(board: Board) -> None:
    board.announce()
    board.subscribe("late@example.org")
    Reception(board.hall).register("cy@example.org")
    board.hall.wait(days=9)
    board.hall.sync(f'recording = "https://example.org/film"\n{TALK}')
    home = board.hall.home
    with home.database.reading() as session:
        row = board.hall.occurrence(session)
        assert planned_for_invited(session, home.links, row, home.now) == {"es": 1, "fr": 1}
    [number] = board.follow_up()
    mails = board.mails(number)
    assert mails.keys() == {"ana@example.org", "bea@example.org"}
    for raw in mails.values():
        assert lint(raw) == []
        assert "https://example.org/film" in body(raw)
        assert "calendar" not in parsed(raw).as_string().lower().partition("text/html")[0]
    assert "Nous avions annoncé cet événement" in body(mails["bea@example.org"])
    with pytest.raises(Refused, match="already"):
        board.follow_up()


def test_without_an_announcement_only_registrants_hear_of_the_recording(board: Board) -> None:
    Reception(board.hall).register("cy@example.org")
    board.hall.wait(days=9)
    board.hall.sync(f'recording = "https://example.org/film"\n{TALK}')
    assert board.follow_up() == []


@pytest.mark.parametrize("summary", ["", "Short.", "What it is about. " * 12, "Onewordonly" * 20])
def test_the_line_after_the_subject_has_a_length_that_inboxes_show(
    summary: str, now: datetime
) -> None:
    card = EventCard("x", "T", summary, "", "", date(2027, 5, 1))
    for shown in (card, EventCard("x", "T", summary, "", "", date(2027, 5, 1), starts_at=now)):
        for language in ("en", "fr", "es"):
            assert 40 <= len(preheader(shown, phrases(language))) <= 110
