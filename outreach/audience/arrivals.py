"""People who give us an address for the first time, whatever they came for."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription, SubscriptionState
from outreach.audience.references import new_reference
from outreach.db.dialects import insert_into
from outreach.delivery.addresses import remember
from outreach.delivery.models import Address


def arrive(
    session: Session, address: str, key: bytes, *, language: str, source: str, now: datetime
) -> Subscriber:
    """Give the subscriber of an address, made without a profile if they are new, and locked.

    `key` is `Settings.suppression_key`; `source` the page, e.g. `/fr/subscribe`.
    """
    known = remember(session, address, key)
    added = insert_into(session, Subscriber).values(
        reference=new_reference(now, known.id),
        address_id=known.id,
        first_name="",
        last_name="",
        language=language,
        time_zone="",
        country="",
        organisation="",
        organisation_type="",
        source=source[:100],
        created_at=now,
    )
    session.execute(added.on_conflict_do_nothing(index_elements=[Subscriber.address_id]))
    return session.scalars(
        select(Subscriber).where(Subscriber.address_id == known.id).with_for_update(key_share=True)
    ).one()


def known_here(session: Session, normal: str) -> Subscriber | None:
    """Give the subscriber of an address (in its normal form), locked; None if there is none."""
    query = (
        select(Subscriber)
        .join(Address, Address.id == Subscriber.address_id)
        .where(Address.normal == normal)
        .with_for_update(key_share=True, of=Subscriber)
    )
    return session.scalars(query).one_or_none()


def is_subscribed(session: Session, subscriber: Subscriber) -> bool:
    """Tell whether their address is known to be theirs because they confirmed a subscription."""
    confirmed = select(Subscription.topic_id).where(
        Subscription.subscriber_id == subscriber.id,
        Subscription.state == SubscriptionState.CONFIRMED,
    )
    return session.scalars(confirmed.limit(1)).first() is not None
