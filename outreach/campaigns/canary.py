"""The first wave: a few people of each language, watched before everybody else gets the mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription
from outreach.campaigns.models import Campaign, CampaignState, CanaryState
from outreach.delivery import batches, tallies
from outreach.delivery.models import WAITING, Delivery, State

PATIENCE = timedelta(minutes=10)
"""Whoever of the wave was tried and has not got it by then counts as failed."""
LEAST_FAILED = 2
"""A single refusal says nothing about the mail."""
LEAST_ENDED = 10
"""By everybody's own time: after so many, a share begins to mean something."""
LOOKED_THROUGH = 20_000
"""The wave is found among so many of a topic's first subscribers, to keep the search short."""

_FAILED = (State.FAILED, State.UNCERTAIN, State.BOUNCED, State.COMPLAINED)


@dataclass(frozen=True)
class Wave:
    """How the wave stands in one language."""

    planned: int
    waiting: int
    failed: int

    @property
    def ended(self) -> int:
        """Count those of whom it is known how it went."""
        return self.planned - self.waiting

    def exceeds(self, share: int, of: int) -> bool:
        """Tell whether more than that percentage of so many failed."""
        return self.failed >= LEAST_FAILED and self.failed * 100 > share * of


def of_the_wave(campaign: Campaign, language: str) -> tuple[ColumnElement[bool], ...]:
    """Say who may be in the wave of a language: those who read it, early in the topic."""
    tag = func.lower(Subscriber.language)
    last = (
        select(Subscription.subscriber_id)
        .where(Subscription.topic_id == campaign.topic_id)
        .order_by(Subscription.subscriber_id)
        .offset(LOOKED_THROUGH)
        .limit(1)
        .scalar_subquery()
    )
    return (
        or_(tag == language.lower(), tag.startswith(f"{language.lower()}-", autoescape=True)),
        or_(last.is_(None), Subscription.subscriber_id < last),
    )


def watch(campaign: Campaign, now: datetime) -> None:
    """Note that the wave is in the outbox."""
    campaign.canary, campaign.canary_at = CanaryState.WATCHED, now


def withholds() -> ColumnElement[bool]:
    """Tell of which campaigns nobody else is planned before the wave has been looked at."""
    return (Campaign.canary == CanaryState.WATCHED) & Campaign.local_time.is_(False)


def judge(session: Session, now: datetime) -> Mapping[int, CanaryState]:
    """Let the campaigns go on whose wave went well, and hold the others; give what was decided."""
    watched = session.scalars(
        select(Campaign)
        .where(Campaign.state == CampaignState.SENDING, Campaign.canary == CanaryState.WATCHED)
        .order_by(Campaign.id)
        .with_for_update(of=Campaign, skip_locked=True)
    ).all()
    decided = {}
    for campaign in watched:
        verdict = _judge_by_time if campaign.local_time else _judge_wave
        state = verdict(session, campaign, now)
        if state is CanaryState.HELD:
            campaign.move(CampaignState.PAUSED, now)
            batches.pause(session, campaign.batch)
        if state is not CanaryState.WATCHED:
            campaign.canary = decided[campaign.id] = state
    return decided


def waves(session: Session, campaign: Campaign) -> dict[int, Wave]:
    """Give how the wave stands, by message."""
    counted = tallies.tallies(session, [campaign.batch_id]).by_message
    return {
        message: Wave(
            planned=sum(counts.values()),
            waiting=sum(counts.get(state, 0) for state in WAITING),
            failed=sum(counts.get(state, 0) for state in _FAILED),
        )
        for message, counts in counted.items()
    }


def _judge_wave(session: Session, campaign: Campaign, now: datetime) -> CanaryState:
    found = waves(session, campaign)
    if any(wave.exceeds(campaign.canary_share, wave.planned) for wave in found.values()):
        return CanaryState.HELD
    if not any(wave.waiting for wave in found.values()):
        return CanaryState.PASSED
    if campaign.canary_at is None or now - campaign.canary_at < PATIENCE:
        return CanaryState.WATCHED
    return _judge_late(session, campaign, found)


def _judge_late(session: Session, campaign: Campaign, found: Mapping[int, Wave]) -> CanaryState:
    """Count as failed who was tried in vain; a wave that is only slow is waited for."""
    put_off = _put_off(session, campaign)
    if sum(wave.waiting for wave in found.values()) > sum(put_off.values()):
        return CanaryState.WATCHED
    for message, wave in found.items():
        late = Wave(wave.planned, 0, wave.failed + put_off.get(message, 0))
        if late.exceeds(campaign.canary_share, late.planned):
            return CanaryState.HELD
    return CanaryState.PASSED


def _judge_by_time(session: Session, campaign: Campaign, _now: datetime) -> CanaryState:
    """Watch those whose time comes first, until there are as many of them as a wave has."""
    found = waves(session, campaign)
    for wave in found.values():
        if wave.ended >= LEAST_ENDED and wave.exceeds(campaign.canary_share, wave.ended):
            return CanaryState.HELD
    ended = sum(wave.ended for wave in found.values())
    enough = ended >= campaign.canary_size * max(1, len(found))
    return CanaryState.PASSED if enough else CanaryState.WATCHED


def _put_off(session: Session, campaign: Campaign) -> dict[int, int]:
    """Count who was tried and told to come back later, by message."""
    rows = session.execute(
        select(Delivery.message_id, func.count())
        .where(
            Delivery.batch_id == campaign.batch_id,
            Delivery.state == State.QUEUED,
            Delivery.tries > 0,
        )
        .group_by(Delivery.message_id)
    )
    return {message: count for message, count in rows}  # noqa: C416  (a Row is no tuple to mypy)
