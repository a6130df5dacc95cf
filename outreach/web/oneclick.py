"""The unsubscribe link: one click for machines (RFC 8058), one button for people.

Never limited, never behind a cookie, and only a POST changes anything (MAIL.md U3 to U5).
"""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import HTTPException

from outreach.audience import preferences, unsubscribe
from outreach.audience.models import Method
from outreach.errors import BadToken, NotFound, Refused
from outreach.links import Purpose
from outreach.web.visit import Visit, enter, present_services, reading, writing

blueprint = Blueprint("oneclick", __name__, url_prefix="/u")


@dataclass(frozen=True)
class Pressed:
    """The numbers of a link."""

    subscriber: int
    topic: int
    batch: int


@blueprint.get("/<token:token>")
def page(token: str) -> Response:
    """Show one button, in the subscriber's language; opening the link changes nothing."""
    with reading() as visit:
        return _show(visit, token, "leave.html")


@blueprint.post("/<token:token>")
def press(token: str) -> Response:
    """Unsubscribe, or undo it; whatever is not a button of our page is a one-click request."""
    button = pressed_button()
    if button == "leave":
        return _leave(token)
    if button == "undo":
        return _undo(token)
    return _one_click(token)


def _one_click(token: str) -> Response:
    """Answer 200 in any case: nothing is revealed about a token that we did not make."""
    services = present_services()
    try:
        link = _read(token)
    except BadToken:
        link = None
    if link:
        with services.database.transaction() as session:
            unsubscribe.one_click(
                session, link.subscriber, link.topic, link.batch, services.clock(), Method.ONE_CLICK
            )
    return unsubscribed()


def unsubscribed() -> Response:
    """Give the answer that a machine gets, whatever became of its request."""
    answer = make_response("Unsubscribed.\n")
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer


def _leave(token: str) -> Response:
    link = _read(token)
    with writing() as visit:
        unsubscribe.one_click(
            visit.session, link.subscriber, link.topic, link.batch, visit.now, Method.ONE_CLICK
        )
        return _show(visit, token, "left.html")


def _undo(token: str) -> Response:
    link = _read(token)
    with writing() as visit:
        leaving = unsubscribe.read(visit.session, link.subscriber, link.topic)
        if leaving and not leaving.subscribed:
            topic = leaving.topic or None
            if not preferences.undo(visit.session, link.subscriber, visit.now, topic=topic):
                raise Refused(
                    "This was too long ago to be undone. Subscribe again; it takes a minute."
                )
        return _show(visit, token, "back.html")


def _show(visit: Visit, token: str, template: str) -> Response:
    link = _read(token)
    leaving = unsubscribe.read(visit.session, link.subscriber, link.topic)
    if leaving is None:
        raise NotFound("There is nothing to unsubscribe from any more.")
    theirs = in_their_language(visit, leaving.language)
    links = theirs.services.links
    return theirs.show(
        template,
        leaving=leaving,
        topic=theirs.text(leaving.names),
        undoable=not leaving.subscribed
        and preferences.undoable(
            theirs.session, link.subscriber, theirs.now, topic=leaving.topic or None
        ),
        action=request.path,
        switch={
            language: f"{request.path}?language={language}" for language in visit.site.languages
        },
        preferences=theirs.local(links.to_preferences(theirs.language, subscriber=link.subscriber)),
    )


def in_their_language(visit: Visit, language: str) -> Visit:
    """Give the visit in the language that is asked for, or else in a subscriber's."""
    wished = request.args.get("language", "")
    if wished in visit.site.languages:
        chosen = wished
    else:
        spoken = dict.fromkeys(visit.site.languages, "")
        chosen = visit.site.choose(spoken, language) or visit.language
    return enter(visit.services, visit.session, chosen)


def _read(token: str) -> Pressed:
    return Pressed(*present_services().links.read(Purpose.UNSUBSCRIBE, token))


def pressed_button() -> str:
    """Give which of our buttons was pressed; a body that cannot be read holds none."""
    try:
        return request.form.get("button", "")
    except HTTPException:
        return ""
