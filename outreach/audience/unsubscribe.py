"""Unsubscribing with one click (RFC 8058) and by mail: at once, and as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import ledger, subscriptions
from outreach.audience.ledger import Line
from outreach.audience.models import Method, Subscriber, SubscriptionState, Topic
from outreach.db import hits
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.errors import BadToken
from outreach.links import Links, Purpose
from outreach.log import logger

UNSUBSCRIBED = "unsubscribed"
"""The kind of hit that counts, by batch, who left because of it."""

_log = logger("audience.unsubscribe")


@dataclass(frozen=True)
class Leaving:
    """What the page of an unsubscribe link may show: nothing personal."""

    language: str
    topic: str
    """The slug; empty when the link leaves everything."""
    names: Mapping[str, str]
    """The topic's, by language."""
    subscribed: bool


def read(session: Session, subscriber: int, topic: int) -> Leaving | None:
    """Give what an unsubscribe link is about (changes nothing); None if they are gone."""
    person = session.get(Subscriber, subscriber, populate_existing=True)
    about = session.get(Topic, topic) if topic else None
    if person is None or (topic and about is None):
        return None
    present = subscriptions.of_subscriber(session, subscriber)
    confirmed = {
        topic_id for topic_id, row in present.items() if row.state == SubscriptionState.CONFIRMED
    }
    return Leaving(
        language=person.language,
        topic=about.slug if about else "",
        names=about.names if about else {},
        subscribed=about.id in confirmed if about else person.left_at is None,
    )


def one_click(
    session: Session, subscriber: int, topic: int, batch: int, now: datetime, method: Method
) -> bool:
    """Unsubscribe at once from a topic (0: from all) and withdraw what is queued.

    The numbers are those of the link's token. True if that changed anything; a second time, or
    for somebody who is gone, it does nothing and says nothing.
    """
    lines = _leave(session, (subscriber, topic, batch), method, now)
    ledger.record(session, lines)
    return bool(lines)


def drain_unsubscribe_mail(session: Session, links: Links, now: datetime) -> int:
    """Carry out one unsubscribe request that came by mail; give how many were handled.

    One a transaction, so that two who wait for each other's rows cannot come about: call it until
    it gives 0.
    """
    mail = session.scalars(
        select(ReceivedMail)
        .where(ReceivedMail.kind == ReceivedKind.UNSUBSCRIBE, ReceivedMail.handled_at.is_(None))
        .order_by(ReceivedMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if mail is None:
        return 0
    mail.handle(now)
    numbers = _numbers(links, Purpose.UNSUBSCRIBE, mail.token)
    if len(numbers) == 3:
        ledger.record(session, _leave(session, numbers, Method.MAIL, now))
    elif _numbers(links, Purpose.SANDBOX, mail.token):
        _log.info("unsubscribe mail from a test: nothing to do", mail=mail.id)
    else:
        _log.info("unsubscribe mail with a token that is not ours", mail=mail.id)
    return 1


def _numbers(links: Links, purpose: Purpose, token: str | None) -> tuple[int, ...]:
    """Give the numbers of a token; none if it was not made for that purpose."""
    try:
        return links.read(purpose, token or "")
    except BadToken:
        return ()


def _leave(session: Session, numbers: tuple[int, ...], method: Method, now: datetime) -> list[Line]:
    """Unsubscribe as the numbers of a token say, and count it for their batch."""
    subscriber, topic, batch = numbers
    person = subscriptions.lock(session, subscriber)
    about = session.get(Topic, topic) if topic else None
    if person is None or (topic and about is None):
        return []
    if about is None:
        lines = subscriptions.leave_everything(session, person, method, now)
    else:
        changed = subscriptions.switch_off(session, person, [about], now)
        lines = subscriptions.withdrawn(person, changed, method, now)
    if lines:
        hits.add(session, UNSUBSCRIBED, str(batch), day=now.date())
        _log.info("unsubscribed", subscriber=subscriber, topic=topic, batch=batch)
    return lines
