"""One's own account: name, language, password, and where one is signed in."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import Refused
from outreach.staff import passwords, sessions
from outreach.staff.invitations import choose_password
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.words import said_browser, said_role
from outreach.web.forms import Fault, sent_text

blueprint = desk_blueprint("account")


@blueprint.get("/account")
@needs(Role.VIEWER)
def show() -> AnyResponse:
    """Show one's account."""
    with desk_reading() as desk:
        return _page(desk, [])


@blueprint.post("/account")
@needs(Role.VIEWER)
def change() -> AnyResponse:
    """Change name and language."""
    with desk_writing() as desk:
        staff, before = desk.staff, {"name": desk.staff.name, "language": desk.staff.language}
        staff.name = sent_text("name").strip()[:200]
        language = sent_text("language")
        staff.language = language if language in desk.visit.site.languages else staff.language
        after = {"name": staff.name, "language": staff.language}
        if after != before:
            desk.actor.did(
                desk.visit.session, "staff.account", staff.address, before=before, after=after
            )
    return _done("saved")


@blueprint.post("/account/password")
@needs(Role.VIEWER)
def change_password() -> AnyResponse:
    """Set a new password, for whoever knows the present one; other browsers are signed out."""
    present, new = request.form.get("present", ""), request.form.get("password", "")
    try:
        with desk_writing() as desk:
            if not passwords.is_right(desk.staff.password, present):
                raise _Wrong("That is not your present password.")
            kept = desk.signed_in
            staff = desk.staff
            browser, ends_at = (kept.secret, kept.ends_at) if kept else (b"", desk.visit.now)
            choose_password(desk.visit.session, staff, new, desk.visit.now)
            sessions.keep(
                desk.visit.session,
                staff,
                browser,
                name=request.headers.get("User-Agent", ""),
                now=desk.visit.now,
                ends_at=ends_at,
            )
    except Refused as refused:
        field = "present" if isinstance(refused, _Wrong) else "password"
        with desk_reading() as desk:
            return _page(desk, [Fault(field, desk.t.say(refused))])
    return _done("password")


@blueprint.post("/account/sessions")
@needs(Role.VIEWER)
def end_sessions() -> AnyResponse:
    """End one session, or all others."""
    with desk_writing() as desk:
        rows, staff = desk.visit.session, desk.staff
        number = request.form.get("session", 0, type=int)
        if number:
            sessions.end(rows, staff, number)
        elif desk.signed_in is not None:
            sessions.end_all(rows, staff, but=desk.signed_in.id)
        desk.actor.did(rows, "staff.sign_out", staff.address)
    return _done("ended")


class _Wrong(Refused):
    """The present password was not given."""


def _page(desk: DeskVisit, faults: list[Fault]) -> Response:
    found = sessions.sessions_of(desk.visit.session, desk.staff, desk.visit.now)
    zone = desk.visit.services.settings.staff_zone
    return desk.show(
        "account.html",
        status=422 if faults else 200,
        section="account",
        faults=faults,
        done=request.args.get("done", ""),
        zone=zone,
        role=said_role(desk.staff.role, desk.t),
        sessions=found,
        said_browser=said_browser,
    )


def _done(what: str) -> AnyResponse:
    return redirect(url_for("desk_account.show", done=what), 303)
