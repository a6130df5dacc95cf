"""The door of the desk: signing in and out, and choosing a password by a mailed link."""

from flask import Response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.db.limits import Limit, allow
from outreach.errors import OutreachError, Refused
from outreach.staff import invitations, second_step, sessions
from outreach.staff.models import Role, Staff
from outreach.staff.signin import QUARTER, TOO_OFTEN, Attempt, Entered
from outreach.staff.signin import sign_in as show_password
from outreach.web.desk.access import (
    DeskVisit,
    desk_blueprint,
    desk_reading,
    desk_writing,
    needs,
)
from outreach.web.desk.letting_in import begin, half_way, inside, known, let_in
from outreach.web.forms import Fault, place, sent_text, too_often
from outreach.web.visit import present_services

blueprint = desk_blueprint("signin")

CODES = Limit("desk-code", 10, QUARTER)


@blueprint.get("/sign-in")
@needs(None)
def sign_in() -> AnyResponse:
    """Show the form."""
    with desk_reading() as desk:
        return _form(desk)


@blueprint.post("/sign-in")
@needs(None)
def enter() -> AnyResponse:
    """Let somebody in; what is wrong is told in the same words, whatever it is."""
    services = present_services()
    password = request.form.get("password", "")
    attempt = Attempt(sent_text("address").strip(), password, place(), known())
    key = services.settings.secret_keys[0].encode()
    to, stays = inside(request.form.get("next", "")), request.form.get("stays") == "yes"
    try:
        entered = show_password(services.database, attempt, key, services.clock())
        return let_in(entered, stays=stays, to=to)
    except Refused as refused:
        with desk_reading() as desk:
            return _form(desk, refused)


@blueprint.get("/second-step")
@needs(None)
def second() -> AnyResponse:
    """Ask for a code, of whoever has shown their password a moment ago."""
    if half_way() is None:
        return redirect(url_for("desk_signin.sign_in"), 303)
    with desk_reading() as desk:
        return desk.show("second.html", faults=[])


@blueprint.post("/second-step")
@needs(None)
def take_code() -> AnyResponse:
    """Let in whoever has the code too."""
    half = half_way()
    if half is None:
        return redirect(url_for("desk_signin.sign_in"), 303)
    try:
        _check_code(half.entered.number)
        return begin(half)
    except Refused as refused:
        with desk_reading() as desk:
            fault = Fault("code", desk.t.say(refused))
            return desk.show("second.html", status=422, faults=[fault])


@blueprint.post("/sign-out")
@needs(Role.VIEWER)
def sign_out() -> AnyResponse:
    """End this session."""
    with desk_writing() as desk:
        if desk.signed_in is not None:
            sessions.end(desk.visit.session, desk.staff, desk.signed_in.id)
    session.clear()
    return redirect(url_for("desk_signin.sign_in"), 303)


@blueprint.get("/forgotten")
@needs(None)
def forgotten() -> AnyResponse:
    """Show the form that asks for a link."""
    with desk_reading() as desk:
        return desk.show("forgotten.html", sent=request.args.get("sent") == "yes", faults=[])


@blueprint.post("/forgotten")
@needs(None)
def send_link() -> AnyResponse:
    """Mail a link to whoever uses the desk; the answer is the same for any address."""
    if too_often("desk-link"):
        with desk_reading() as desk:
            fault = Fault("address", desk.t("That was tried too often. Please wait an hour."))
            return desk.show("forgotten.html", status=429, sent=False, faults=[fault])
    with desk_writing() as desk:
        visit, language = desk.visit, desk.visit.language
        invitations.request_reset(
            visit.session,
            visit.services.outbox,
            visit.site,
            sent_text("address").strip(),
            visit.now,
        )
    return redirect(url_for("desk_signin.forgotten", sent="yes", language=language), 303)


@blueprint.get("/password/<token:token>")
@needs(None)
def choose(token: str) -> AnyResponse:
    """Show the form for a new password."""
    with desk_reading() as desk:
        return _choice(desk, _owner(desk, token), [])


@blueprint.post("/password/<token:token>")
@needs(None)
def set_password(token: str) -> AnyResponse:
    """Set the password, and let them in."""
    try:
        with desk_writing() as desk:
            staff = _owner(desk, token, locked=True)
            invitations.choose_password(
                desk.visit.session, staff, request.form.get("password", ""), desk.visit.now
            )
            entered = Entered(staff.id, staff.password_number)
    except Refused as refused:
        with desk_reading() as desk:
            fault = Fault("password", desk.t.say(refused))
            return _choice(desk, _owner(desk, token), [fault])
    return let_in(entered, stays=False, to=url_for("desk_home.home"))


def _check_code(number: int) -> None:
    """Take a code of the second step; Refused if it is wrong, or was tried too often."""
    services = present_services()
    keys, now = services.settings.secret_keys, services.clock()
    with services.database.transaction() as rows:
        allowed = allow(rows, CODES, asker=str(number), key=keys[0].encode(), now=now)
    if not allowed:
        raise Refused(TOO_OFTEN.text)
    with services.database.transaction() as rows:
        second_step.check(rows, number, keys, sent_text("code"), now)


def _owner(desk: DeskVisit, token: str, *, locked: bool = False) -> Staff:
    visit = desk.visit
    return invitations.opened(visit.session, visit.services.links, token, visit.now, locked=locked)


def _choice(desk: DeskVisit, staff: Staff, faults: list[Fault]) -> Response:
    spoken = desk.speaking(request.args.get("language") or staff.language)
    return spoken.show(
        "password.html", status=422 if faults else 200, address=staff.address, faults=faults
    )


def _form(desk: DeskVisit, refused: OutreachError | None = None) -> Response:
    faults = [Fault("password", desk.t.say(refused))] if refused else []
    return desk.show(
        "signin.html",
        status=422 if faults else 200,
        faults=faults,
        address=sent_text("address"),
        next=request.values.get("next", ""),
    )
