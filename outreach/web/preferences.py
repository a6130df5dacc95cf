"""The preference page: topics, language, a pause, leaving and coming back.

It opens by a link that stands in every mail and may be forwarded, so it shows no name and no
address; those have a page of their own behind a fresh link.
"""

from dataclasses import replace
from datetime import date, timedelta

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from outreach.audience.forms import FormFaults, read_form
from outreach.audience.preferences import (
    Preferences,
    PreferencesForm,
    leave_all,
    read,
    save,
    undo,
)
from outreach.audience.words import preference_words
from outreach.links import Purpose
from outreach.web.forms import sent_list, sent_text, told
from outreach.web.visit import Visit, reading, writing

blueprint = Blueprint("preferences", __name__)

PAUSES = (30, 90, 180)
"""Days."""


@blueprint.get("/<language:language>/preferences/<token:token>")
def page(language: str, token: str) -> Response:
    """Show somebody's choices; opening the link changes nothing."""
    with reading(language) as visit:
        return _show(visit, token)


@blueprint.post("/<language:language>/preferences/<token:token>")
def change(language: str, token: str) -> Response:
    """Save the choices, leave everything, or come back."""
    try:
        with writing(language) as visit:
            done, shown_in = _act(visit, _subscriber(visit, token))
            chosen = shown_in if shown_in in visit.site.languages else language
            links = visit.services.links
            page = visit.local(links.page(chosen, "preferences", token))
            return redirect(f"{page}?done={done}", 303)
    except FormFaults as faults:
        with reading(language) as visit:
            return _show(visit, token, faults)


def _act(visit: Visit, subscriber: int) -> tuple[str, str]:
    """Do what the pressed button says; give what was done and the language to go on in."""
    if request.form.get("button") == "leave":
        leave_all(visit.session, subscriber, visit.now)
        return "left", visit.language
    if "undo" in request.form:
        undo(visit.session, subscriber, visit.now, topic=sent_text("undo") or None)
        return "back", visit.language
    form = read_form(PreferencesForm, sent_choices() | {"page_language": visit.language})
    save(visit.session, subscriber, form, visit.now)
    return "saved", form.language


def _show(visit: Visit, token: str, faults: FormFaults | None = None) -> Response:
    found = read(visit.session, _subscriber(visit, token), visit.now)
    if faults:
        found = as_sent(found)
    return visit.show(
        "preferences.html",
        switch=visit.everywhere("preferences", token),
        status=422 if faults else 200,
        preferences=found,
        pauses=pauses(found, visit.now.date()),
        words=preference_words(visit.language).text,
        done=request.args.get("done", ""),
        action=visit.path("preferences", token),
        faults=told(faults, visit.t, {}) if faults else [],
    )


def sent_choices() -> dict[str, object]:
    """Give what the form of the choices sent."""
    return {
        "topics": sent_list("topics"),
        "language": sent_text("language"),
        "paused_until": sent_text("paused_until") or None,
    }


def as_sent(found: Preferences) -> Preferences:
    """Keep what was chosen on the page that could not be saved."""
    ticked = sent_list("topics")
    topics = tuple(replace(topic, chosen=topic.slug in ticked) for topic in found.topics)
    return replace(found, topics=topics, language=sent_text("language"))


def pauses(found: Preferences, today: date) -> list[date]:
    """Give the days until which one can pause, the present choice among them."""
    offered = {today + timedelta(days=days) for days in PAUSES}
    return sorted(offered | ({found.paused_until} if found.paused_until else set()))


def _subscriber(visit: Visit, token: str) -> int:
    return visit.services.links.read(Purpose.PREFERENCES, token)[0]
