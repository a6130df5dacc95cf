"""Who would get a campaign, in which language and why, and who is left out: counted, not loaded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, case, func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import ExclusionReason, LanguageReason
from outreach.delivery.models import Address, Delivery, Occasion, State, Suppression

NEVER_WENT_OUT = (State.CANCELLED, State.SUPPRESSED)
"""A delivery that ended like this does not count as having reached its address."""

REACHABLE = 0
"""What `left_out` says of those who are not left out."""


@dataclass(frozen=True)
class Plan:
    """The recipients of a campaign before it starts. Fan-out decides anew, by the same rules."""

    recipients: dict[tuple[str, LanguageReason], int]
    left_out: dict[ExclusionReason, int]

    @property
    def total(self) -> int:
        """Count all who would get it."""
        return sum(self.recipients.values())

    @property
    def by_language(self) -> dict[str, int]:
        """Count recipients by the language that they would get."""
        counts: Counter[str] = Counter()
        for (language, _reason), count in self.recipients.items():
            counts[language] += count
        return dict(sorted(counts.items()))


def language_plan(
    session: Session, topic: Topic, occasion: Occasion, languages: Languages, now: datetime
) -> Plan:
    """Count who would get what, for those who have this topic now."""
    reason = left_out(now).label("left_out")
    rows = session.execute(
        select(Subscriber.language, reason, func.count())
        .select_from(members(occasion.id))
        .where(*belongs(topic.id))
        .group_by(Subscriber.language, reason)
    )
    recipients: Counter[tuple[str, LanguageReason]] = Counter()
    excluded: Counter[ExclusionReason] = Counter()
    for wanted, code, count in rows:
        if code != REACHABLE:
            excluded[ExclusionReason(code)] += count
        elif (chosen := languages.choose(wanted)) is None:
            excluded[ExclusionReason.NO_LANGUAGE] += count
        else:
            recipients[chosen] += count
    return Plan(dict(sorted(recipients.items())), dict(sorted(excluded.items())))


def members(occasion_id: int) -> FromClause:
    """Join each subscription to its person, address, suppression and delivery for the occasion."""
    subscriptions = Subscription.__table__
    return (
        subscriptions.join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Address, Address.id == Subscriber.address_id)
        .outerjoin(Suppression, Suppression.hash == Address.hash)
        .outerjoin(
            Delivery,
            (Delivery.address_id == Address.id) & (Delivery.occasion_id == occasion_id),
        )
    )


def belongs(topic_id: int) -> tuple[ColumnElement[bool], ...]:
    """Say who has the topic: those who left it are nobody's concern, the others get a reason."""
    return (
        Subscription.topic_id == topic_id,
        Subscription.state != SubscriptionState.UNSUBSCRIBED,
        Subscriber.left_at.is_(None),
    )


def left_out(now: datetime) -> ColumnElement[int]:
    """Give why a member is left out (`ExclusionReason`), or `REACHABLE`."""
    reached = Delivery.id.is_not(None) & Delivery.state.not_in(NEVER_WENT_OUT)
    return case(
        (Suppression.hash.is_not(None), int(ExclusionReason.SUPPRESSED)),
        (
            Subscription.state != SubscriptionState.CONFIRMED,
            int(ExclusionReason.UNCONFIRMED),
        ),
        (reached, int(ExclusionReason.ALREADY_REACHED)),
        (Subscriber.paused_until > now, int(ExclusionReason.PAUSED)),
        else_=REACHABLE,
    )
