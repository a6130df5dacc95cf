"""What somebody left lately and may bring back: read from the ledger, for 30 days."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach.audience import ledger, topics
from outreach.audience.models import Action, Consent, Method, Subscriber, Topic

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


def left_since(
    session: Session, subscriber: Subscriber, slugs: Collection[str], since: datetime
) -> bool:
    """Tell whether somebody left one of these topics, or everything, after a moment."""
    return any(
        line.action == Action.WITHDRAWN
        and line.at > since
        and line.topic in {ledger.EVERYTHING, *slugs}
        for line in ledger.lines_of(session, subscriber.reference)
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
