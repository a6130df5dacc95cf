"""One's own account: name, language, password, and where one is signed in."""

from collections.abc import Sequence

from flask import Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import Refused
from outreach.staff import second_step, sessions
from outreach.staff.invitations import choose_password
from outreach.staff.models import Role
from outreach.staff.people import locked
from outreach.staff.signin import check_present
from outreach.web.desk.access import (
    DeskVisit,
    desk_blueprint,
    desk_reading,
    desk_writing,
    leave_note,
    needs,
)
from outreach.web.desk.words import said_browser, said_role
from outreach.web.forms import Fault, sent_text
from outreach.web.visit import present_services

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
    new = request.form.get("password", "")
    field = "present"
    try:
        _require_present("present")
        field = "password"
        with desk_writing() as desk:
            kept = desk.signed_in.id if desk.signed_in else None
            staff = locked(desk.visit.session, desk.staff.id)
            choose_password(desk.visit.session, staff, new, desk.visit.now, keep=kept)
    except Refused as refused:
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
        if 0 < number < 2**63:
            sessions.end(rows, staff, number)
        elif request.form.get("all") == "yes" and desk.signed_in is not None:
            sessions.end_all(rows, staff, but=desk.signed_in.id)
        else:
            raise Refused("This button is not known. Open the page again.")
        desk.actor.did(rows, "staff.sign_out", staff.address)
    return _done("ended")


@blueprint.post("/account/second")
@needs(Role.VIEWER)
def second() -> AnyResponse:
    """Set the second step up, confirm it, or turn it off (which asks for the password)."""
    wish = request.form.get("do", "")
    keys = present_services().settings.secret_keys
    codes: list[str] = []
    try:
        if wish == "off":
            _require_present("second_present")
        with desk_writing() as desk:
            rows, staff = desk.visit.session, desk.staff
            if wish == "begin" and staff.second_since is None:
                second_step.begin(staff)
            elif wish == "confirm" and staff.second_since is None:
                codes = second_step.confirm(rows, staff, keys, sent_text("code"), desk.actor)
            elif wish == "off":
                second_step.turn_off(rows, staff, desk.actor)
    except Refused as refused:
        field = "second_present" if wish == "off" else "code"
        with desk_reading() as desk:
            return _page(desk, [Fault(field, desk.t.say(refused))])
    if codes:
        with desk_reading() as desk:
            return _page(desk, [], codes=codes)
    return _done("second")


def _require_present(field: str) -> None:
    """Take the present password from a field of the form, before anything is written."""
    services = present_services()
    key = services.settings.secret_keys[0].encode()
    with desk_reading() as desk:
        staff = desk.staff
    check_present(services.database, staff, request.form.get(field, ""), key, services.clock())


def _page(desk: DeskVisit, faults: list[Fault], codes: Sequence[str] = ()) -> Response:
    staff, keys = desk.staff, desk.visit.services.settings.secret_keys
    pending = staff.second_salt is not None and staff.second_since is None
    organisation = desk.visit.site.name(desk.visit.language)
    found = sessions.sessions_of(desk.visit.session, desk.staff, desk.visit.now)
    zone = desk.visit.services.settings.staff_zone
    return desk.show(
        "account.html",
        status=422 if faults else 200,
        section="account",
        faults=faults,
        zone=zone,
        role=said_role(desk.staff.role, desk.t),
        sessions=found,
        said_browser=said_browser,
        codes=codes,
        key=second_step.secret(staff, keys[0]) if pending else "",
        picture=Markup(second_step.picture(staff, keys[0], organisation)) if pending else "",  # noqa: S704
    )


def _done(what: str) -> AnyResponse:
    leave_note(what)
    return redirect(url_for("desk_account.show"), 303)
