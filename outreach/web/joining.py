"""A registrant's way in: the waiting page, the Join button, the recording afterwards."""

from datetime import datetime
from math import ceil

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from outreach.errors import BadToken, Sentence
from outreach.events import joining
from outreach.events.joining import Door, Way
from outreach.links import Purpose
from outreach.web.calendars import text_of
from outreach.web.security import STRICT
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("joining", __name__)

HEADINGS = {
    Door.REVOKED: Sentence("This link no longer works"),
    Door.NO_SEAT: Sentence("You have no seat at this event"),
    Door.CANCELLED: Sentence("This event does not take place"),
    Door.POSTPONED: Sentence("This event is put off"),
    Door.WAITING: Sentence("You are early"),
    Door.OPEN: Sentence("The door is open"),
    Door.OVER: Sentence("This event is over"),
}
# Browsers hold a form to this policy wherever it is led afterwards, and a meeting may be anywhere.
OUTWARD = STRICT.replace("form-action 'self'", "form-action 'self' https: http:")


@blueprint.get("/<language:language>/join/<token:token>")
def wait(language: str, token: str) -> Response:
    """Show what is behind the link; opening it counts nothing."""
    with reading(language) as visit:
        return _show(visit, token, _way(visit, token))


@blueprint.post("/<language:language>/join/<token:token>")
def enter(language: str, token: str) -> Response:
    """Count that they came and lead them to the meeting; a shut door shows why."""
    with writing(language) as visit:
        target = joining.join(visit.session, _way(visit, token), visit.now)
        return redirect(target or visit.path("join", token), 303)


def _way(visit: Visit, token: str) -> Way:
    numbers = visit.services.links.read(Purpose.JOIN, token)
    if len(numbers) != 2:
        raise BadToken(
            "This link is not complete. Open it again from the mail, or ask for a new one."
        )
    registration = joining.find(visit.session, numbers[0])
    minutes = visit.services.settings.join_opens_minutes
    return joining.way(registration, numbers[1], minutes, visit.now)


def _show(visit: Visit, token: str, found: Way) -> Response:
    row, event = found.registration.occurrence, found.registration.occurrence.event
    text, zone = text_of(visit, event), event.zone or "UTC"
    known = found.door is not Door.REVOKED
    links = visit.services.links
    seat = links.to_seat(visit.language, registration=found.registration.id)
    answer = visit.show(
        "join.html",
        section="events",
        switch=visit.everywhere("join", token),
        heading=visit.t.say(HEADINGS[found.door]),
        door=str(found.door),
        opens_in=_seconds_until(found.opens_at, visit.now),
        opens=visit.t.moment(found.opens_at, zone, "full") if found.opens_at else "",
        is_online=bool(event.online_url),
        recording=event.recording_url,
        slides=event.slides_url,
        event={
            "title": text.title,
            "language": text.language,
            "page": visit.path("events", event.slug),
            "date": row.day,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "zone": zone,
        },
        seat=visit.local(seat) if known else "",
        action=visit.path("join", token),
    )
    answer.headers["Content-Security-Policy"] = OUTWARD
    return answer


def _seconds_until(moment: datetime | None, now: datetime) -> int:
    """Give the seconds until a moment, at least one; 0 if there is no moment."""
    return max(1, ceil((moment - now).total_seconds())) if moment else 0
