"""The door of the desk: signing in and out, and choosing a password by a mailed link."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import BadToken, OutreachError, Refused
from outreach.links import Purpose
from outreach.staff import people, sessions
from outreach.staff.invitations import choose_password, opened, send_reset
from outreach.staff.models import Role, Staff
from outreach.staff.signin import Attempt
from outreach.staff.signin import sign_in as let_in
from outreach.web.desk.access import (
    SECRET,
    DeskVisit,
    desk_blueprint,
    desk_reading,
    desk_writing,
    needs,
)
from outreach.web.forms import Fault, sent_text, too_often
from outreach.web.visit import present_services

blueprint = desk_blueprint("signin")

KNOWN = "desk_known"
"""The cookie that says who has been signed in here before: for the limits against guessing."""
A_YEAR = 365 * 86_400


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
    attempt = Attempt(
        sent_text("address").strip(),
        request.form.get("password", ""),
        request.remote_addr or "",
        _known_as(),
    )
    key = services.settings.secret_keys[0].encode()
    try:
        number = let_in(services.database, attempt, key, services.clock())
    except Refused as refused:
        with desk_reading() as desk:
            return _form(desk, refused)
    _begin(number, stays=request.form.get("stays") == "yes")
    answer = redirect(_inside(request.form.get("next", "")), 303)
    token = services.links.token(Purpose.BROWSER, number)
    answer.set_cookie(
        KNOWN,
        token,
        max_age=A_YEAR,
        path="/desk/sign-in",
        secure=services.settings.base_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )
    return answer


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
        return _too_often()
    with desk_writing() as desk:
        visit = desk.visit
        try:
            staff = people.find(visit.session, sent_text("address").strip())
        except OutreachError:
            staff = None
        if staff is not None and staff.disabled_at is None:
            send_reset(visit.session, visit.services.outbox, visit.site, staff, visit.now)
    return redirect(url_for("desk_signin.forgotten", sent="yes"), 303)


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
            staff = _owner(desk, token)
            choose_password(
                desk.visit.session, staff, request.form.get("password", ""), desk.visit.now
            )
            number = staff.id
    except Refused as refused:
        with desk_reading() as desk:
            fault = Fault("password", desk.t.say(refused))
            return _choice(desk, _owner(desk, token), [fault])
    _begin(number, stays=False)
    return redirect(url_for("desk_home.home"), 303)


def _owner(desk: DeskVisit, token: str) -> Staff:
    visit = desk.visit
    return opened(visit.session, visit.services.links, token, visit.now)


def _choice(desk: DeskVisit, staff: Staff, faults: list[Fault]) -> Response:
    return desk.show(
        "password.html", status=422 if faults else 200, address=staff.address, faults=faults
    )


def _form(desk: DeskVisit, refused: Refused | None = None) -> Response:
    faults = [Fault("password", desk.t.say(refused))] if refused else []
    return desk.show(
        "signin.html",
        status=422 if faults else 200,
        faults=faults,
        address=sent_text("address"),
        next=request.values.get("next", ""),
    )


def _too_often() -> AnyResponse:
    with desk_reading() as desk:
        fault = Fault("address", desk.t("That was tried too often. Please wait an hour."))
        return make_response(
            desk.show("forgotten.html", status=429, sent=False, faults=[fault]), 429
        )


def _begin(number: int, *, stays: bool) -> None:
    """Sign this browser in; its cookie begins anew, so that none of before can be planted."""
    browser = request.headers.get("User-Agent", "")
    with desk_writing() as desk:
        visit = desk.visit
        staff = visit.session.get_one(Staff, number)
        secret, _ = sessions.begin(
            visit.session, staff, browser=browser, stays=stays, now=visit.now
        )
        sessions.forget(visit.session, visit.now)
    session.clear()
    session[SECRET] = secret
    session.permanent = stays


def _known_as() -> int:
    """Give whom the cookie of this browser names, or 0."""
    token = request.cookies.get(KNOWN, "")
    try:
        return present_services().links.read(Purpose.BROWSER, token)[0] if token else 0
    except (BadToken, ValueError, IndexError):
        return 0


def _inside(path: str) -> str:
    """Give where somebody wanted to go, if that is a page of the desk."""
    parts = urlsplit(path)
    is_ours = not parts.scheme and not parts.netloc and path.startswith("/desk/")
    return path if is_ours and "\\" not in path else url_for("desk_home.home")
