"""What happens behind the door: the cookies of whoever comes in, and the way to where they wanted.

Beside the session there is a cookie that says who has been signed in in this browser before. It
decides only which limit against guessing counts (`staff.signin`), and goes stale with a password.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import BadToken, Refused
from outreach.links import Purpose
from outreach.staff import sessions
from outreach.staff.audit import Actor
from outreach.staff.models import Staff
from outreach.staff.people import locked
from outreach.staff.signin import WRONG, Entered, Known
from outreach.web.desk.access import SECRET, desk_reading, desk_writing
from outreach.web.visit import present_services

KNOWN = "desk_known"
A_YEAR = 365 * 86_400
MOST_KNOWN = 5
"""People of one browser that are remembered."""
HALF = "half"
"""Who has shown their password, and not yet the code of their second step."""
A_MOMENT = timedelta(minutes=5)


@dataclass(frozen=True)
class Half:
    """Somebody who has shown their password, and where they want to go."""

    entered: Entered
    stays: bool
    to: str


def let_in(entered: Entered, *, stays: bool, to: str) -> AnyResponse:
    """Let somebody in who has shown their password, or ask for the second step first."""
    with desk_reading() as desk:
        staff = desk.visit.session.get_one(Staff, entered.number)
        until = int((desk.visit.now + A_MOMENT).timestamp())
    if staff.second_since is None:
        return begin(Half(entered, stays, to))
    session.clear()
    session[HALF] = [entered.number, entered.password_number, stays, to, until]
    return redirect(url_for("desk_signin.second"), 303)


def half_way() -> Half | None:
    """Give who has shown their password in this browser within the last minutes."""
    half: list[Any] | None = session.get(HALF)
    if half is None or half[4] <= present_services().clock().timestamp():
        return None
    return Half(Entered(half[0], half[1]), half[2], half[3])


def begin(half: Half) -> AnyResponse:
    """Sign this browser in, and lead on; its cookie begins anew, so that none can be planted.

    Refused if the password was changed, or its owner shut out, since it was looked at.
    """
    browser = request.headers.get("User-Agent", "")
    with desk_writing() as desk:
        visit, rows = desk.visit, desk.visit.session
        staff = locked(rows, half.entered.number)
        if staff.password_number != half.entered.password_number or staff.disabled_at is not None:
            raise Refused(WRONG.text)
        if desk.signed_in is not None:
            sessions.end(rows, desk.signed_in.staff, desk.signed_in.id)
        secret, _ = sessions.begin(rows, staff, browser=browser, stays=half.stays, now=visit.now)
        sessions.forget(rows, visit.now)
        Actor(staff, visit.now).did(rows, "staff.sign_in", staff.address)
    session.clear()
    session[SECRET] = secret
    session.permanent = half.stays
    answer = redirect(half.to, 303)
    _remember(answer, half.entered)
    return answer


def known() -> Known:
    """Give whom the cookie of this browser names."""
    token = request.cookies.get(KNOWN, "")
    try:
        first, *numbers = present_services().links.read(Purpose.BROWSER, token)
    except (BadToken, ValueError):
        return Known()
    pairs = zip(numbers[::2], numbers[1::2], strict=False)
    return Known(first, tuple(Entered(*pair) for pair in pairs))


def inside(path: str) -> str:
    """Give where somebody wanted to go, if that is a page of the desk."""
    home = url_for("desk_home.home")
    try:
        parts = urlsplit(path)
    except ValueError:
        return home
    is_ours = not parts.scheme and not parts.netloc and path.startswith("/desk/")
    return path if is_ours and path.isprintable() and "\\" not in path else home


def _remember(answer: AnyResponse, entered: Entered) -> None:
    services, before = present_services(), known()
    others = [each for each in before.people if each.number != entered.number]
    people = [entered, *others][:MOST_KNOWN]
    numbers = [part for each in people for part in (each.number, each.password_number)]
    browser = before.browser or secrets.randbits(62) + 1
    answer.set_cookie(
        KNOWN,
        services.links.token(Purpose.BROWSER, browser, *numbers),
        max_age=A_YEAR,
        path="/desk",
        secure=services.settings.base_url.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )
