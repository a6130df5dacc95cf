"""People of every kind that a segment can tell apart, and rules told in plain Python."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from outreach.audience.models import (
    Involvement,
    Part,
    Subscriber,
    SubscriberTag,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.audience.segment_rules import (
    AllOf,
    AnyOf,
    CameFrom,
    HasTopic,
    LivesIn,
    Not,
    Rule,
    Speaks,
    SubscribedSince,
    Tagged,
    TookPart,
    WorksFor,
)
from outreach.delivery.models import Address, Suppression, SuppressionReason

TOPICS = ("news", "events")
CONFIRMED, PENDING, LEFT = (
    SubscriptionState.CONFIRMED,
    SubscriptionState.PENDING,
    SubscriptionState.UNSUBSCRIBED,
)
DAY = date(2026, 7, 1)


@dataclass(frozen=True)
class Human:
    """All that a rule may ask about somebody, as plain values."""

    language: str = "en"
    country: str = ""
    organisation_type: str = ""
    source: str = "import"
    tags: tuple[str, ...] = ()
    topics: dict[str, tuple[SubscriptionState, date]] = field(
        default_factory=lambda: {"news": (CONFIRMED, DAY)}
    )
    events: tuple[tuple[str, date, Part], ...] = ()
    since: date = DAY
    paused: bool = False
    suppressed: bool = False
    left: bool = False


def human(**more: Any) -> Human:  # noqa: ANN401  (fields of Human)
    """Give somebody who is in every segment of everybody, but for what is said."""
    return replace(Human(), **more)


def fits(rule: Rule, one: Human) -> bool:
    """Say in plain Python whether a rule is true of somebody."""
    match rule:
        case AllOf(rules):
            return all(fits(each, one) for each in rules)
        case AnyOf(rules):
            return any(fits(each, one) for each in rules)
        case Not(inner):
            return not fits(inner, one)
        case _:
            return _meets(rule, one)


def mailable(one: Human) -> bool:
    """Say whether somebody can be mailed at all."""
    confirmed = any(state is CONFIRMED for state, _ in one.topics.values())
    return confirmed and not (one.paused or one.suppressed or one.left)


def _meets(rule: Rule, one: Human) -> bool:
    match rule:
        case HasTopic(topics):
            return any(one.topics.get(slug, (None,))[0] is CONFIRMED for slug in topics)
        case Tagged(tags):
            return bool({*tags} & {*one.tags})
        case TookPart():
            return any(_took_part(rule, part) for part in one.events)
        case SubscribedSince():
            return _since(rule, one)
        case _:
            return _profile(rule, one)


def _profile(rule: Rule, one: Human) -> bool:
    match rule:
        case Speaks(languages):
            own = one.language.lower()
            return any(own == tag.lower() or own.startswith(f"{tag.lower()}-") for tag in languages)
        case LivesIn(countries):
            return one.country in countries
        case WorksFor(types):
            return one.organisation_type in types
        case CameFrom(beginnings):
            return one.source.startswith(beginnings)
    raise AssertionError(rule)


def _since(rule: SubscribedSince, one: Human) -> bool:
    when = one.since
    if rule.topic:
        state, when = one.topics.get(rule.topic, (LEFT, DAY))
        if state is not CONFIRMED:
            return False
    return (rule.since is None or when >= rule.since) and (
        rule.before is None or when < rule.before
    )


def _took_part(rule: TookPart, part: tuple[str, date, Part]) -> bool:
    event, on, how = part
    return (
        event == rule.event
        and (rule.on is None or on == rule.on)
        and (not rule.attended or how is Part.ATTENDED)
    )


def make_topics(session: Session) -> dict[str, int]:
    """Make the topics that are not there; give all by slug."""
    found = {row.slug: row for row in session.query(Topic)}
    for position, slug in enumerate(TOPICS):
        if slug not in found:
            found[slug] = Topic(
                slug=slug, position=position, active=True, names={"en": slug}, descriptions={}
            )
            session.add(found[slug])
    session.flush()
    return {slug: row.id for slug, row in found.items()}


def settle(session: Session, people: list[Human], now: datetime) -> list[int]:
    """Make the rows of some people; give their subscriber ids, in order."""
    topics = make_topics(session)
    return [_settle(session, one, topics, now) for one in people]


def _settle(session: Session, one: Human, topics: dict[str, int], now: datetime) -> int:
    number = session.query(Subscriber).count()
    name = f"human{number}@example.org"
    hashed = hashlib.sha256(name.encode()).digest()
    address = Address(address=name, normal=name, domain="example.org", hash=hashed)
    session.add(address)
    session.flush()
    person = Subscriber(
        reference=f"human-{number}",
        address_id=address.id,
        language=one.language,
        country=one.country,
        organisation_type=one.organisation_type,
        source=one.source,
        created_at=_moment(one.since),
        paused_until=now + timedelta(days=1) if one.paused else now - timedelta(days=1),
        left_at=now if one.left else None,
    )
    session.add(person)
    session.flush()
    for slug, (state, since) in one.topics.items():
        session.add(
            Subscription(
                topic_id=topics[slug],
                subscriber_id=person.id,
                state=state,
                changed_at=_moment(since),
            )
        )
    session.add_all(SubscriberTag(subscriber_id=person.id, tag=tag) for tag in {*one.tags})
    for event, on, part in one.events:
        session.add(Involvement(subscriber_id=person.id, event=event, on=on, part=part, at=now))
    if one.suppressed:
        session.add(Suppression(hash=hashed, reason=SuppressionReason.BOUNCE, at=now))
    session.flush()
    return person.id


def _moment(day: date) -> datetime:
    """Give the first moment of a day: where one second less would be the day before."""
    return datetime.combine(day, time(), UTC)
