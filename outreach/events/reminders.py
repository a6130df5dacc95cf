"""Reminders: a day and an hour before, or as the event's file says; once each whatever restarts.

The clock notes what is due, by a key that holds the time of the start: an event that moves gets
reminders for its new time. While a change of its time waits for a release, nothing is noted:
registrants still believe the old time, and a reminder must not be how they learn the new one.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.delivery.outbox import Outbox
from outreach.events.changes import difference_of, open_change
from outreach.events.differences import ChangeKind, became
from outreach.events.knowledge import known_to
from outreach.events.letters import JOIN_URL, SEAT_URL, Writing
from outreach.events.models import Event, Occurrence
from outreach.events.noting import note
from outreach.events.registration_models import (
    Notice,
    NoticeKind,
    Registration,
    RegistrationState,
)
from outreach.events.state import TAKES_PLACE, slot_of
from outreach.mail.blocks import Button, EventBlock, Prose
from outreach.mail.compose import Letter
from outreach.times import is_zone, zone

LONGEST = timedelta(days=31)
"""How long before its start an event is looked at: the longest reminder that a file may ask for."""
SOON = timedelta(minutes=90)
_UNTOLD = frozenset({ChangeKind.MOVED, ChangeKind.RESTORED})
"""Changes by which registrants believe something else than the rows say."""


def note_due_reminders(session: Session, now: datetime) -> int:
    """Note the reminders whose time has come; give how many were new."""
    rows = session.execute(
        select(Occurrence, Event)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Occurrence.starts_at > now,
            Occurrence.starts_at <= now + LONGEST,
            Occurrence.status.in_(TAKES_PLACE),
            select(Registration.id)
            .where(
                Registration.occurrence_id == Occurrence.id,
                Registration.state == RegistrationState.CONFIRMED,
            )
            .exists(),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return sum(_note(session, event, row, now) for row, event in rows)


def remind(
    session: Session,
    outbox: Outbox,
    site: Site,
    notice: Notice,
    registration: Registration,
    now: datetime,
) -> bool:
    """Remind one registrant; False if it concerns them not, or makes no sense any more."""
    row = registration.occurrence
    confirmed = registration.confirmed_at or registration.created_at
    if registration.state is not RegistrationState.CONFIRMED or confirmed >= notice.due_at:
        return False
    if row.starts_at is None or row.starts_at <= now or row.status not in TAKES_PLACE:
        return False
    if notice.key != _key(row, row.starts_at - notice.due_at) or _is_late(
        notice.due_at, row.starts_at, now
    ):
        return False
    known = known_to(registration)
    if known is not None and became(known, slot_of(row)) in _UNTOLD:
        return False  # they know another time, and hear of this one when it is released
    writing = Writing(outbox, site, registration)
    occasion = f"{notice.key}:{registration.id}"
    return writing.post(session, _letter(writing, row.starts_at, now), occasion=occasion, now=now)


def _note(session: Session, event: Event, row: Occurrence, now: datetime) -> int:
    starts_at = row.starts_at
    if starts_at is None or _is_about_to_move(session, event, row):
        return 0
    noted = 0
    for minutes in event.reminders:
        lead = timedelta(minutes=minutes)
        due_at = starts_at - lead
        if due_at <= now and not _is_late(due_at, starts_at, now):
            noted += note(session, NoticeKind.REMINDER, row.id, key=_key(row, lead), due_at=due_at)
    return noted


def _key(row: Occurrence, lead: timedelta) -> str:
    starts = int(row.starts_at.timestamp()) if row.starts_at else 0
    return f"reminder:{row.id}:{int(lead.total_seconds()) // 60}:{starts}"


def _is_late(due_at: datetime, starts_at: datetime, now: datetime) -> bool:
    """Tell whether more than half of the time before the start has gone by: then it is no use."""
    return now - due_at > (starts_at - due_at) / 2


def _is_about_to_move(session: Session, event: Event, row: Occurrence) -> bool:
    """Tell whether a change of this date waits for its release."""
    change = open_change(session, event)
    return change is not None and any(
        each.original == row.original and each.kind in _UNTOLD for each in difference_of(change)
    )


def _letter(writing: Writing, starts_at: datetime, now: datetime) -> Letter:
    say = writing.say
    joining = (
        (
            Prose(say("This is your own way in. It opens shortly before the start:")),
            Button(say("Join the event"), JOIN_URL),
        )
        if writing.event.online_url
        else ()
    )
    return writing.letter(
        subject=_subject(writing, starts_at, now),
        preheader=say("A reminder of an event for which you have a seat. See you there!"),
        title=say("See you there"),
        blocks=(
            Prose(say("Hello [[ first_name | and welcome ]],")),
            Prose(say("we look forward to seeing you at this event:")),
            EventBlock(writing.event.slug, card=writing.card()),
            *writing.own_time(starts_at),
            *joining,
            Prose(
                say(
                    "You cannot come? [Give your seat back](%(url)s); somebody else may be glad of "
                    "it.",
                    url=SEAT_URL,
                )
            ),
        ),
        reason=say("You get this mail because you registered for this event."),
    )


def _subject(writing: Writing, starts_at: datetime, now: datetime) -> str:
    """Say how far off it is, by the days of the reader's own calendar."""
    say, title = writing.say, writing.text.title
    own = writing.registration.zone
    there = zone(own if is_zone(own) else writing.event.zone or "UTC")
    days = (starts_at.astimezone(there).date() - now.astimezone(there).date()).days
    if starts_at - now <= SOON:
        return say("It begins soon: %(title)s", title=title)
    if days == 0:
        return say("Today: %(title)s", title=title)
    if days == 1:
        return say("Tomorrow: %(title)s", title=title)
    return say(
        "On %(day)s: %(title)s", day=say.day(starts_at.astimezone(there).date()), title=title
    )
