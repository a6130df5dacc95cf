"""One event from its file to the end: page, seats, invitations, changes, replies, the way in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Component
from sqlalchemy import select

from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.release import release
from tests.events.readers import javascript, read
from tests.flows.installation import Installation, link_in, text_of

TALK = """\
kind = "webinar"
topic = "events"
start = 2026-12-01T15:00:00
end = 2026-12-01T16:30:00
zone = "Europe/Paris"
organiser = "Women’s Rights and Mining"
online_url = "https://meet.example.org/secret"

[registration]
capacity = 1
wait_list = true
"""
LATER = TALK.replace("T15:00", "T17:00").replace("T16:30", "T18:30")
CANCELLED = LATER.replace("\n[registration]", 'status = "cancelled"\n\n[registration]')
TITLES = {"en": "Water and gold", "fr": "L’eau et l’or", "es": "Agua y oro"}
AMINA, BEA = "amina@example.org", "bea@example.org"


@dataclass
class Entry:
    """The one entry of a calendar, as three readers understand it."""

    calendar: Calendar
    icalendar: Component
    ical_js: dict[str, Any]
    node_ical: dict[str, Any]

    @classmethod
    def of(cls, content: bytes) -> "Entry":
        """Read a calendar with all three; they must agree."""
        calendar = Calendar.from_ical(content)
        [answer] = read(calendars=[content.decode()])["calendars"]
        [component] = calendar.walk("VEVENT")
        [first], [second] = answer["icalJs"], answer["nodeIcal"]
        made = cls(calendar, component, first, second)
        assert first["uid"] == second["uid"] == str(component["UID"])
        assert first["starts"] == [made.starts.timestamp()]
        assert second["start"] == made.starts.timestamp()
        return made

    @property
    def starts(self) -> datetime:
        """Give when it begins."""
        found = self.icalendar.decoded("DTSTART")
        assert isinstance(found, datetime)
        return found

    @property
    def sequence(self) -> int:
        """Give which version it is."""
        return int(self.icalendar.decoded("SEQUENCE"))

    @property
    def said(self) -> tuple[str, str]:
        """Give method and status."""
        return str(self.calendar["METHOD"]), str(self.icalendar["STATUS"])


def write(site: Installation, content: str) -> None:
    """Write the event's files and sync: there is no fault, and nobody is mailed."""
    folder = site.home / "content" / "events" / "talk"
    folder.mkdir(exist_ok=True)
    (folder / "event.toml").write_text(content)
    for language, title in TITLES.items():
        head = f"---\ntitle: {title}\nsummary: Soon.\n---\n\nCome.\n"
        (folder / f"{language}.md").write_text(head)
    assert [*site.sync().faults] == []
    site.work()
    assert site.new_mail() == {}


def register(site: Installation, address: str, language: str, name: str) -> None:
    """Send the form as it stands on the page."""
    page = site.client.get(f"/{language}/events/talk/register")
    assert page.status_code == 200
    form = {"name": name, "address": address, "consent": "yes", "zone": "America/Lima"}
    answer = site.client.post(f"/{language}/events/talk/register", data=form)
    assert answer.status_code == 303, answer.text
    site.work()


def press(site: Installation, path: str, button: str) -> EmailMessage | None:
    """Press a button of the page of a seat; give the mail that comes of it to that person."""
    assert site.client.get(path).status_code == 200
    answer = site.client.post(path, data={"button": button})
    assert answer.status_code == 303, answer.text
    site.work()
    return site.new_mail().get(AMINA)


def released(site: Installation) -> dict[str, EmailMessage]:
    """Release what changed, as staff do; give the mails that come of it."""
    with site.services.database.transaction() as session:
        release(session, "talk", site.watch.now)
    site.work()
    return site.new_mail()


def entry_in(mail: EmailMessage) -> Entry:
    """Read the calendar of an invitation, which stands in it twice."""
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    inline, attached = (part.get_payload(decode=True) for part in [*mail.walk()][-2:])
    assert isinstance(inline, bytes)
    assert inline == attached
    return Entry.of(inline)


def state_of(site: Installation, address: str) -> Registration:
    """Give somebody's registration."""
    with site.services.database.reading() as session:
        query = select(Registration).order_by(Registration.id)
        found = [row for row in session.scalars(query) if row.name == address.partition("@")[0]]
        return found[-1]


