"""The page of one registration: confirm it, take an offer, change it, give it back."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from outreach.audience.forms import FormFaults
from outreach.errors import BadToken, Sentence
from outreach.events import registration as registrations
from outreach.events.models import Event
from outreach.events.registration import Desk
from outreach.events.registration_form import QUESTION, read_details
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.seats import can_change, has_room
from outreach.events.state import TAKES_PLACE
from outreach.links import Purpose
from outreach.web.calendars import text_of
from outreach.web.forms import sent_text, told
from outreach.web.questions import answers_sent, countries, questions
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("seat", __name__)

EMPTY = {"name": Sentence("Write your name, so that we know whom to expect.")}
DONE = frozenset({"confirmed", "changed", "cancelled", "waiting"})
HEADINGS = {
    RegistrationState.PENDING: Sentence("One more step"),
    RegistrationState.WAITLISTED: Sentence("You are on the wait list"),
    RegistrationState.OFFERED: Sentence("A seat has come free for you"),
    RegistrationState.CONFIRMED: Sentence("You have a seat"),
    RegistrationState.CANCELLED: Sentence("Your registration is cancelled"),
    RegistrationState.ATTENDED: Sentence("You took part"),
    RegistrationState.ABSENT: Sentence("You were registered"),
}


@blueprint.get("/<language:language>/seat/<token:token>")
def see(language: str, token: str) -> Response:
    """Show a registration; opening the link changes nothing."""
    with reading(language) as visit:
        return _show(visit, token, registrations.find(visit.session, _number(visit, token)))


@blueprint.get("/<language:language>/seat/<token:token>/cancel")
def ask(language: str, token: str) -> Response:
    """Ask whether they mean it."""
    with reading(language) as visit:
        found = registrations.find(visit.session, _number(visit, token))
        return visit.show(
            "seat_cancel.html",
            section="events",
            switch=visit.everywhere("seat", token, "cancel"),
            title=text_of(visit, found.occurrence.event).title,
            is_seat=found.state is RegistrationState.CONFIRMED,
            is_open=_is_open(visit, found) and found.state is not RegistrationState.CANCELLED,
            action=visit.path("seat", token),
        )


@blueprint.post("/<language:language>/seat/<token:token>")
def do(language: str, token: str) -> Response:
    """Do what the button says, and show what came of it."""
    wish = sent_text("button")
    try:
        with writing(language) as visit:
            desk = Desk(visit.session, visit.services.outbox, visit.site, visit.now)
            done = _carry_out(desk, _number(visit, token), wish)
            return redirect(f"{visit.path('seat', token)}?done={done}", 303)
    except FormFaults as faults:
        with reading(language) as visit:
            found = registrations.find(visit.session, _number(visit, token))
            return _show(visit, token, found, faults)


def _carry_out(desk: Desk, number: int, wish: str) -> str:
    """Do one thing; give the word for it."""
    if wish == "confirm":
        found = registrations.confirm(desk, number)
        return "waiting" if found.state is RegistrationState.WAITLISTED else "confirmed"
    if wish == "cancel":
        registrations.cancel(desk, number)
        return "cancelled"
    found = registrations.find(desk.session, number)
    details, answers = read_details(found.occurrence.event, _sent())
    registrations.change(desk, number, details, answers)
    return "changed"


def _sent() -> dict[str, str]:
    values = {name: sent_text(name).strip() for name in ("name", "organisation", "country")}
    return {**values, **answers_sent()}


def _number(visit: Visit, token: str) -> int:
    numbers = visit.services.links.read(Purpose.SEAT, token)
    if len(numbers) != 1:
        raise BadToken(
            "This link is not complete. Open it again from the mail, or ask for a new one."
        )
    return numbers[0]


def _is_open(visit: Visit, found: Registration) -> bool:
    """Tell whether anything about it can still be changed."""
    return can_change(found.occurrence, visit.now)


def _show(
    visit: Visit, token: str, found: Registration, faults: FormFaults | None = None
) -> Response:
    row, event = found.occurrence, found.occurrence.event
    done = request.args.get("done", "")
    values = _sent() if faults else _held(found)
    text = text_of(visit, event)
    answer = visit.show(
        "seat.html",
        status=422 if faults else 200,
        section="events",
        switch=visit.everywhere("seat", token),
        heading=visit.t.say(HEADINGS[found.state]),
        state=str(found.state),
        lapsed=_lapsed(visit, found),
        takes_place=row.status in TAKES_PLACE,
        status_of_event=str(row.status),
        is_open=_is_open(visit, found),
        done=done if done in DONE else "",
        seat=found,
        event={
            "title": text.title,
            "language": text.language,
            "page": visit.path("events", event.slug),
            "date": row.day,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "zone": event.zone or "UTC",
        },
        join=_join(visit, found),
        action=visit.path("seat", token),
        leave=visit.path("seat", token, "cancel"),
        again=visit.path("events", event.slug, "register"),
        questions=_questions(visit, event, values),
        countries=countries(visit.t),
        values=values,
        faults=told(faults, visit.t, EMPTY) if faults else [],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lapsed(visit: Visit, found: Registration) -> bool:
    """Tell whether the seat that was kept is gone, and none is left to be had at once."""
    if found.state not in (RegistrationState.PENDING, RegistrationState.OFFERED):
        return False
    if found.held_until is not None and found.held_until > visit.now:
        return False
    row = found.occurrence
    return not has_room(visit.session, row.event, row, visit.now)


def _join(visit: Visit, found: Registration) -> str:
    """Give their own way in, if they have a seat and there is one."""
    row = found.occurrence
    seated = found.state in (RegistrationState.CONFIRMED, RegistrationState.ATTENDED)
    if not seated or not row.event.online_url or row.status not in TAKES_PLACE:
        return ""
    links = visit.services.links
    return visit.local(
        links.to_join(visit.language, registration=found.id, number=found.join_number)
    )


def _held(found: Registration) -> dict[str, str]:
    answers = {QUESTION + name: answer for name, answer in found.answers.items()}
    return {
        "name": found.name,
        "organisation": found.organisation,
        "country": found.country,
        **answers,
    }


def _questions(visit: Visit, event: Event, values: Mapping[str, str]) -> list[object]:
    answers = {
        str(each["name"]): values.get(QUESTION + str(each["name"]), "") for each in event.questions
    }
    return list(questions(visit, event, answers))
