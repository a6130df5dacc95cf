"""Who gets a topic, and the reason of whoever does not: the parts of a SELECT, and the count."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, case, func, null, select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription, SubscriptionState
from outreach.delivery.models import Address, Suppression


class LeftOut(StrEnum):
    """Why somebody who has the topic is not mailed."""

    SUPPRESSED = "suppressed"
    UNCONFIRMED = "unconfirmed"
    PAUSED = "paused"


class Counted(NamedTuple):
    """How many who have the topic read one language, mailed or left out for one reason."""

    language: str
    left_out: LeftOut | None
    number: int


def count(session: Session, topic_id: int, now: datetime) -> list[Counted]:
    """Count who has a topic by language and reason, the larger numbers first."""
    reason = left_out(now, suppressed()).label("reason")
    number = func.count().label("number")
    rows = session.execute(
        select(Subscriber.language, reason, number)
        .select_from(members())
        .where(*belongs(topic_id))
        .group_by(Subscriber.language, reason)
        .order_by(number.desc(), Subscriber.language)
    )
    return [Counted(row[0], LeftOut(row[1]) if row[1] else None, row[2]) for row in rows]


def members() -> FromClause:
    """Join each subscription to its person."""
    return Subscription.__table__.join(
        Subscriber.__table__, Subscriber.id == Subscription.subscriber_id
    )


def belongs(topic_id: int) -> tuple[ColumnElement[bool], ...]:
    """Say who has the topic: those who left it are nobody's concern, the others get a reason."""
    return (
        Subscription.topic_id == topic_id,
        Subscription.state != SubscriptionState.UNSUBSCRIBED,
        Subscriber.left_at.is_(None),
    )


def suppressed() -> ColumnElement[bool]:
    """Tell whose address is suppressed, looked up once for a whole count.

    Suppressions are few: to join a million addresses for them would double the time.
    """
    return Subscriber.address_id.in_(
        select(Address.id).join(Suppression, Suppression.hash == Address.hash)
    )


def left_out(now: datetime, is_suppressed: ColumnElement[bool]) -> ColumnElement[str | None]:
    """Give why a member is left out (`LeftOut`), or NULL."""
    return case(
        (is_suppressed, str(LeftOut.SUPPRESSED)),
        (Subscription.state != SubscriptionState.CONFIRMED, str(LeftOut.UNCONFIRMED)),
        (Subscriber.paused_until > now, str(LeftOut.PAUSED)),
        else_=null(),
    )
