"""What calendars answer to invitations (RFC 5546 §3.2.3): advisory, and no seat depends on it.

A reply finds its registration by the token in the address that it was sent to: Exchange leaves
ORGANIZER out, and people answer from other addresses than the one that was invited.
"""

import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from email.parser import BytesParser

from icalendar import Calendar, Component
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import log
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.errors import BadToken
from outreach.events.entries import uid_of
from outreach.events.registration_models import Registration
from outreach.links import Links, Purpose

RESPONSES = frozenset({"accepted", "declined", "tentative"})
"""PARTSTAT of a reply that says something (RFC 5545 §3.2.12), in lower case."""

HIGHEST = 2**31 - 1
"""The highest SEQUENCE that means anything, and that a row can hold."""

_log = log.logger("events.replies")


@dataclass(frozen=True)
class Reply:
    """What one calendar answers for one occurrence."""

    uid: str
    original: date | None
    """Local date of RECURRENCE-ID; None without one."""
    original_start: datetime | None
    """The same as a moment, where it has an hour."""
    response: str
    sequence: int
    at: datetime | None
    """DTSTAMP."""


def drain_reply(session: Session, links: Links, now: datetime) -> int:
    """Take in one reply; give how many were looked at: call it until it gives 0.

    What belongs to no registration, or cannot be read, becomes mail of unknown kind: a person
    looks at it.
    """
    mail = session.scalars(
        select(ReceivedMail)
        .where(ReceivedMail.kind == ReceivedKind.REPLY, ReceivedMail.handled_at.is_(None))
        .order_by(ReceivedMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if mail is None:
        return 0
    registration = _registration(session, links, mail.token or "")
    reply = next(_answers(mail.raw, registration, links), None) if registration else None
    if registration is None or reply is None:
        mail.kind = ReceivedKind.UNKNOWN
        _log.info("reply that belongs to no registration", mail=mail.id)
        return 1
    mail.handle(now)
    if _is_news(registration, reply):
        registration.response = reply.response
        registration.response_sequence = reply.sequence
        registration.responded_at = reply.at or now
    return 1


def read_replies(raw: bytes) -> Iterator[Reply]:
    """Read what a mail answers, of each event in its calendars; nothing from what is no reply."""
    mail = BytesParser(policy=email.policy.default).parsebytes(raw)
    for part in mail.walk():
        try:
            yield from list(_replies_in(part))
        except Exception:  # noqa: BLE001, S112  (a stranger's mail: libraries stumble in many ways)
            continue


def _replies_in(part: Message) -> Iterator[Reply]:
    if part.get_content_type() in ("text/calendar", "application/ics"):
        payload = part.get_payload(decode=True)
        yield from _replies(Calendar.from_ical(payload if isinstance(payload, bytes) else b""))


def _replies(calendar: Calendar) -> Iterator[Reply]:
    if str(calendar.get("METHOD", "")).upper() != "REPLY":
        return
    for event in calendar.walk("VEVENT"):
        response = _response(event)
        sequence = int(event.get("SEQUENCE", 0))
        if response in RESPONSES and 0 <= sequence <= HIGHEST:
            original = event.decoded("RECURRENCE-ID", None)
            stamp = event.decoded("DTSTAMP", None)
            yield Reply(
                uid=str(event.get("UID", "")),
                original=_day(original),
                original_start=_moment(original),
                response=response,
                sequence=sequence,
                at=_moment(stamp),
            )


def _response(event: Component) -> str:
    attendees = event.get("ATTENDEE")
    one = attendees[0] if isinstance(attendees, list) and attendees else attendees
    return str(one.params.get("PARTSTAT", "")).lower() if one is not None else ""


def _registration(session: Session, links: Links, token: str) -> Registration | None:
    try:
        [number] = links.read(Purpose.RSVP, token)
    except (BadToken, ValueError):
        return None
    query = select(Registration).where(Registration.id == number)
    return session.scalars(query.with_for_update(of=Registration)).one_or_none()


def _answers(raw: bytes, registration: Registration, links: Links) -> Iterator[Reply]:
    """Give the replies that are about this registration's event and occurrence."""
    occurrence = registration.occurrence
    uid = uid_of(occurrence.event, links)
    for reply in read_replies(raw):
        whole = reply.original is None
        same_day = reply.original == occurrence.original
        same_moment = bool(occurrence.first_start) and (
            reply.original_start == occurrence.first_start
        )
        if reply.uid.lower() == uid and (whole or same_day or same_moment):
            yield reply


def _is_news(registration: Registration, reply: Reply) -> bool:
    """Tell whether a reply is later than what is known: not to an old invitation, not an old one.

    SEQUENCE decides, and of two replies to the same invitation the later DTSTAMP
    (RFC 5546 §2.1.5).
    """
    if registration.sequence is None or reply.sequence < registration.sequence:
        return False
    if registration.responded_at is None or reply.at is None:
        return True
    return reply.at >= registration.responded_at


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date | datetime | None) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
