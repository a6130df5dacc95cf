"""What somebody left: what may be brought back for 30 days, and what may not come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import ledger, letters, topics
from outreach.audience.models import Action, Consent, Method, Subscriber, Topic
from outreach.delivery.models import Suppression, SuppressionReason
from outreach.errors import Refused

UNDO_WITHIN = timedelta(days=30)
OWN_METHODS = frozenset({Method.PREFERENCES, Method.ONE_CLICK, Method.MAIL})
"""What they did themselves. A complaint, or what staff did, is not undone with a click."""


def left_lately(session: Session, subscriber: Subscriber, now: datetime) -> dict[str, datetime]:
    """Give the topics (slugs) that can be brought back, and when each was left."""
    latest: dict[str, Consent] = {}
    for line in ledger.lines_of(session, subscriber.reference):
        if line.topic == ledger.EVERYTHING and line.method not in OWN_METHODS:
            latest.clear()
        latest[line.topic] = line
    return {
        slug: line.at
        for slug, line in latest.items()
        if line.action == Action.WITHDRAWN
        and slug != ledger.EVERYTHING
        and line.method in OWN_METHODS
        and line.at > now - UNDO_WITHIN
    }


def refuse_overtaken(
    session: Session, subscriber: Subscriber, asked: Sequence[Topic], asked_at: datetime
) -> None:
    """Refuse what was asked for before they left or complained, or is offered no more."""
    if not asked:
        raise Refused(
            "None of these topics is offered any more. Please sign up again; it takes a minute."
        )
    complaint = select(Suppression.at).where(
        Suppression.hash == letters.address_of(session, subscriber).hash,
        Suppression.reason == SuppressionReason.COMPLAINT,
        Suppression.at > asked_at,
    )
    slugs = {ledger.EVERYTHING, *(each.slug for each in asked)}
    left = any(
        line.action == Action.WITHDRAWN and line.at > asked_at and line.topic in slugs
        for line in ledger.lines_of(session, subscriber.reference)
    )
    if left or session.scalars(complaint).first() is not None:
        raise Refused(
            "You have unsubscribed since this link was mailed, so it no longer works. "
            "Please sign up again; it takes a minute."
        )


def wanted(
    session: Session, subscriber: Subscriber, slug: str | None, now: datetime
) -> list[Topic]:
    """Give the topic to bring back, or without a slug all that were left at the latest time."""
    left = left_lately(session, subscriber, now)
    if slug is not None:
        slugs = {slug} & left.keys()
    else:
        slugs = {each for each, at in left.items() if at == max(left.values())}
    return topics.chosen(session, slugs)
