"""The pages behind the links of a test: they look and answer as the real ones and change nothing.

There is no writing visit in this module: that is what makes it a sandbox.
"""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.audience.forms import FormFaults, read_form
from outreach.audience.preferences import PreferencesForm
from outreach.audience.sandbox import leaving, preferences
from outreach.audience.words import preference_words
from outreach.links import Purpose
from outreach.web.forms import told
from outreach.web.oneclick import in_their_language, pressed_button, unsubscribed
from outreach.web.preferences import as_sent, pauses, sent_choices
from outreach.web.visit import Visit, present_services, reading

blueprint = Blueprint("sandbox", __name__, url_prefix="/test")

BUTTONS = {"leave": "left.html", "undo": "back.html"}


@blueprint.get("/<token:token>")
def page(token: str) -> Response:
    """Show the unsubscribe page as a subscriber would see it."""
    return _leaving(token, "leave.html")


@blueprint.post("/<token:token>")
def press(token: str) -> Response:
    """Answer as the real page does; whatever is not a button of it is a one-click request."""
    template = BUTTONS.get(pressed_button())
    return _leaving(token, template) if template else unsubscribed()


@blueprint.get("/<token:token>/choices")
def choices(token: str) -> Response:
    """Show the preference page as a subscriber would see it."""
    return _choices(token)


@blueprint.post("/<token:token>/choices")
def choose(token: str) -> AnyResponse:
    """Answer as the real page does."""
    if request.form.get("button") == "leave":
        return _done("left", request.args.get("language", ""))
    if "undo" in request.form:
        return _done("back", request.args.get("language", ""))
    try:
        form = read_form(PreferencesForm, sent_choices())
    except FormFaults as faults:
        return _choices(token, faults)
    return _done("saved", form.language)


def _leaving(token: str, template: str) -> Response:
    topic, message = _read(token)
    with reading() as visit:
        found = leaving(visit.session, topic, message)
        theirs = in_their_language(visit, found.language)
        links = theirs.services.links
        return theirs.show(
            template,
            sandbox=True,
            leaving=found,
            topic=theirs.text(found.names),
            undoable=False,
            action=_here(theirs),
            switch=_switch(theirs),
            preferences=theirs.local(links.to_sandbox_preferences(topic=topic, message=message))
            + f"?language={theirs.language}",
        )


def _choices(token: str, faults: FormFaults | None = None) -> Response:
    topic, message = _read(token)
    done = request.args.get("done", "")
    with reading() as visit:
        theirs = in_their_language(visit, leaving(visit.session, topic, message).language)
        found = preferences(theirs.session, topic, theirs.language, left=done == "left")
        return theirs.show(
            "preferences.html",
            sandbox=True,
            status=422 if faults else 200,
            switch=_switch(theirs),
            preferences=as_sent(found) if faults else found,
            pauses=pauses(found, theirs.now.date()),
            words=preference_words(theirs.language).text,
            done=done,
            action=_here(theirs),
            own_link=f"{_here(theirs)}&done=link",
            faults=told(faults, theirs.t, {}) if faults else [],
        )


def _read(token: str) -> tuple[int, int]:
    numbers = present_services().links.read(Purpose.SANDBOX, token)
    return numbers[0], numbers[1]


def _here(visit: Visit) -> str:
    return f"{request.path}?language={visit.language}"


def _switch(visit: Visit) -> dict[str, str]:
    return {language: f"{request.path}?language={language}" for language in visit.site.languages}


def _done(what: str, language: str) -> AnyResponse:
    with reading() as visit:
        spoken = language if language in visit.site.languages else visit.language
    return redirect(f"{request.path}?language={spoken}&done={what}", 303)
