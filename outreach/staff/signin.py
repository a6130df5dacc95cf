"""Signing in, with limits that hold off guessing and lock no colleague out.

A stranger who guesses from elsewhere uses up the limit of the address for strangers only: a
browser that has been signed in before proves that by a cookie, and has a limit of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.database import Database
from outreach.db.limits import Limit, allow
from outreach.delivery.addresses import parse_address
from outreach.errors import OutreachError, Refused, Sentence
from outreach.staff import passwords
from outreach.staff.models import Staff

_QUARTER = timedelta(minutes=15)
FROM_ONE_PLACE = Limit("desk-place", 50, _QUARTER)
AT_ONE_ADDRESS = Limit("desk-address", 30, timedelta(hours=1))
IN_KNOWN_BROWSER = Limit("desk-browser", 10, _QUARTER)
WRONG = Sentence("The address or the password is not right.")
TOO_OFTEN = Sentence("That was tried too often. Wait a quarter of an hour, then try again.")


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants to come in."""

    address: str
    password: str
    place: str
    """Their network address."""
    known_as: int = 0
    """Who has been signed in in this browser before (their id, proved), or 0."""


def sign_in(database: Database, attempt: Attempt, key: bytes, now: datetime) -> int:
    """Give the id of whoever may come in. Refused in the same words for whatever is wrong.

    Counts are kept in a transaction of their own; `key` hides what is counted.
    """
    normal = _normal(attempt.address)
    with database.reading() as session:
        found = _found(session, normal)
    known = found is not None and found.id == attempt.known_as
    limit, asker = (
        (IN_KNOWN_BROWSER, f"{normal} {attempt.place}") if known else (AT_ONE_ADDRESS, normal)
    )
    with database.transaction() as session:
        allowed = allow(session, FROM_ONE_PLACE, asker=attempt.place, key=key, now=now)
        allowed &= allow(session, limit, asker=asker, key=key, now=now)
    if not allowed:
        raise Refused(TOO_OFTEN.text)
    stored = found.password if found is not None and found.disabled_at is None else ""
    if not passwords.is_right(stored, attempt.password) or found is None:
        raise Refused(WRONG.text)
    if passwords.is_outdated(stored):
        with database.transaction() as session:
            fresh = passwords.hashed(attempt.password, address="")
            session.get_one(Staff, found.id).password = fresh
    return found.id


def _normal(address: str) -> str:
    try:
        return parse_address(address).normal
    except OutreachError:
        return ""


def _found(session: Session, normal: str) -> Staff | None:
    return session.scalars(select(Staff).where(Staff.normal == normal)).one_or_none()
