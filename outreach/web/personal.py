"""Name, address and data behind a fresh link, and the page that mails such a link."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from outreach.audience.forms import FormFaults, read_form
from outreach.audience.personal import LinkForm, held, request_link
from outreach.audience.preferences import PreferencesForm, save
from outreach.audience.topics import active_topics
from outreach.errors import Sentence
from outreach.links import Purpose
from outreach.web import errors
from outreach.web.forms import from_a_machine, sent_text, told, too_often
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("personal", __name__)

EMPTY = {"address": Sentence("Write the e-mail address that our newsletters come to.")}


@blueprint.get("/<language:language>/personal/<token:token>")
def page(language: str, token: str) -> Response:
    """Show somebody's name, address and data; opening the link changes nothing."""
    with reading(language) as visit:
        return _show(visit, token)


@blueprint.post("/<language:language>/personal/<token:token>")
def change(language: str, token: str) -> Response:
    """Save the name."""
    sent = {"first_name": sent_text("first_name"), "last_name": sent_text("last_name")}
    try:
        with writing(language) as visit:
            form = read_form(PreferencesForm, sent | {"page_language": language})
            save(visit.session, _subscriber(visit, token), form, visit.now)
            return redirect(visit.path("personal", token) + "?done=saved", 303)
    except FormFaults as faults:
        with reading(language) as visit:
            return _show(visit, token, sent, faults)


@blueprint.get("/<language:language>/link")
def ask(language: str) -> Response:
    """Show the form that asks for a link."""
    with reading(language) as visit:
        return _ask(visit, {})


@blueprint.post("/<language:language>/link")
def send(language: str) -> Response:
    """Mail the link; the answer is the same for a known address and an unknown one."""
    if too_often("link"):
        return errors.problem(429)
    values = {"address": sent_text("address").strip(), "language": language}
    try:
        with writing(language) as visit:
            if not from_a_machine():
                form = read_form(LinkForm, values)
                request_link(visit.session, visit.services.outbox, visit.site, form, visit.now)
            return redirect(visit.path("link", "sent"), 303)
    except FormFaults as faults:
        with reading(language) as visit:
            return _ask(visit, values, faults)


@blueprint.get("/<language:language>/link/sent")
def sent(language: str) -> Response:
    """Say what to do next."""
    with reading(language) as visit:
        return visit.show("link_sent.html", switch=visit.everywhere("link", "sent"))


def _show(
    visit: Visit,
    token: str,
    sent: Mapping[str, str] | None = None,
    faults: FormFaults | None = None,
) -> Response:
    number = _subscriber(visit, token)
    found = held(visit.session, number)
    links = visit.services.links
    return visit.show(
        "personal.html",
        switch=visit.everywhere("personal", token),
        status=422 if faults else 200,
        held=found,
        topics={topic.slug: visit.text(topic.names) for topic in active_topics(visit.session)},
        values=sent or {"first_name": found.first_name, "last_name": found.last_name},
        done=request.args.get("done", ""),
        action=visit.path("personal", token),
        preferences=visit.local(links.to_preferences(visit.language, subscriber=number)),
        faults=told(faults, visit.t, {}) if faults else [],
    )


def _ask(visit: Visit, values: Mapping[str, str], faults: FormFaults | None = None) -> Response:
    return visit.show(
        "link.html",
        addresses=visit.everywhere("link"),
        status=422 if faults else 200,
        values=values,
        faults=told(faults, visit.t, EMPTY) if faults else [],
    )


def _subscriber(visit: Visit, token: str) -> int:
    return visit.services.links.read_expiring(Purpose.PERSONAL, token, visit.now)[0]
