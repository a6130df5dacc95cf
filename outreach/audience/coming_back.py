"""What somebody left lately and may bring back: read from the ledger, for 30 days."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach.audience import ledger, topics
from outreach.audience.models import Action, Consent, Method, Subscriber, Topic

UNDO_WITHIN = timedelta(days=30)
OWN_METHODS = frozenset({Method.PREFERENCES, Method.ONE_CLICK, Method.MAIL})
"""What they did themselves. A complaint, or what staff did, is not undone with a click."""


def left_lately(session: Session, subscriber: Subscriber, now: datetime) -> dict[str, datetime]:
    """Give the topics (slugs) that can be brought back, and when each was left."""
    latest: dict[str, Consent] = {
        line.topic: line for line in ledger.lines_of(session, subscriber.reference)
    }
    return {
        slug: line.at
        for slug, line in latest.items()
        if line.action == Action.WITHDRAWN
        and slug != ledger.EVERYTHING
        and line.method in OWN_METHODS
        and line.at > now - UNDO_WITHIN
    }


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
