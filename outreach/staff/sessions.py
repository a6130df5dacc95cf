"""Where somebody is signed in: rows, so that they can be listed and ended from elsewhere."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.staff.models import Staff, StaffSession

A_DAY = timedelta(hours=12)
A_MONTH = timedelta(days=30)


def begin(
    session: Session, staff: Staff, *, browser: str, stays: bool, now: datetime
) -> tuple[str, datetime]:
    """Sign a browser in for a working day, or for a month if it `stays`.

    Gives the secret that the browser is to hold, which is stored nowhere, and when it ends.
    """
    secret = secrets.token_urlsafe(32)
    ends_at = now + (A_MONTH if stays else A_DAY)
    session.add(
        StaffSession(
            staff_id=staff.id,
            secret=_digest(secret),
            browser=browser[:200],
            created_at=now,
            ends_at=ends_at,
        )
    )
    return secret, ends_at


def find(session: Session, secret: str, now: datetime) -> StaffSession | None:
    """Give the session of a browser, unless it has ended or its owner may not come in any more."""
    found = session.scalars(
        select(StaffSession).where(StaffSession.secret == _digest(secret))
    ).one_or_none()
    if found is None or found.ends_at <= now or found.staff.disabled_at is not None:
        return None
    return found


def sessions_of(session: Session, staff: Staff, now: datetime) -> Sequence[StaffSession]:
    """Give where somebody is signed in, the latest first."""
    query = select(StaffSession).where(
        StaffSession.staff_id == staff.id, StaffSession.ends_at > now
    )
    return session.scalars(query.order_by(StaffSession.id.desc())).all()


def end(session: Session, staff: Staff, number: int) -> None:
    """End one session of somebody; what is not theirs stays."""
    session.execute(
        delete(StaffSession).where(StaffSession.id == number, StaffSession.staff_id == staff.id)
    )


def end_all(session: Session, staff: Staff, *, but: int | None = None) -> None:
    """End every session of somebody, or every other one."""
    query = delete(StaffSession).where(StaffSession.staff_id == staff.id)
    session.execute(query if but is None else query.where(StaffSession.id != but))


def forget(session: Session, now: datetime) -> None:
    """Drop the rows of sessions that have ended."""
    session.execute(delete(StaffSession).where(StaffSession.ends_at <= now))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
