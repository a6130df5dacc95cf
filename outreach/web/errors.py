"""What went wrong, told in the visitor's language, whatever happened."""

from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from outreach import log
from outreach.errors import BadToken, NotFound, OutreachError, Sentence
from outreach.web.desk.access import desk_reading
from outreach.web.visit import reading

_log = log.logger("web.errors")

WORDS: dict[int, tuple[Sentence, Sentence]] = {
    400: (
        Sentence("We did not understand that"),
        Sentence("Your browser sent something that we cannot read. Nothing was changed."),
    ),
    401: (
        Sentence("You are not signed in any more"),
        Sentence("Your session has ended. Nothing was changed: sign in, and do it again."),
    ),
    403: (
        Sentence("This is not yours to do"),
        Sentence("Your role in the desk does not reach so far. Ask an admin if you need it."),
    ),
    404: (
        Sentence("This page does not exist"),
        Sentence(
            "The address may be mistyped, or the page has moved. "
            "The news and events of the last months are on the first page."
        ),
    ),
    405: (
        Sentence("This page does not exist"),
        Sentence("This address only takes forms that were sent from its own page."),
    ),
    422: (
        Sentence("That could not be done"),
        Sentence("Nothing was changed. Please go back and try again."),
    ),
    410: (
        Sentence("This link no longer works"),
        Sentence("Ask for a new one; it takes a minute."),
    ),
    413: (
        Sentence("That was too long"),
        Sentence("The form holds more than we can take. Nothing was changed; please shorten it."),
    ),
    429: (
        Sentence("Too many forms in a short time"),
        Sentence(
            "Many forms have been sent from your network within the hour. Nothing is lost: "
            "please wait an hour and send yours again."
        ),
    ),
    500: (
        Sentence("Something went wrong on our side"),
        Sentence(
            "The fault is ours and has been noted. Nothing was changed by your last step; "
            "please try again in a few minutes."
        ),
    ),
}


DESK_WORDS: dict[int, Sentence] = {
    404: Sentence("The address may be mistyped, or what stood there has been deleted."),
}
"""What the desk says instead."""


def install(app: Flask) -> None:
    """Register the pages for everything that can go wrong."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(BadToken, _bad_token)
    app.register_error_handler(OutreachError, _refused)
    app.register_error_handler(Exception, _broken)


def problem(code: int, explanation: OutreachError | None = None) -> Response:
    """Answer with the page for a status; never fails, not even without a database."""
    title, words = WORDS.get(code, WORDS[500 if code >= 500 else 400])
    try:
        if request.path.startswith("/desk/"):
            with desk_reading() as desk:
                said = desk.t.say(explanation or DESK_WORDS.get(code, words))
                return desk.show("problem.html", status=code, title=desk.t.say(title), words=said)
        with reading() as visit:
            return visit.show(
                "problem.html",
                status=code,
                title=visit.t.say(title),
                words=visit.t.say(explanation or words),
                code=code,
            )
    except Exception:  # noqa: BLE001  (the last place that can answer at all)
        body = render_template("plain.html", title=title, words=explanation or words)
        return make_response(body, 503)


def _http(error: HTTPException) -> AnyResponse:
    if isinstance(error, RequestRedirect):
        return error.get_response()
    if isinstance(error, NoRoute) and (bare := _without_slash()):
        return redirect(bare, 308)
    answer = problem(error.code or 500)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _without_slash() -> str | None:
    """Give the address without its last slash, if it is one of our pages."""
    path = request.path.rstrip("/")
    if path == request.path or not path:
        return None
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return quote(path)


def _not_found(_error: NotFound) -> Response:
    return problem(404)


def _bad_token(error: BadToken) -> Response:
    return problem(410, error)


def _refused(error: OutreachError) -> Response:
    return problem(422, error)


def _broken(error: Exception) -> Response:
    _log.error("a page failed", endpoint=request.endpoint, exc_info=error)
    return problem(500)
