"""An event that takes registrations, people who have a seat, and what they are sent."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Component
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber
from outreach.content.site import Site, load_site
from outreach.delivery.addresses import remember
from outreach.delivery.models import Address, Delivery, Message
from outreach.delivery.outbox import Outbox
from outreach.events import registration, waitlist
from outreach.events.invites import invite
from outreach.events.models import Occurrence
from outreach.events.notices import tell_page
from outreach.events.queries import event
from outreach.events.registration import Desk, register
from outreach.events.registration_form import read_details, read_registration
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.release import release
from outreach.events.seats import occurrence_to_join
from outreach.mail.compose import Stationery
from tests.conftest import REPOSITORY
from tests.writing import EVENT, Home

PATH = "content/events/talk/event.toml"
MAILBOX = "in@example.org"
TALK = EVENT.replace('registration = "https://example.org/register"', "") + (
    'online_url = "https://meet.example.org/secret"\n\n[registration]\ncapacity = 5\n'
)
"""A talk on 1 December 2026, 15:00 to 16:30 in Paris, with registration by us."""

SERIES = """\
kind = "meeting"
topic = "news"
start = 2026-12-03T15:00:00
duration = 60
zone = "Europe/Paris"

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=3"

[registration]
"""
"""Three Thursdays, with registration by us."""


@dataclass(frozen=True)
class Sent:
    """A letter in the outbox."""

    to: str
    language: str
    subject: str
    text: str
    html: str
    calendar: str
    """As text; empty without one."""

    @property
    def parsed(self) -> Calendar:
        """Give the calendar, read by icalendar."""
        return Calendar.from_ical(self.calendar)

    @property
    def entry(self) -> Component:
        """Give the one event of the calendar."""
        [found] = self.parsed.walk("VEVENT")
        return found

    @property
    def sequence(self) -> int:
        """Give the number that says which of two calendars is newer."""
        return int(self.entry.decoded("SEQUENCE"))

    @property
    def method(self) -> str:
        """Give what the calendar wants; empty without one."""
        return str(self.parsed["METHOD"]) if self.calendar else ""


@dataclass
class Hall:
    """Where registrations are made and looked at; its clock is the home's."""

    home: Home

    @property
    def outbox(self) -> Outbox:
        """Give the way into the outbox."""
        settings = self.home.settings
        return Outbox(
            Stationery(REPOSITORY / "templates"), self.home.links, settings.suppression_key, MAILBOX
        )

    def site(self, session: Session) -> Site:
        """Give the site."""
        return load_site(session, self.home.links)

    def sync(self, content: str = TALK) -> None:
        """Write `event.toml` and sync: there must be no fault, and nobody is mailed."""
        before = len(self.sent())
        self.home.write(PATH, content)
        assert self.home.faults() == []
        assert len(self.sent()) == before

    def wait(self, **span: float) -> datetime:
        """Let time pass; give the new moment."""
        self.home.now += timedelta(**span)
        return self.home.now

    def occurrence(self, session: Session, number: int = 0) -> Occurrence:
        """Give an occurrence of the talk."""
        return event(session, "talk").occurrences[number]

    def seat(
        self,
        address: str = "amina@example.org",
        *,
        state: RegistrationState = RegistrationState.CONFIRMED,
        language: str = "en",
        zone: str = "",
        name: str = "Amina",
        number: int = 0,
        invited: bool = True,
    ) -> int:
        """Register somebody, and invite them if they have a seat; give the registration's id."""
        with self.home.database.transaction() as session:
            key = self.home.settings.suppression_key
            row = remember(session, address, key)
            person = session.scalars(
                select(Subscriber).where(Subscriber.address_id == row.id)
            ).one_or_none()
            if person is None:
                person = Subscriber(
                    reference=address[:32],
                    address_id=row.id,
                    language=language,
                    created_at=self.home.now,
                )
                session.add(person)
                session.flush()
            registration = Registration(
                occurrence=self.occurrence(session, number),
                subscriber=person,
                state=state,
                language=language,
                zone=zone,
                name=name,
                answers={},
                created_at=self.home.now,
            )
            session.add(registration)
            session.flush()
            if invited and state is RegistrationState.CONFIRMED:
                site = self.site(session)
                invite(session, self.outbox, site, registration, self.home.now)
            return registration.id

    def registration(self, number: int) -> Registration:
        """Give a registration as it is now."""
        with self.home.database.reading() as session:
            found = session.get_one(Registration, number)
            assert found.occurrence.event
            return found

    def release(self) -> None:
        """Release what changed, and tell everybody."""
        with self.home.database.transaction() as session:
            release(session, "talk", self.home.now)
        self.tell()

    def tell(self) -> int:
        """Work off all notices that are due; give how many pages there were."""
        pages = 0
        while True:
            with self.home.database.transaction() as session:
                if not tell_page(session, self.outbox, self.home.now):
                    return pages
            pages += 1

    def sent(self, to: str = "") -> list[Sent]:
        """Give the letters in the outbox, or those to one person, the oldest first."""
        query = (
            select(Delivery, Message, Address.address)
            .join(Message, Message.id == Delivery.message_id)
            .join(Address, Address.id == Delivery.address_id)
            .order_by(Delivery.id)
        )
        with self.home.database.reading() as session:
            found = [
                Sent(
                    to=address,
                    language=message.language,
                    subject=message.subject,
                    text=message.text,
                    html=message.html,
                    calendar=json.loads(delivery.fields or "{}").get("calendar", ""),
                )
                for delivery, message, address in session.execute(query)
            ]
        return [each for each in found if to in ("", each.to)]


@dataclass
class Reception:
    """Registers people at the hall as our pages do, each step a transaction of its own."""

    hall: Hall

    def register(self, address: str, slug: str = "talk", **more: str) -> bool:
        """Send the form for the next date; False if it is full."""
        home = self.hall.home
        with home.database.transaction() as session:
            row = event(session, slug)
            known = {"name": "Amina", "language": "en", "consent": True, "address": address}
            form, answers = read_registration(row, known | more)
            date = occurrence_to_join(session, row, None, home.now)
            return register(self._desk(session), date.id, form, answers, source="/en/register")

    def confirm(self, number: int) -> None:
        """Press the button of the mail."""
        with self.hall.home.database.transaction() as session:
            registration.confirm(self._desk(session), number)

    def cancel(self, number: int) -> None:
        """Give a seat back."""
        with self.hall.home.database.transaction() as session:
            registration.cancel(self._desk(session), number)

    def change(self, number: int, **values: str) -> None:
        """Send the form of the seat's page."""
        with self.hall.home.database.transaction() as session:
            details, answers = read_details(event(session, "talk"), values)
            registration.change(self._desk(session), number, details, answers)

    def offer(self) -> int:
        """Offer what is free, as the worker does; give how many offers were made."""
        home = self.hall.home
        with home.database.reading() as session:
            waited_for = waitlist.waited_for(session, home.now)
        offered = 0
        for occurrence in waited_for:
            with home.database.transaction() as session:
                offered += waitlist.offer_seats(self._desk(session), occurrence, 24)
        return offered

    def all(self) -> list[Registration]:
        """Give all registrations, the oldest first."""
        with self.hall.home.database.reading() as session:
            return list(session.scalars(select(Registration).order_by(Registration.id)))

    def only(self) -> Registration:
        """Give the one registration that there must be."""
        [row] = self.all()
        return row

    def _desk(self, session: Session) -> Desk:
        return Desk(session, self.hall.outbox, self.hall.site(session), self.hall.home.now)
