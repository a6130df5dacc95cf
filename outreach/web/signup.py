"""The sign-up page, and what is shown once the form has been sent."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from outreach.audience.forms import FormFaults, read_form
from outreach.audience.signup import SignupForm, sign_up
from outreach.audience.topics import active_topics
from outreach.audience.words import signup_words
from outreach.errors import Sentence
from outreach.web import errors
from outreach.web.attribution import carried_in, partner_of
from outreach.web.embed.discovery import asked_address, discovery
from outreach.web.forms import from_a_machine, sent_list, sent_text, told, too_often, topic_choices
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("signup", __name__)

FIELDS = ("address", "first_name", "topics", "language", "consent")
"""In the order of the page."""
EMPTY = {
    "address": Sentence("Write your e-mail address, so that we know where to write to."),
    "topics": Sentence("Choose at least one topic."),
    "consent": Sentence("Tick this box: without your consent we may not write to you."),
}


@blueprint.get("/<language:language>/subscribe")
def form(language: str) -> Response:
    """Show the form; nothing is ticked unless `?topic=` asks for it: consent is an act."""
    with reading(language) as visit:
        wished = request.args.getlist("topic")
        known = [topic.slug for topic in active_topics(visit.session)]
        ticked = [slug for slug in known if slug in wished]
        return _show(visit, {"language": language, "topics": ticked})


@blueprint.post("/<language:language>/subscribe")
def send(language: str) -> Response:
    """Take the form; the answer is the same for a known address and an unknown one."""
    if too_often("signup"):
        return errors.problem(429)
    values = _sent(language)
    try:
        with writing(language) as visit:
            if not from_a_machine():
                taken = _read({**values, "partner": partner_of(visit)})
                outbox, source = visit.services.outbox, f"/{language}/subscribe"
                sign_up(visit.session, outbox, visit.site, taken, source=source, now=visit.now)
            return redirect(visit.path("subscribe", "sent"), 303)
    except FormFaults as faults:
        with reading(language) as visit:
            return _show(visit, values, faults)


@blueprint.get("/<language:language>/subscribe/sent")
def sent(language: str) -> Response:
    """Say what to do next: open the mail and confirm."""
    with reading(language) as visit:
        return visit.show("sent.html", section="subscribe")


def _sent(language: str) -> dict[str, object]:
    return {
        "address": sent_text("address").strip(),
        "first_name": sent_text("first_name"),
        "topics": sent_list("topics"),
        "language": sent_text("language") or language,
        "consent": sent_text("consent") == "yes",
        "page_language": language,
    }


def _read(values: Mapping[str, object]) -> SignupForm:
    """Parse the form; FormFaults with every fault, in the order of the page."""
    faults = {} if values["topics"] else {"topics": EMPTY["topics"]}
    try:
        form = read_form(SignupForm, values)
    except FormFaults as error:
        faults |= error.faults
        raise FormFaults(dict(sorted(faults.items(), key=_position))) from error
    if faults:
        raise FormFaults(faults)
    return form


def _position(fault: tuple[str, Sentence]) -> int:
    return FIELDS.index(fault[0]) if fault[0] in FIELDS else len(FIELDS)


def _show(visit: Visit, values: Mapping[str, Any], faults: FormFaults | None = None) -> Response:
    partner = partner_of(visit)
    addresses = visit.everywhere("subscribe")
    return visit.show(
        "subscribe.html",
        addresses=addresses,
        switch=carried_in(addresses, partner),
        partner=partner,
        oembed=discovery(visit, asked_address(visit)),
        status=422 if faults else 200,
        section="subscribe",
        topics=topic_choices(visit, active_topics(visit.session), values["topics"]),
        words=signup_words(visit.site, visit.language).text,
        privacy=visit.local(visit.site.privacy_url(visit.language, visit.services.links)),
        values=values,
        faults=told(faults, visit.t, EMPTY) if faults else [],
    )
