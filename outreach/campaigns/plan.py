"""Who would get a campaign, in which language and why, and who is left out: counted, not loaded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, not_, null, select
from sqlalchemy.orm import Session, aliased

from outreach.audience import segments
from outreach.audience.models import Involvement, Subscriber, Subscription, Topic
from outreach.audience.segment_rules import Rule
from outreach.audience.segment_source import rule_from
from outreach.audience.segment_sql import applies
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    ExclusionReason,
    LanguageReason,
    Missing,
)
from outreach.delivery.models import Delivery, Message, State

NEVER_WENT_OUT = (State.CANCELLED, State.SUPPRESSED)
"""A delivery that ended like this does not count as having reached its address."""
FURTHEST = 2000
"""How many of a topic one transaction looks at for those whom a rule selects: they may be few."""

_REACHED = ExclusionReason.ALREADY_REACHED.name.lower()
_REGISTERED = ExclusionReason.REGISTERED.name.lower()


@dataclass(frozen=True)
class Segment:
    """Whom a campaign is for: those who have a topic, or fewer."""

    topic_id: int
    occasion_id: int | None
    """Whom this occasion has reached is left out; None while it has reached nobody."""
    without_event: str | None = None
    """Whoever takes part in the event of this slug is left out,"""
    without_on: date | None = None
    """on this occurrence (by its original date)."""
    reached_by: tuple[int, ...] = ()
    """Only those whom one of these occasions has reached."""
    rule: Rule | None = None
    """Only those whom it selects: whoever else has the topic is simply not meant."""


def segment_of(campaign: Campaign) -> Segment:
    """Give whom a campaign is for."""
    return Segment(
        campaign.topic_id,
        campaign.occasion_id,
        campaign.without_event,
        campaign.without_on,
        tuple(campaign.reached_by),
        rule_from(campaign.segment_rule) if campaign.segment_rule is not None else None,
    )


@dataclass(frozen=True)
class Prospect:
    """What would be sent, and to whom."""

    title: str
    topic: Topic
    segment: Segment
    languages: Languages
    earlier: Sequence[Campaign]
    """Campaigns of the same that were not cancelled: nobody gets it twice."""
    named: Mapping[str, str] = field(default_factory=dict)
    """The name, by language, of the segment that staff chose, if any."""


@dataclass(frozen=True)
class Plan:
    """The recipients of a campaign before it starts. Fan-out decides anew, by the same rules."""

    recipients: dict[tuple[str, LanguageReason], int]
    left_out: dict[ExclusionReason, int]
    languages: dict[str, int] = field(default_factory=dict)
    """Those who are to be mailed, by the language that they want, whatever they would get."""
    zones: dict[str, int] = field(default_factory=dict)
    """Recipients by time zone; an empty one is not known."""

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
    session: Session,
    segment: Segment,
    languages: Languages,
    now: datetime,
    *,
    by_zone: bool = False,
) -> Plan:
    """Count who would get what, for those who are in the segment now.

    `by_zone` counts time zones too, which takes a third as long again.
    """
    reason = left_out(segment, now, segments.suppressed()).label("left_out")
    whose: list[Any] = [Subscriber.language, reason]
    if by_zone:
        whose.append(Subscriber.time_zone)
    rows = session.execute(
        select(*whose, func.count())
        .select_from(members(segment))
        .where(*belongs(segment, to_all=True))
        .group_by(*whose)
    )
    recipients: Counter[tuple[str, LanguageReason]] = Counter()
    excluded: Counter[ExclusionReason] = Counter()
    wants, keeps = Counter[str](), Counter[str]()
    for wanted, word, *zone, count in rows:
        if word is not None:
            excluded[exclusion_reason(word)] += count
            continue
        wants[wanted] += count
        if (chosen := languages.choose(wanted)) is None:
            excluded[languages.why_none(wanted)] += count
            continue
        recipients[chosen] += count
        if by_zone:
            keeps[zone[0]] += count
    return Plan(
        dict(sorted(recipients.items())),
        dict(sorted(excluded.items())),
        dict(wants),
        dict(keeps),
    )


def still_to_plan(session: Session, campaign: Campaign, now: datetime) -> int:
    """Count who is yet to be put into the outbox of a campaign; 0 once its plan is final."""
    if campaign.batch.planned_final:
        return 0
    speaks = session.scalars(select(Message.language).where(Message.batch_id == campaign.batch_id))
    return language_plan(session, segment_of(campaign), languages_of(campaign, speaks), now).total


def languages_of(campaign: Campaign, available: Iterable[str]) -> Languages:
    """Give the languages that a campaign speaks, as they were when it was frozen."""
    missing = {language: Missing(fate) for language, fate in campaign.missing.items()}
    return Languages(frozenset(available), campaign.default_language, campaign.chains, missing)


def members(segment: Segment) -> FromClause:
    """Join each subscription to its person and to their delivery for the occasion, if any."""
    if segment.occasion_id is None:
        return segments.members()
    return segments.members().outerjoin(
        Delivery,
        (Delivery.address_id == Subscriber.address_id)
        & (Delivery.occasion_id == segment.occasion_id),
    )


def belongs(segment: Segment, *, to_all: bool = False) -> tuple[ColumnElement[bool], ...]:
    """Say who is in the segment; whoever of them gets nothing has a reason (`left_out`).

    `to_all`: it is asked of everybody at once, not of a page of people.
    """
    has_topic = segments.belongs(segment.topic_id)
    if segment.rule is not None:
        has_topic = (*has_topic, applies(segment.rule, to_all=to_all))
    if not segment.reached_by:
        return has_topic
    theirs = aliased(Delivery)
    reached = select(theirs.id).where(
        theirs.address_id == Subscriber.address_id,
        theirs.occasion_id.in_(segment.reached_by),
        theirs.state.not_in(NEVER_WENT_OUT),
    )
    return (*has_topic, reached.exists())


def horizon(session: Session, campaign: Campaign) -> int | None:
    """Give how far a rule looks at once (a subscriber id); None without a rule, or to the end."""
    if campaign.segment_rule is None:
        return None
    return session.scalar(
        select(Subscription.subscriber_id)
        .where(
            Subscription.topic_id == campaign.topic_id,
            Subscription.subscriber_id > campaign.cursor,
        )
        .order_by(Subscription.subscriber_id)
        .offset(FURTHEST)
        .limit(1)
    )


def left_out(
    segment: Segment, now: datetime, is_suppressed: ColumnElement[bool]
) -> ColumnElement[str | None]:
    """Give why a member is left out, as `exclusion_reason` reads it, or NULL."""
    reasons: list[tuple[ColumnElement[bool], str]] = []
    if segment.occasion_id is not None:
        reasons.append((_has_it(segment.occasion_id), _REACHED))
    if segment.without_event is not None:
        takes_part = select(Involvement.event).where(
            Involvement.subscriber_id == Subscriber.id,
            Involvement.event == segment.without_event,
            Involvement.on == segment.without_on,
        )
        reasons.append((takes_part.exists(), _REGISTERED))
    first = segments.left_out(now, is_suppressed)
    return func.coalesce(first, case(*reasons, else_=null())) if reasons else first


def _has_it(occasion_id: int) -> ColumnElement[bool]:
    """Tell whether the joined delivery has reached its address, or will.

    What a cancelled campaign has still queued goes to nobody: it is taken back a page at a time.
    """
    ended = select(Campaign.batch_id).where(
        Campaign.occasion_id == occasion_id, Campaign.state == CampaignState.CANCELLED
    )
    taken_back = (Delivery.state == State.QUEUED) & Delivery.batch_id.in_(ended)
    return Delivery.id.is_not(None) & Delivery.state.not_in(NEVER_WENT_OUT) & not_(taken_back)


def exclusion_reason(word: str) -> ExclusionReason:
    """Read what `left_out` gives."""
    return ExclusionReason[word.upper()]
