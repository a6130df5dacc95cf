"""The moves of a subscription, each with its lines for the ledger.

Whoever calls these records the lines last (`ledger.record`), after all other writes.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.ledger import EVERYTHING, Line
from outreach.audience.models import (
    Action,
    Method,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.delivery import batches


def lock(session: Session, subscriber: int) -> Subscriber | None:
    """Give a subscriber whom nobody else changes until the commit; None if they are gone."""
    return session.scalars(
        select(Subscriber)
        .where(Subscriber.id == subscriber)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_subscriber(session: Session, subscriber: int) -> dict[int, Subscription]:
    """Give the subscriptions of somebody, by topic id."""
    query = select(Subscription).where(Subscription.subscriber_id == subscriber)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.topic_id: row for row in rows}


def switch_on(
    session: Session, subscriber: Subscriber, topics: Iterable[Topic], now: datetime
) -> list[Topic]:
    """Confirm topics that were not; give those. Wanting a topic ends having left everything."""
    present = of_subscriber(session, subscriber.id)
    changed = []
    for topic in topics:
        subscription = present.get(topic.id)
        if subscription is None:
            session.add(
                Subscription(
                    topic_id=topic.id,
                    subscriber_id=subscriber.id,
                    state=SubscriptionState.CONFIRMED,
                    changed_at=now,
                )
            )
        elif subscription.state == SubscriptionState.CONFIRMED:
            continue
        else:
            subscription.move(SubscriptionState.CONFIRMED, now)
        changed.append(topic)
    if changed:
        subscriber.left_at = None
    return changed


def switch_off(
    session: Session, subscriber: Subscriber, topics: Iterable[Topic], now: datetime
) -> list[Topic]:
    """Unsubscribe from topics and withdraw what is queued for them; give those that were on."""
    present = of_subscriber(session, subscriber.id)
    changed = []
    for topic in topics:
        subscription = present.get(topic.id)
        if subscription is not None and subscription.state == SubscriptionState.CONFIRMED:
            subscription.move(SubscriptionState.UNSUBSCRIBED, now)
            changed.append(topic)
    # Before we look for what is queued: fan-out may hold these rows, and plan for them still.
    session.flush()
    for topic in topics:
        batches.withdraw(session, subscriber.address_id, now, list_name=topic.slug)
    return changed


def leave_everything(
    session: Session, subscriber: Subscriber, method: Method, now: datetime
) -> list[Line]:
    """Unsubscribe from all there is and will be; no lines if they had left before."""
    query = select(Topic).where(Topic.id.in_(of_subscriber(session, subscriber.id)))
    topics = list(session.scalars(query.order_by(Topic.position, Topic.id)))
    changed = switch_off(session, subscriber, topics, now)
    batches.withdraw(session, subscriber.address_id, now, list_name=None)
    lines = withdrawn(subscriber, changed, method, now)
    if subscriber.left_at is None:
        subscriber.left_at = now
        lines.append(Line(subscriber.reference, EVERYTHING, Action.WITHDRAWN, method, now))
    return lines


def granted(
    subscriber: Subscriber,
    topics: Iterable[Topic],
    method: Method,
    wording_id: int,
    now: datetime,
) -> list[Line]:
    """Give the lines for topics that somebody agreed to."""
    return [
        Line(subscriber.reference, topic.slug, Action.GRANTED, method, now, wording_id)
        for topic in topics
    ]


def withdrawn(
    subscriber: Subscriber, topics: Iterable[Topic], method: Method, now: datetime
) -> list[Line]:
    """Give the lines for topics that somebody left."""
    return [
        Line(subscriber.reference, topic.slug, Action.WITHDRAWN, method, now) for topic in topics
    ]
