"""Who is in a segment: whoever a rule selects among those who can be mailed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from outreach.audience import segments
from outreach.audience.models import Subscriber, Subscription, SubscriptionState
from outreach.audience.segment_rules import AllOf, HasTopic, Rule, SubscribedSince
from outreach.audience.segment_sql import applies, has
from outreach.delivery.models import Address
from outreach.errors import Refused
from outreach.log import logger

_log = logger("audience.segments")

FEW = 200
"""So many are read whole to choose a sample of them."""


@dataclass(frozen=True)
class Counts:
    """How many are in a segment, by their language as they told us."""

    by_language: dict[str, int]
    """The larger numbers first."""

    @property
    def total(self) -> int:
        """Count all."""
        return sum(self.by_language.values())


@dataclass(frozen=True)
class Sampled:
    """Somebody who is in a segment."""

    subscriber_id: int
    address: str
    first_name: str
    last_name: str
    language: str
    country: str
    organisation: str


def count(session: Session, rule: Rule, *, topic_id: int | None = None, now: datetime) -> Counts:
    """Count who is in a segment, by language; Refused if the database will not."""
    number = func.count().label("number")
    query = (
        select(Subscriber.language, number)
        .where(*_inside(rule, now, topic_id=topic_id, to_all=True))
        .group_by(Subscriber.language)
        .order_by(number.desc(), Subscriber.language)
    )
    with _asking(session):
        rows = session.execute(query).all()
    return Counts({language: found for language, found in rows})  # noqa: C416  (a Row)


def sample(
    session: Session, rule: Rule, *, total: int, most: int = 10, now: datetime
) -> list[Sampled]:
    """Give some who are in a segment of `total` people, chosen as by chance, at little cost.

    Of a small segment all ids are read and drawn from; in a large one it is enough to look from
    some random ids onwards, for the next who is in it is near. Refused as `count` is.
    """
    draw = SystemRandom()
    with _asking(session):
        if total <= FEW:
            inside = select(Subscriber.id).where(*_inside(rule, now, to_all=True))
            ids = list(session.scalars(inside.limit(2 * FEW)))
            chosen = draw.sample(ids, min(most, len(ids)))
        else:
            chosen = _scattered(session, rule, most, draw, now)
    return _people(session, chosen)


@contextmanager
def _asking(session: Session) -> Iterator[None]:
    """Keep to itself what the database will not answer, so that the rest of a page can be shown."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        _log.error("a segment cannot be counted", why=str(error.orig))
        raise Refused("The people in this segment could not be counted.") from error


def _inside(
    rule: Rule, now: datetime, *, topic_id: int | None = None, to_all: bool
) -> list[ColumnElement[bool]]:
    conditions = [applies(rule, to_all=to_all), *_mailable(now)]
    if topic_id is not None or not _asks_for_a_topic(rule):
        conditions.append(_confirmed(topic_id, to_all=to_all))
    return conditions


def _asks_for_a_topic(rule: Rule) -> bool:
    """Tell whether a rule selects only who is confirmed anyway, which need not be asked twice."""
    match rule:
        case AllOf(rules):
            return any(map(_asks_for_a_topic, rules))
        case SubscribedSince(topic=topic):
            return bool(topic)
        case _:
            return isinstance(rule, HasTopic)


def _mailable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Subscriber.left_at.is_(None),
        or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= now),
        ~segments.suppressed(),
    )


def _confirmed(topic_id: int | None, *, to_all: bool) -> ColumnElement[bool]:
    theirs = aliased(Subscription)
    confirmed = [theirs.state == SubscriptionState.CONFIRMED]
    if topic_id is not None:
        confirmed.append(theirs.topic_id == topic_id)
    return has(theirs.subscriber_id, *confirmed, to_all=to_all)


def _scattered(
    session: Session, rule: Rule, most: int, draw: SystemRandom, now: datetime
) -> list[int]:
    inside = select(Subscriber.id).where(*_inside(rule, now, to_all=False))
    last = session.scalar(select(func.max(Subscriber.id))) or 0
    found: list[int] = []
    for _ in range(most):
        pivot = draw.randint(1, max(last, 1))
        nobody_twice = inside.where(Subscriber.id.not_in(found)).order_by(Subscriber.id).limit(1)
        person = session.scalar(nobody_twice.where(Subscriber.id >= pivot))
        found += [person] if person is not None else list(session.scalars(nobody_twice))
    return found


def _people(session: Session, ids: Sequence[int]) -> list[Sampled]:
    rows = session.execute(
        select(
            Subscriber.id,
            Address.address,
            Subscriber.first_name,
            Subscriber.last_name,
            Subscriber.language,
            Subscriber.country,
            Subscriber.organisation,
        )
        .join(Address, Address.id == Subscriber.address_id)
        .where(Subscriber.id.in_(ids))
        .order_by(Subscriber.id)
    )
    return [Sampled(*row[:7]) for row in rows]
