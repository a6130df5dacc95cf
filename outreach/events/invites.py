"""Invitations: a registrant's calendar is told of their seat, or that it is gone (RFC 6047)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.delivery.models import Address
from outreach.delivery.outbox import Outbox
from outreach.delivery.personal import Return
from outreach.events.calendar import Attendee, Method, write_calendar
from outreach.events.entries import entry_of
from outreach.events.entry import Entry
from outreach.events.letters import JOIN_URL, SEAT_URL, Writing
from outreach.events.registration_models import Registration
from outreach.events.state import TAKES_PLACE, Slot
from outreach.links import Purpose
from outreach.mail.blocks import Button, EventBlock, Prose
from outreach.mail.compiled import Mailbox
from outreach.mail.compose import Letter
from outreach.mail.parts import EnclosedCalendar

RSVP_MARK = "r"
"""In `in+r-TOKEN@domain`, the address that calendars answer to."""


def invite(
    session: Session, outbox: Outbox, site: Site, registration: Registration, now: datetime
) -> None:
    """Post the invitation to a confirmed seat, in the transaction that confirms it."""
    writing = Writing(outbox, site, registration)
    calendar = request_calendar(session, writing, now)
    occasion = f"invite:{registration.id}:{registration.sequence}"
    writing.post(session, _invitation(writing), occasion=occasion, calendar=calendar, now=now)


def withdraw(
    session: Session, outbox: Outbox, site: Site, registration: Registration, now: datetime
) -> None:
    """Post the end of a seat that its registrant, or staff, gave up; the event goes on."""
    writing = Writing(outbox, site, registration)
    calendar = cancel_calendar(session, writing, now)
    occasion = f"withdrawn:{registration.id}:{registration.sequence}"
    writing.post(session, _farewell(writing), occasion=occasion, calendar=calendar, now=now)


def request_calendar(
    session: Session, writing: Writing, now: datetime, slot: Slot | None = None
) -> EnclosedCalendar:
    """Write the REQUEST for one registrant, and note the SEQUENCE that they are told.

    `slot` is when it takes place, if that is not what the rows say.
    """
    registration = writing.registration
    entry = _entry(writing, slot)
    told = _told(session, registration)
    raised = told + 1 if told is not None else 0
    entry = replace(entry, sequence=max(entry.sequence, raised))
    registration.sequence = entry.sequence
    return _enclosed(session, writing, entry, Method.REQUEST, now)


def cancel_calendar(
    session: Session, writing: Writing, now: datetime, slot: Slot | None = None
) -> EnclosedCalendar:
    """Write the CANCEL for one registrant: its SEQUENCE is higher than all that they were told."""
    registration = writing.registration
    entry = _entry(writing, slot)
    told = registration.sequence if registration.sequence is not None else -1
    # What writes a CANCEL raises the number itself where the event goes on without this person.
    by_writer = 1 if entry.status in TAKES_PLACE else 0
    entry = replace(entry, sequence=max(entry.sequence, told + 1 - by_writer))
    registration.sequence = entry.sequence + by_writer
    return _enclosed(session, writing, entry, Method.CANCEL, now)


def _told(session: Session, registration: Registration) -> int | None:
    """Give the highest SEQUENCE that this person's calendar knows of this occurrence."""
    known = select(func.max(Registration.sequence)).where(
        Registration.occurrence_id == registration.occurrence_id,
        Registration.subscriber_id == registration.subscriber_id,
    )
    told: int | None = session.scalar(known)
    return told


def _entry(writing: Writing, slot: Slot | None = None) -> Entry:
    """Give the event as this registrant's calendar is to show it."""
    registration, links = writing.registration, writing.outbox.links
    sender = writing.site.sender(writing.language)
    answers_to = Return.to(writing.outbox.mailbox_address)
    address = sender.address
    if answers_to is not None:
        address = answers_to.address(RSVP_MARK, links.token(Purpose.RSVP, registration.id))
    joins = links.to_join(
        writing.language, registration=registration.id, number=registration.join_number
    )
    entry = entry_of(
        writing.event,
        writing.text,
        links,
        organiser=Mailbox(address, sender.name),
        occurrence=registration.occurrence,
        link=joins if writing.event.online_url else None,
    )
    if slot is None:
        return entry
    return replace(
        entry,
        day=slot.day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        status=slot.status,
    )


def _enclosed(
    session: Session, writing: Writing, entry: Entry, method: Method, now: datetime
) -> EnclosedCalendar:
    subscriber = writing.registration.subscriber
    address_id = subscriber.address_id if subscriber else 0
    address = session.scalars(select(Address.address).where(Address.id == address_id)).one()
    attendee = Attendee(address, writing.registration.name)
    return EnclosedCalendar(
        method, write_calendar([entry], method=method, attendee=attendee, now=now)
    )


def _invitation(writing: Writing) -> Letter:
    say, title = writing.say, writing.text.title
    joining = (
        (
            Prose(say("This is your own way in. It opens shortly before the start:")),
            Button(say("Join the event"), JOIN_URL),
        )
        if writing.event.online_url
        else ()
    )
    return writing.letter(
        subject=say("Your seat: %(title)s", title=title),
        preheader=say("Your seat is certain. The invitation for your calendar is enclosed."),
        title=say("See you there"),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("your seat is certain. We look forward to seeing you:")),
            EventBlock(writing.event.slug, card=writing.card()),
            *writing.own_time(writing.registration.occurrence.starts_at),
            *joining,
            Prose(
                say(
                    "Something has come up, or a detail is wrong? [Change or cancel your "
                    "registration](%(url)s); somebody else may be glad of the seat.",
                    url=SEAT_URL,
                )
            ),
        ),
        reason=say("You get this mail because you registered for this event."),
    )


def _farewell(writing: Writing) -> Letter:
    say, title = writing.say, writing.text.title
    return writing.letter(
        subject=say("Your registration is cancelled: %(title)s", title=title),
        preheader=say("Your seat has been given back, and your calendar takes the entry out."),
        title=say("Your registration is cancelled"),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("you no longer have a seat at this event:")),
            EventBlock(writing.event.slug, card=writing.card()),
            Prose(
                say(
                    "Was that a mistake? On [the event’s page](%(url)s) you can register again "
                    "while there are seats.",
                    url=writing.card().url,
                )
            ),
        ),
        reason=say("You get this mail because you were registered for this event."),
    )
