"""Reads of subscribers for staff: one of them, and how many there are."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.delivery.addresses import parse_address
from outreach.delivery.models import Address
from outreach.errors import NotFound


def subscriber(session: Session, number: int) -> Subscriber:
    """Give a subscriber by id; NotFound if there is none."""
    found = session.get(Subscriber, number, populate_existing=True)
    if found is None:
        raise NotFound("This subscriber is no longer with us.")
    return found


def by_address(session: Session, address: str) -> Subscriber:
    """Give the subscriber of an address; NotFound if there is none, Refused if it is none."""
    normal = parse_address(address).normal
    query = select(Subscriber).join(Address).where(Address.normal == normal)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("Nobody has subscribed with this address.")
    return found


def sizes(session: Session) -> Mapping[str, Mapping[SubscriptionState, int]]:
    """Count the subscriptions of each topic (slug) by state."""
    counted: dict[str, dict[SubscriptionState, int]] = {}
    rows = session.execute(
        select(Topic.slug, Subscription.state, func.count())
        .join(Subscription, Subscription.topic_id == Topic.id)
        .group_by(Topic.slug, Subscription.state)
    )
    for slug, state, number in rows:
        counted.setdefault(slug, {})[SubscriptionState(state)] = number
    return counted