@javascript
def test_an_event_goes_its_way_and_every_calendar_follows(
    mailbox_installation: Installation,
) -> None:
    site = mailbox_installation
    write(site, TALK)
    assert TITLES["fr"] in site.client.get("/fr/events/talk").text
    published = Entry.of(site.client.get("/fr/events/talk.ics").data)

    register(site, AMINA, "fr", "amina")
    asked = site.new_mail()[AMINA]
    assert "Merci de confirmer" in str(asked["Subject"])
    seat = link_in(asked, "/seat/")
    invited = press(site, seat, "confirm")
    assert invited is not None
    assert invited["Content-Language"] == "fr"
    first = entry_in(invited)
    assert first.said == ("REQUEST", "CONFIRMED")
    assert first.starts == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert str(first.icalendar["SUMMARY"]) == TITLES["fr"]
    assert "secret" not in first.calendar.to_ical().decode()
    assert "09:00 (America/Lima, UTC−5)" in text_of(invited)

    answered(site, first, "ACCEPTED")
    assert state_of(site, AMINA).response == "accepted"

    write(site, LATER)
    site.wait(minutes=1)
    updated = released(site)[AMINA]
    second = entry_in(updated)
    assert second.said == ("REQUEST", "CONFIRMED")
    assert second.sequence > first.sequence
    assert second.starts == datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert "15:00" in text_of(updated)
    assert "17:00" in text_of(updated)
    assert first.sequence < Entry.of(site.client.get("/fr/events/talk.ics").data).sequence

    write(site, CANCELLED)
    told = released(site)
    last = entry_in(told[AMINA])
    assert last.said == ("CANCEL", "CANCELLED")
    assert last.sequence > second.sequence
    assert str(told[AMINA]["Subject"]).startswith("Annulé")
    in_feed = feed_entry(site)
    assert str(in_feed["STATUS"]) == "CANCELLED"
    assert {str(each.icalendar["UID"]) for each in (published, first, second, last)} == {
        str(in_feed["UID"])
    }


@javascript
def test_a_seat_that_comes_free_goes_to_the_next_who_is_reminded_and_comes(
    installation: Installation,
) -> None:
    site = installation
    write(site, TALK)
    register(site, AMINA, "fr", "amina")
    seat = link_in(site.new_mail()[AMINA], "/seat/")
    invited = press(site, seat, "confirm")
    assert invited is not None
    register(site, BEA, "es", "bea")
    waiting = link_in(site.new_mail()[BEA], "/seat/")
    site.client.post(waiting, data={"button": "confirm"})
    site.work()
    assert "lista de espera" in str(site.new_mail()[BEA]["Subject"])

    assert site.client.post(seat, data={"button": "cancel"}).status_code == 303
    site.work()
    mails = site.new_mail()
    assert entry_in(mails[AMINA]).said == ("CANCEL", "CANCELLED")
    assert entry_in(mails[AMINA]).sequence > entry_in(invited).sequence
    site.client.post(link_in(mails[BEA], "/seat/"), data={"button": "confirm"})
    site.work()
    taken = site.new_mail()[BEA]
    assert entry_in(taken).said == ("REQUEST", "CONFIRMED")

    site.watch.now = datetime(2026, 11, 30, 14, tzinfo=UTC)
    site.work()
    reminded = site.new_mail()
    assert set(reminded) == {BEA}
    site.wait(minutes=5)
    site.work()
    assert site.new_mail() == {}

    site.watch.now = datetime(2026, 12, 1, 13, tzinfo=UTC)
    site.work()
    soon = site.new_mail()
    assert set(soon) == {BEA}
    way = link_in(soon[BEA], "/join/")
    assert "Join" not in site.client.get(way).text
    site.watch.now = datetime(2026, 12, 1, 13, 50, tzinfo=UTC)
    assert "secret" not in site.client.get(way).text
    assert state_of(site, BEA).state is RegistrationState.CONFIRMED
    entered = site.client.post(way)
    assert entered.headers["Location"] == "https://meet.example.org/secret"
    assert state_of(site, BEA).state is RegistrationState.ATTENDED


def feed_entry(site: Installation) -> Component:
    """Give the talk as the calendar to subscribe to has it."""
    feed = Calendar.from_ical(site.client.get("/fr/events.ics").data)
    [found] = [each for each in feed.walk("VEVENT") if TITLES["fr"] in str(each["SUMMARY"])]
    return found


def answered(site: Installation, entry: Entry, answer: str) -> None:
    """Let somebody's calendar reply by mail."""
    organiser = str(entry.icalendar["ORGANIZER"]).removeprefix("mailto:")
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:-//Somebody//EN\r\nVERSION:2.0\r\n"
        f"BEGIN:VEVENT\r\nUID:{entry.icalendar['UID']}\r\nDTSTAMP:20261123T100000Z\r\n"
        f"SEQUENCE:{entry.sequence}\r\nATTENDEE;PARTSTAT={answer}:mailto:{AMINA}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = AMINA, organiser, answer
    mail.set_content(calendar, subtype="calendar", params={"method": "REPLY"})
    (site.maildir / "new" / f"{answer}.mail").write_bytes(mail.as_bytes())
    site.work()
