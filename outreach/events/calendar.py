"""Calendars as bytes: downloads and feeds (PUBLISH), invitations (REQUEST), and their end (CANCEL).

RFC 5545 for the form, RFC 5546 for what each method may say, RFC 7986 for feeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from icalendar import Alarm, Calendar, Event, vDuration

from outreach.errors import Refused
from outreach.events.calendar_series import Appearance, add_rule, appearances, zones_of
from outreach.events.calendar_values import clean, line, moment, person, text, uid, url
from outreach.events.entry import Entry
from outreach.events.models import EventKind, EventStatus
from outreach.events.state import TAKES_PLACE
from outreach.phrases.catalog import phrases

PRODUCT = "-//Outreach//Events//EN"
_PREFIXES = {
    EventStatus.CANCELLED: "Cancelled: %(title)s",
    EventStatus.POSTPONED: "Postponed: %(title)s",
}


class Method(StrEnum):
    """What a calendar wants of its reader (RFC 5546 §1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Attendee:
    """The one person whom an invitation is for: its To."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Feed:
    """What a calendar that is subscribed to says of itself."""

    name: str
    url: str
    language: str
    refresh: timedelta = timedelta(hours=6)


@dataclass(frozen=True)
class _Paper:
    """What all events of one calendar share."""

    method: Method
    attendee: Attendee | None
    alarm: timedelta | None
    now: datetime


def write_calendar(
    entries: Sequence[Entry],
    *,
    method: Method = Method.PUBLISH,
    attendee: Attendee | None = None,
    feed: Feed | None = None,
    alarm: timedelta | None = None,
    now: datetime,
) -> bytes:
    """Write entries as one calendar.

    REQUEST and CANCEL take one entry and its attendee; PUBLISH takes no attendee. Give `feed` for
    what is subscribed to, and `alarm` (the time before the start) for a download that asks for it.
    The bytes of a PUBLISH depend on `now` only in that an endless series in a zone without yearly
    rules is written as far as `recurrence.HORIZON`. Refused: times that are not UTC, an end before
    its start, an entry without an address for replies, a link or an address that is none.
    """
    _check(entries, method, attendee, plain=not feed and not alarm)
    paper = _Paper(method, attendee, alarm, moment(now))
    zones = zones_of(entries, now)
    calendar = _head(method, feed)
    for timezone in filter(None, zones.values()):
        calendar.add_component(timezone)
    for entry in entries:
        for appearance in appearances(entry, zones, now):
            if _is_shown(appearance, method):
                calendar.add_component(_event(entry, appearance, paper))
    return bytes(calendar.to_ical(sorted=False))


def _check(
    entries: Sequence[Entry], method: Method, attendee: Attendee | None, *, plain: bool
) -> None:
    if (method is Method.PUBLISH) is not (attendee is None):
        raise ValueError("an invitation has one attendee, and what is published has none")
    if method is not Method.PUBLISH and (len(entries) != 1 or not plain):
        raise ValueError("an invitation is for one event, and neither a feed nor an alarm")
    if method is Method.REQUEST and entries[0].status not in TAKES_PLACE:
        raise ValueError("nobody is invited to what does not take place")
    for entry in entries:
        if not entry.organiser_address:
            raise Refused("“%(title)s” has no address for replies.", title=entry.title)


def _head(method: Method, feed: Feed | None) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", text("2.0"))
    calendar.add("PRODID", text(PRODUCT))
    calendar.add("CALSCALE", text("GREGORIAN"))
    calendar.add("METHOD", text(method))
    if feed is not None:
        refresh = vDuration(feed.refresh, params={"VALUE": "DURATION"})
        source = url(feed.url)
        source.params["VALUE"] = "URI"
        calendar.add("NAME", line(feed.name, feed.language))
        calendar.add("X-WR-CALNAME", line(feed.name))
        calendar.add("REFRESH-INTERVAL", refresh)
        calendar.add("X-PUBLISHED-TTL", vDuration(feed.refresh))
        calendar.add("SOURCE", source)
    return calendar


def _is_shown(appearance: Appearance, method: Method) -> bool:
    """Leave out of a REQUEST what is gone: it cannot say so (RFC 5546 §3.2.2)."""
    return method is not Method.REQUEST or appearance.status in TAKES_PLACE


def _event(entry: Entry, appearance: Appearance, paper: _Paper) -> Event:
    event = Event()
    gone = paper.method is Method.CANCEL or appearance.status not in TAKES_PLACE
    event.add("UID", uid(entry.uid))
    event.add("DTSTAMP", _stamp(entry, paper))
    if appearance.original is not None:
        event.add("RECURRENCE-ID", appearance.original)
    event.add("DTSTART", appearance.start)
    event.add("DTEND", appearance.end)
    if appearance.series is not None:
        add_rule(event, entry, appearance.series, _skipped(entry, paper.method))
    event.add("SEQUENCE", _sequence(appearance, paper.method))
    event.add("STATUS", text("CANCELLED" if gone else appearance.status.upper()))
    idle = entry.kind is EventKind.DEADLINE or entry.starts_at is None
    event.add("TRANSP", text("TRANSPARENT" if idle else "OPAQUE"))
    _add_words(event, entry, _title(entry, appearance.status, gone=gone))
    _add_people(event, entry, paper.attendee)
    if paper.alarm is not None and not gone:
        event.add_component(_alarm(entry, paper.alarm))
    return event


def _stamp(entry: Entry, paper: _Paper) -> datetime:
    """Give the time of the message, or of the last change, so that a feed is byte-stable."""
    return moment(entry.changed_at) if paper.method is Method.PUBLISH else paper.now


def _sequence(appearance: Appearance, method: Method) -> int:
    """Raise the number where a seat goes and the event stays: its own was not raised for that."""
    raised = method is Method.CANCEL and appearance.status in TAKES_PLACE
    return appearance.sequence + raised


def _skipped(entry: Entry, method: Method) -> list[date]:
    """Name the occurrences that a REQUEST cannot show as cancelled (RFC 5546 §3.2.2)."""
    if method is not Method.REQUEST:
        return []
    return [each.original for each in entry.overrides if each.status not in TAKES_PLACE]


def _title(entry: Entry, status: EventStatus, *, gone: bool) -> str:
    if not gone:
        return entry.title
    shown = EventStatus.CANCELLED if status in TAKES_PLACE else status
    return said_title(entry.title, shown, entry.language)


def said_title(title: str, status: EventStatus, language: str) -> str:
    """Give a title that says in its language if the event is cancelled or postponed."""
    prefix = _PREFIXES.get(status)
    return phrases(language)(prefix, title=title) if prefix else title


def _add_words(event: Event, entry: Entry, title: str) -> None:
    """Say what and where, with the link wherever a calendar might show it."""
    link = url(entry.link or entry.url)
    page = entry.url if entry.link and entry.link != entry.url else ""
    description = [str(link), entry.description or entry.summary, page]
    words = "\n\n".join(part for part in map(clean, description) if part)
    event.add("SUMMARY", line(title, entry.language))
    event.add("DESCRIPTION", text(words, entry.language))
    event.add("LOCATION", line(str(link), entry.language))
    event.add("URL", link)


def _add_people(event: Event, entry: Entry, attendee: Attendee | None) -> None:
    event.add("ORGANIZER", person(entry.organiser_address, entry.organiser))
    if attendee is not None:
        asked = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        event.add("ATTENDEE", person(attendee.address, attendee.name, **asked))


def _alarm(entry: Entry, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", text("DISPLAY"))
    alarm.add("DESCRIPTION", line(entry.title, entry.language))
    alarm.add("TRIGGER", -before)
    return alarm
