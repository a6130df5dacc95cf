"""The first wave: a few people of each language, watched before everybody else gets the mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from outreach.audience import segments
from outreach.audience.models import Subscriber, Subscription
from outreach.campaigns.models import Campaign, CampaignState, CanaryState
from outreach.campaigns.plan import belongs, left_out, members, segment_of
from outreach.delivery import batches, tallies
from outreach.delivery.models import WAITING, Delivery, State

PATIENCE = timedelta(minutes=10)
"""Whoever of the wave was tried and has not got it by then counts as failed."""
LEAST_FAILED = 2
"""A single refusal says nothing about the mail."""
LEAST_ENDED = 10
"""By everybody's own time: after so many, a share begins to mean something."""
_FAILED = (State.FAILED, State.UNCERTAIN, State.BOUNCED, State.COMPLAINED)


@dataclass(frozen=True)
class Wave:
    """How the wave stands in one language."""

    planned: int
    waiting: int
    sent: int
    failed: int

    @property
    def ended(self) -> int:
        """Count those of whom it is known how it went."""
        return self.planned - self.waiting

    def exceeds(self, share: int, of: int) -> bool:
        """Tell whether more than that percentage of so many failed."""
        return self.failed >= LEAST_FAILED and self.failed * 100 > share * of


NOBODY = Wave(0, 0, 0, 0)


def choose(
    session: Session, campaign: Campaign, available: Sequence[str], now: datetime
) -> list[int]:
    """Choose a few subscribers (ids) of each language, of those who are to get it.

    Reads only, and of a rare language through the whole topic: not within a write.
    """
    segment = segment_of(campaign)
    new = or_(Delivery.id.is_(None), Delivery.batch_id != campaign.batch_id)
    gets_it = left_out(segment, now, segments.suppressed()).is_(None)
    chosen: list[int] = []
    for language in available:
        chosen += session.scalars(
            select(Subscriber.id)
            .select_from(members(segment))
            .where(*belongs(segment), new, gets_it, _reads(language, available))
            .order_by(Subscription.subscriber_id)
            .limit(campaign.canary_size)
        )
    return chosen


def _reads(language: str, available: Sequence[str]) -> ColumnElement[bool]:
    """Tell who gets a language as their own: not who has a nearer one, such as `fr-CA`."""
    tag, own = func.lower(Subscriber.language), language.lower()
    nearer = [other.lower() for other in available if other.lower().startswith(f"{own}-")]
    return _begins(tag, own) & and_(true(), *(not_(_begins(tag, other)) for other in nearer))


def _begins(tag: ColumnElement[str], language: str) -> ColumnElement[bool]:
    return or_(tag == language, tag.startswith(f"{language}-", autoescape=True))


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
            sent=counts.get(State.SENT, 0) + counts.get(State.DELIVERED, 0),
            failed=sum(counts.get(state, 0) for state in _FAILED),
        )
        for message, counts in counted.items()
    }


def _judge_wave(session: Session, campaign: Campaign, now: datetime) -> CanaryState:
    found = waves(session, campaign)
    if _fails(found.values(), campaign.canary_share):
        return CanaryState.HELD
    if not any(wave.waiting for wave in found.values()):
        return _ended(found.values())
    if campaign.canary_at is None or now - campaign.canary_at < PATIENCE:
        return CanaryState.WATCHED
    return _judge_late(session, campaign, found)


def _fails(found: Iterable[Wave], share: int) -> bool:
    """Tell whether too many failed in one language, or in all of them together."""
    waves_and_sum = [*found]
    waves_and_sum.append(_together(waves_and_sum))
    return any(wave.exceeds(share, wave.planned) for wave in waves_and_sum)


def _ended(found: Iterable[Wave]) -> CanaryState:
    """Decide when nobody of the wave waits any more: somebody must have got it.

    If all of it was withdrawn, another wave is chosen.
    """
    together = _together(found)
    if together.sent:
        return CanaryState.PASSED
    return CanaryState.HELD if together.failed else CanaryState.DUE


def _together(found: Iterable[Wave]) -> Wave:
    counted = [(wave.planned, wave.waiting, wave.sent, wave.failed) for wave in found]
    return Wave(*(sum(column) for column in zip(*counted, strict=True))) if counted else NOBODY


def _judge_late(session: Session, campaign: Campaign, found: Mapping[int, Wave]) -> CanaryState:
    """Count as failed who was tried in vain; a wave that is only slow is waited for."""
    put_off = _put_off(session, campaign)
    if sum(wave.waiting for wave in found.values()) > sum(put_off.values()):
        return CanaryState.WATCHED
    late = [
        replace(wave, waiting=0, failed=wave.failed + put_off.get(message, 0))
        for message, wave in found.items()
    ]
    return CanaryState.HELD if _fails(late, campaign.canary_share) else _ended(late)


def _judge_by_time(session: Session, campaign: Campaign, _now: datetime) -> CanaryState:
    """Watch those whose time comes first, until there are as many of them as a wave has."""
    found = [*waves(session, campaign).values()]
    for wave in (*found, _together(found)):
        if wave.ended >= LEAST_ENDED and wave.exceeds(campaign.canary_share, wave.ended):
            return CanaryState.HELD
    enough = _together(found).ended >= campaign.canary_size * max(1, len(found))
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
