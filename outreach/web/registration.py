"""Where one registers for an event: our form, or the way to a page elsewhere."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from outreach.audience import signup
from outreach.audience.forms import FormFaults, read_form
from outreach.audience.models import Subscriber, Topic
from outreach.audience.topics import active_topics
from outreach.audience.words import registration_words, signup_words
from outreach.db import hits
from outreach.delivery.models import Address
from outreach.errors import BadToken, NotFound, Refused, Sentence
from outreach.events import seats
from outreach.events.models import Event, EventTranslation, Occurrence, RegistrationKind
from outreach.events.partners import carried
from outreach.events.queries import event
from outreach.events.registration import Desk, register
from outreach.events.registration_form import QUESTION, read_registration
from outreach.links import Purpose
from outreach.web import errors
from outreach.web.attribution import carried_in, partner_of
from outreach.web.calendars import text_of
from outreach.web.dates_offered import closed_for, dates_offered
from outreach.web.forms import Fault, from_a_machine, sent_text, told, too_often
from outreach.web.questions import Question, answers_sent, countries, questions
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("registration", __name__)

OUTWARD = "registration"
"""The kind of hit that counts, by event, how often the way to a page elsewhere was taken."""
EMPTY = {
    "name": Sentence("Write your name, so that we know whom to expect."),
    "address": Sentence("Write your e-mail address, so that we know where to write to."),
    "consent": Sentence("Tick this box: without your consent we may not register you."),
}


@blueprint.get("/<language:language>/events/<slug:slug>/register")
@blueprint.get("/<language:language>/events/<slug:slug>/register/<token:token>")
def form(language: str, slug: str, token: str = "") -> Response:
    """Show the form, filled in for who comes by a mailed link; lead elsewhere, and count that."""
    with reading(language) as visit:
        found = event(visit.session, slug)
        if found.registration is not RegistrationKind.EXTERNAL:
            return _show(visit, _built_in(found), _wished(), _known(visit, token))
    return _lead_elsewhere(language, slug)


@blueprint.post("/<language:language>/events/<slug:slug>/register")
@blueprint.post("/<language:language>/events/<slug:slug>/register/<token:token>")
def send(language: str, slug: str, token: str = "") -> Response:
    """Take the form; the answer is the same for a known address and an unknown one."""
    del token
    if too_often("register"):
        return errors.problem(429)
    values = _sent(language)
    try:
        return redirect(_take_all(language, slug, values), 303)
    except FormFaults as faults:
        with reading(language) as visit:
            return _show(visit, event(visit.session, slug), _wished(), values, faults)


@blueprint.get("/<language:language>/events/<slug:slug>/registered")
def registered(language: str, slug: str) -> Response:
    """Say what happens next."""
    with reading(language) as visit:
        found = _built_in(event(visit.session, slug))
        return visit.show(
            "registered.html",
            section="events",
            switch=visit.everywhere("events", slug, "registered"),
            title=text_of(visit, found).title,
            page=visit.path("events", slug),
        )


def _built_in(found: Event) -> Event:
    if found.registration is not RegistrationKind.BUILT_IN:
        raise NotFound("One cannot register here for this event.")
    return found


def _lead_elsewhere(language: str, slug: str) -> Response:
    """Lead to the page elsewhere; whoever only asks for the head has not gone there."""
    if _looks_ahead():
        # Kept from it, so that it asks again once somebody goes: only then it is counted.
        return _kept_nowhere(Response(status=503))
    with writing(language) as visit:
        found = event(visit.session, slug)
        if request.method == "GET":
            hits.add(visit.session, OUTWARD, slug, day=visit.now.date())
            if partner := partner_of(visit):
                hits.add(visit.session, hits.PARTNER_OUTWARD, partner, day=visit.now.date())
        answer = redirect(found.registration_url, 303)
    answer.headers["X-Robots-Tag"] = "noindex"
    return _kept_nowhere(answer)


def _looks_ahead() -> bool:
    """Tell whether a browser fetches what somebody might want next, by any name of that header."""
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in each for each in said)


def _kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _take_all(language: str, slug: str, values: Mapping[str, str]) -> str:
    """Take the form and what else was ticked; give the path of what comes next."""
    with writing(language) as visit:
        has_place = _take(visit, _built_in(event(visit.session, slug)), values)
    if not has_place:  # committed first: whoever is registered is written to all the same
        raise FormFaults({"": seats.FULL})
    with writing(language) as visit:
        _sign_up(visit, event(visit.session, slug), values)
        return visit.path("events", slug, "registered")


def _take(visit: Visit, found: Event, values: Mapping[str, str]) -> bool:
    """Take the form; False where there is no place for anybody."""
    if from_a_machine():
        return True
    consent, partner = values["consent"] == "yes", partner_of(visit)
    sent = {**values, "consent": consent, "partner": partner}
    taken, answers = read_registration(found, sent)
    row = seats.occurrence_to_join(visit.session, found, _wished(), visit.now)
    desk = Desk(visit.session, visit.services.outbox, visit.site, visit.now)
    source = _source(visit, found)
    try:
        return register(desk, row.id, taken, answers, source=source, page_language=visit.language)
    except Refused as refused:
        raise FormFaults({"": refused.sentence}) from refused


def _sign_up(visit: Visit, found: Event, values: Mapping[str, str]) -> None:
    """Begin a subscription too, if that was ticked: with a mail and a click of its own."""
    topic = _topic(visit, found)
    if values["newsletter"] != "yes" or topic is None or from_a_machine():
        return
    wish = read_form(
        signup.SignupForm,
        {
            "address": values["address"],
            "topics": (topic.slug,),
            "language": visit.language,
            "consent": True,
            "partner": partner_of(visit),
        },
    )
    source = _source(visit, found)
    outbox = visit.services.outbox
    signup.sign_up(visit.session, outbox, visit.site, wish, source=source, now=visit.now)


def _source(visit: Visit, found: Event) -> str:
    """Say where somebody filled in the form."""
    return f"/{visit.language}/events/{found.slug}/register"


def _wished() -> date | None:
    """Give the original date that was asked for; whatever is none counts as not asked."""
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        return None


def _sent(language: str) -> dict[str, str]:
    names = ("name", "address", "organisation", "country", "zone", "consent", "newsletter", "on")
    values = {name: sent_text(name).strip() for name in names}
    return {**values, **answers_sent(), "language": language}


def _known(visit: Visit, token: str) -> dict[str, str]:
    """Fill the form in from a mailed link; a link that is none, or too old, fills in nothing."""
    if not token:
        return {}
    try:
        [number] = visit.services.links.read(Purpose.REGISTER, token)
    except (BadToken, ValueError):
        return {}
    person = visit.session.get(Subscriber, number)
    if person is None:
        return {}
    address = visit.session.get_one(Address, person.address_id)
    return {
        "name": f"{person.first_name} {person.last_name}".strip(),
        "address": address.address,
        "organisation": person.organisation,
        "country": person.country,
    }


def _show(
    visit: Visit,
    found: Event,
    on: date | None,
    values: Mapping[str, str],
    faults: FormFaults | None = None,
) -> Response:
    row = seats.occurrence_to_join(visit.session, found, on, visit.now)
    closed = closed_for(visit, found, row)
    topic = _topic(visit, found)
    parts = ("events", found.slug, "register")
    partner, addresses = partner_of(visit), visit.everywhere(*parts)
    answer = visit.show(
        "register.html",
        addresses=None if values and not faults else addresses,
        switch=carried_in(_dated(addresses, row if on else None), partner),
        partner=partner,
        status=422 if faults else 200,
        section="events",
        event=_heading(visit, found, text_of(visit, found), row),
        closed=visit.t.say(closed) if closed else "",
        full=not closed and not seats.has_room(visit.session, found, row, visit.now),
        dates=dates_offered(visit, found, row),
        on=row.original.isoformat(),
        others=carried(visit.path("events"), partner),
        action=visit.path(*parts),
        questions=_questions(visit, found, values),
        countries=countries(visit.t),
        words=registration_words(visit.site, visit.language).text,
        topic=visit.text(topic.names) if topic else "",
        newsletter_words=signup_words(visit.site, visit.language).text,
        privacy=visit.local(visit.site.privacy_url(visit.language, visit.services.links)),
        values=values,
        faults=_faults(visit, found, faults),
    )
    return _kept_nowhere(answer) if values else answer


def _dated(addresses: Mapping[str, str], row: Occurrence | None) -> Mapping[str, str]:
    """Give addresses of the form that choose the same date, where one was chosen."""
    if row is None:
        return addresses
    return {each: f"{url}?on={row.original.isoformat()}" for each, url in addresses.items()}


def _heading(
    visit: Visit, found: Event, text: EventTranslation, row: Occurrence
) -> dict[str, object]:
    return {
        "title": text.title,
        "language": text.language,
        "page": carried(visit.path("events", found.slug), partner_of(visit)),
        "date": row.day,
        "starts_at": row.starts_at,
        "zone": found.zone or "UTC",
        "ends_at": row.ends_at,
    }


def _topic(visit: Visit, found: Event) -> Topic | None:
    topics = active_topics(visit.session)
    return next((topic for topic in topics if topic.slug == found.topic), None)


def _questions(visit: Visit, found: Event, values: Mapping[str, str]) -> list[Question]:
    return questions(
        visit, found, {name: values.get(QUESTION + name, "") for name in _names(found)}
    )


def _names(found: Event) -> list[str]:
    return [str(question["name"]) for question in found.questions]


def _faults(visit: Visit, found: Event, faults: FormFaults | None) -> list[Fault]:
    """Say the faults in the order of the page."""
    if faults is None:
        return []
    order = ["", "on", "name", "address", "organisation", "country"]
    order += [*(QUESTION + name for name in _names(found)), "consent"]
    in_order = dict(sorted(faults.faults.items(), key=lambda each: order.index(each[0])))
    return told(FormFaults(in_order), visit.t, EMPTY)
