"""The door of the desk: signing in and out, and choosing a password by a mailed link."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.db.limits import Limit, allow
from outreach.errors import BadToken, OutreachError, Refused
from outreach.links import Purpose
from outreach.staff import people, second_step, sessions
from outreach.staff.invitations import choose_password, opened, send_reset
from outreach.staff.models import Role, Staff
from outreach.staff.signin import TOO_OFTEN, Attempt
from outreach.staff.signin import sign_in as show_password
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
HALF = "half"
"""Who has shown their password, and not yet the code of their second step."""
A_MOMENT = timedelta(minutes=5)
CODES = Limit("desk-code", 10, timedelta(minutes=15))


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
        number = show_password(services.database, attempt, key, services.clock())
    except Refused as refused:
        with desk_reading() as desk:
            return _form(desk, refused)
    stays = request.form.get("stays") == "yes"
    answer = _let_in(number, stays=stays, to=_inside(request.form.get("next", "")))
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


@blueprint.get("/second-step")
@needs(None)
def second() -> AnyResponse:
    """Ask for a code, of whoever has shown their password a moment ago."""
    if _half() is None:
        return redirect(url_for("desk_signin.sign_in"), 303)
    with desk_reading() as desk:
        return desk.show("second.html", faults=[])


@blueprint.post("/second-step")
@needs(None)
def take_code() -> AnyResponse:
    """Let in whoever has the code too."""
    half = _half()
    if half is None:
        return redirect(url_for("desk_signin.sign_in"), 303)
    services = present_services()
    keys, now = services.settings.secret_keys, services.clock()
    asker, key = str(half["number"]), keys[0].encode()
    try:
        with services.database.transaction() as rows:
            allowed = allow(rows, CODES, asker=asker, key=key, now=now)
        if not allowed:
            raise Refused(TOO_OFTEN.text)  # noqa: TRY301
        with services.database.transaction() as rows:
            second_step.check(rows, half["number"], keys, sent_text("code"), now)
    except Refused as refused:
        with desk_reading() as desk:
            fault = Fault("code", desk.t.say(refused))
            return desk.show("second.html", status=422, faults=[fault])
    _begin(half["number"], stays=half["stays"])
    return redirect(half["to"], 303)


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
    return _let_in(number, stays=False, to=url_for("desk_home.home"))


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


def _let_in(number: int, *, stays: bool, to: str) -> AnyResponse:
    """Let somebody in who has shown their password, or ask for the second step first."""
    with desk_reading() as desk:
        staff = desk.visit.session.get_one(Staff, number)
        until = int((desk.visit.now + A_MOMENT).timestamp())
    if staff.second_since is None:
        _begin(number, stays=stays)
        return redirect(to, 303)
    session.clear()
    session[HALF] = {"number": number, "stays": stays, "to": to, "until": until}
    return redirect(url_for("desk_signin.second"), 303)


def _half() -> dict[str, Any] | None:
    """Give who has shown their password in this browser within the last minutes."""
    half: dict[str, Any] | None = session.get(HALF)
    now = present_services().clock()
    return half if half is not None and half["until"] > now.timestamp() else None


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
