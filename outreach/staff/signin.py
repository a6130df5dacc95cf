"""Signing in, with limits that hold off guessing and lock no colleague out.

A stranger who guesses from elsewhere uses up the limits for strangers only: a browser in which
somebody has been signed in before proves that by a cookie, and has a limit of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.db.database import Database
from outreach.db.limits import Limit, allow
from outreach.delivery.addresses import parse_address
from outreach.errors import OutreachError, Refused, Sentence
from outreach.staff import passwords
from outreach.staff.models import Staff

QUARTER = timedelta(minutes=15)
FROM_ONE_PLACE = Limit("desk-place", 50, QUARTER)
AT_ONE_ADDRESS = Limit("desk-address", 30, timedelta(hours=1))
IN_KNOWN_BROWSER = Limit("desk-browser", 10, QUARTER)
PRESENT_PASSWORD = Limit("desk-present", 10, QUARTER)
WRONG = Sentence("The address or the password is not right.")
TOO_OFTEN = Sentence("That was tried too often. Wait a quarter of an hour, then try again.")


class Entered(NamedTuple):
    """Somebody who has shown their password, and which one that was."""

    number: int
    """Their id."""
    password_number: int


@dataclass(frozen=True)
class Known:
    """Who has been signed in in a browser before, as its cookie proves."""

    browser: int = 0
    """A number of its own; 0 where there is no cookie."""
    people: tuple[Entered, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants to come in."""

    address: str
    password: str
    place: str
    """Their network address."""
    known: Known


def sign_in(database: Database, attempt: Attempt, key: bytes, now: datetime) -> Entered:
    """Give whoever may come in. Refused in the same words for whatever is wrong.

    Counts are kept in a transaction of their own; `key` hides what is counted.
    """
    normal = _normal(attempt.address)
    with database.reading() as session:
        found = _found(session, normal)
    _count(database, attempt, found, key, now)
    stored = found.password if found is not None and found.disabled_at is None else ""
    if not passwords.is_right(stored, attempt.password) or found is None:
        raise Refused(WRONG.text)
    if passwords.is_outdated(stored):
        fresh = passwords.hashed(attempt.password, address="")
        with database.transaction() as session:
            # Only what was looked at: they may have chosen another one meanwhile.
            session.execute(
                update(Staff)
                .where(Staff.id == found.id, Staff.password == stored)
                .values(password=fresh)
            )
    return Entered(found.id, found.password_number)


def check_present(
    database: Database, staff: Staff, password: str, key: bytes, now: datetime
) -> None:
    """Take the present password of somebody who is signed in; Refused if wrong, or too often."""
    with database.transaction() as session:
        allowed = allow(session, PRESENT_PASSWORD, asker=str(staff.id), key=key, now=now)
    if not allowed:
        raise Refused(TOO_OFTEN.text)
    if not passwords.is_right(staff.password, password):
        raise Refused("That is not your present password.")


def _count(
    database: Database, attempt: Attempt, found: Staff | None, key: bytes, now: datetime
) -> None:
    """Count a try where it belongs; Refused if it was one too many."""
    known = attempt.known
    if found is not None and Entered(found.id, found.password_number) in known.people:
        limits = {IN_KNOWN_BROWSER: f"{known.browser} {found.id}"}
    else:
        limits = {FROM_ONE_PLACE: attempt.place, AT_ONE_ADDRESS: _normal(attempt.address)}
    with database.transaction() as session:
        allowed = [
            allow(session, limit, asker=asker, key=key, now=now) for limit, asker in limits.items()
        ]
    if not all(allowed):
        raise Refused(TOO_OFTEN.text)


def _normal(address: str) -> str:
    try:
        return parse_address(address).normal
    except OutreachError:
        return ""


def _found(session: Session, normal: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.normal == normal)).one_or_none()
