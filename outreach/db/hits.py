"""Totals that only grow: the one thing that reading may write."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.db.models import Hit

PARTNER_VIEW = "partner-view"
"""Kinds of totals whose key is the slug of a partner: an embed of theirs was loaded, …"""
PARTNER_REGISTRATION = "partner-registration"
"""… somebody who came by it sent a form to register, …"""
PARTNER_OUTWARD = "partner-outward"
"""… or took the way to a registration page elsewhere, …"""
PARTNER_SIGNUP = "partner-signup"
"""… or confirmed a subscription."""


def add(session: Session, kind: str, key: str, *, day: date, count: int = 1) -> None:
    """Add to the total of one kind and key on one day."""
    added = insert_into(session, Hit).values(kind=kind, key=key, day=day, count=count)
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Hit.kind, Hit.key, Hit.day], set_={"count": Hit.count + count}
        )
    )


def total(session: Session, kind: str, key: str) -> int:
    """Give the total of one kind and key over all days."""
    query = select(func.coalesce(func.sum(Hit.count), 0)).where(Hit.kind == kind, Hit.key == key)
    return int(session.scalars(query).one())
