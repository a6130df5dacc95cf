"""Who may see which page of the desk: every route names the role that it needs.

The browser holds one signed cookie beneath `/desk`, with the secret of a row in `staff_sessions`
and the token that forms must send back (CSRF). Public pages set no cookie.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, redirect, request, session, url_for
from flask_wtf.csrf import generate_csrf, validate_csrf  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError  # type: ignore[import-untyped]

from outreach.phrases.catalog import Phrases, phrases
from outreach.staff import sessions
from outreach.staff.audit import Actor
from outreach.staff.models import Role, Staff, StaffSession
from outreach.staff.people import locked
from outreach.web.desk.rooms import ways
from outreach.web.visit import Visit, enter, guessed_language, present_services

SECRET = "secret"  # noqa: S105  (a key of the cookie)
NOTE = "note"
NEEDS = "_needs_role"
OPEN = "open"
"""In the place of a role: for whoever is not signed in."""

View = Callable[..., AnyResponse]


@dataclass(frozen=True)
class DeskVisit:
    """One request to a page of the desk."""

    visit: Visit
    signed_in: StaffSession | None

    @property
    def staff(self) -> Staff:
        """Give who is signed in; only on pages that need a role."""
        if self.signed_in is None:
            abort(401)
        return self.signed_in.staff

    @property
    def actor(self) -> Actor:
        """Give whom the audit log names."""
        return Actor(self.staff, self.visit.now)

    @cached_property
    def t(self) -> Phrases:
        """Give the words of the page's language."""
        return phrases(self.visit.language)

    def show(
        self,
        template: str,
        *,
        status: int = 200,
        **values: Any,  # noqa: ANN401  (of the template)
    ) -> Response:
        """Answer with a page of the desk."""
        return self.visit.show(
            f"desk/{template}",
            status=status,
            desk=self,
            ways=ways(self.signed_in.staff.role) if self.signed_in else None,
            csrf=generate_csrf,
            note=_take_note,
            languages=self.visit.language_names,
            **values,
        )

    def speaking(self, language: str) -> "DeskVisit":
        """Give the same visit in another language, if the site speaks it."""
        visit = self.visit
        if language not in visit.site.languages:
            return self
        return DeskVisit(replace(visit, language=language), self.signed_in)

    def may(self, role: str) -> bool:
        """Tell whether the signed-in person may do what needs a role."""
        return self.signed_in is not None and self.signed_in.staff.role.allows(Role(role))


def install(app: Flask, *, keys: tuple[str, ...], https: bool) -> None:
    """Set up the one cookie of the desk."""
    app.config.update(
        SECRET_KEY=keys[0],
        SECRET_KEY_FALLBACKS=list(keys[1:]),
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_PATH="/desk",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=https,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sessions.A_MONTH,
        WTF_CSRF_TIME_LIMIT=None,
    )


def needs(role: Role | None) -> Callable[[View], View]:
    """Let a view answer only to staff with that role, or (None) to anybody.

    Every POST must carry the token of its page.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def answer(**arguments: Any) -> AnyResponse:  # noqa: ANN401  (of the route)
            if request.method == "POST":
                _check_token()
            g.setdefault(NEEDS, role)
            if role is not None and (turned_away := _turned_away(role)):
                return turned_away
            return view(**arguments)

        setattr(answer, NEEDS, OPEN if role is None else str(role))
        return answer

    return guarded


def desk_blueprint(name: str) -> Blueprint:
    """Make a room of the desk."""
    return Blueprint(f"desk_{name}", __name__, url_prefix="/desk")


@contextmanager
def desk_reading() -> Iterator[DeskVisit]:
    """Open a visit that only reads."""
    services = present_services()
    with services.database.reading() as rows:
        yield _enter(services, rows)


@contextmanager
def desk_writing() -> Iterator[DeskVisit]:
    """Open a visit that writes: committed at the end, rolled back on an error."""
    services = present_services()
    with services.database.transaction() as rows:
        desk = _enter(services, rows)
        role = g.get(NEEDS)
        if role is not None:
            _check_again(desk, role)
        yield desk


def leave_note(word: str) -> None:
    """Keep a word on what was just done, for the next page of this room; its template says it."""
    session[NOTE] = [request.blueprint, word]


def _take_note() -> str:
    """Give that word, once; empty if nothing was done. No address can make one up."""
    room, word = session.get(NOTE) or ("", "")
    if not word or room != request.blueprint:
        return ""
    session.pop(NOTE)
    return str(word)


def _enter(services: Any, rows: Any) -> DeskVisit:  # noqa: ANN401
    secret = session.get(SECRET, "")
    signed_in = sessions.find(rows, secret, services.clock()) if secret else None
    visit = enter(services, rows, None)
    wished = signed_in.staff.language if signed_in else request.args.get("language", "")
    chosen = wished if wished in visit.site.languages else guessed_language(visit.site)
    return DeskVisit(replace(visit, language=chosen), signed_in)


def _check_again(desk: DeskVisit, role: Role) -> None:
    """Look once more, with their row locked: a role may have been taken away a moment ago."""
    if desk.signed_in is None or desk.staff.disabled_at is not None:
        abort(401)
    if not locked(desk.visit.session, desk.staff.id).role.allows(role):
        abort(403)


def _turned_away(role: Role) -> AnyResponse | None:
    """Send whoever is not signed in to the door; refuse whoever may not do this."""
    with desk_reading() as desk:
        if desk.signed_in is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("desk_signin.sign_in", next=back), 303)
        if not desk.staff.role.allows(role):
            return desk.show("forbidden.html", status=403, section="")
    return None


def _check_token() -> None:
    try:
        validate_csrf(request.form.get("csrf_token", ""))
    except ValidationError:
        abort(400)
