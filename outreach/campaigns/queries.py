"""Reads about campaigns: which there are, how each is doing, who was left out and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    Exclusion,
    ExclusionReason,
    LanguageReason,
)
from outreach.delivery.batches import all_of
from outreach.delivery.models import SENT, WAITING, Delivery, Message, State, Tally
from outreach.errors import NotFound

LONGEST_SECONDS = 365 * 86_400
"""Whatever takes longer than this cannot be told."""


@dataclass(frozen=True)
class Figures:
    """How many deliveries stand where."""

    waiting: int = 0
    """Queued, claimed or on the wire."""
    sent: int = 0
    """Delivered, bounced and complained included."""
    failed: int = 0
    suppressed: int = 0
    cancelled: int = 0
    uncertain: int = 0

    @property
    def planned(self) -> int:
        """Count all: the identity that every report shows, and that always holds."""
        return (
            self.waiting
            + self.sent
            + self.failed
            + self.suppressed
            + self.cancelled
            + self.uncertain
        )


@dataclass(frozen=True, kw_only=True)
class Report(Figures):
    """How a campaign is doing at one moment."""

    planned_final: bool
    """False while fan-out goes on, and so the plan grows."""
    by_language: dict[str, Figures]
    left_out: dict[ExclusionReason, int]


@dataclass(frozen=True)
class Speed:
    """How fast a campaign goes."""

    per_second: float
    """Sent a second since the first one left."""
    time_left: timedelta | None
    """None if it cannot be told, and while nothing is being sent."""


def campaign(session: Session, campaign_id: int) -> Campaign:
    """Give one campaign; NotFound if there is none of that number."""
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound(
            "There is no campaign %(number)s. List them with: outreach campaign list",
            number=campaign_id,
        )
    return found


def campaigns(session: Session) -> Sequence[Campaign]:
    """Give all campaigns, the newest first."""
    return session.scalars(select(Campaign).order_by(Campaign.id.desc())).all()


def newest(session: Session, *, before: int, most: int) -> Sequence[Campaign]:
    """Give the newest campaigns below that number, the newest first."""
    return session.scalars(
        select(Campaign).where(Campaign.id < before).order_by(Campaign.id.desc()).limit(most)
    ).all()


def of_occasion(session: Session, occasion_id: int) -> Sequence[Campaign]:
    """Give the campaigns of one edition that were not cancelled, the oldest first."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.occasion_id == occasion_id, Campaign.state != CampaignState.CANCELLED)
        .order_by(Campaign.id)
    ).all()


def has_begun(session: Session, occasion_id: int) -> bool:
    """Tell whether any campaign of an edition has started, and so may have reached somebody."""
    begun = select(Campaign.id).where(
        Campaign.occasion_id == occasion_id, Campaign.started_at.is_not(None)
    )
    return session.execute(begun.limit(1)).first() is not None


def of_segment(session: Session, slug: str) -> Sequence[Campaign]:
    """Give the campaigns for a segment that have not ended, the oldest first."""
    ended = (CampaignState.SENT, CampaignState.CANCELLED)
    return session.scalars(
        select(Campaign)
        .where(Campaign.segment_slug == slug, Campaign.state.not_in(ended))
        .order_by(Campaign.id)
    ).all()


def report(session: Session, campaign: Campaign) -> Report:
    """Say how a campaign is doing, from counters: as quick for a million as for one."""
    found = _by_language(session, campaign.batch_id)
    return Report(
        **_counted(sum(found.values(), Counter())),
        planned_final=campaign.batch.planned_final,
        by_language={language: figures(counts) for language, counts in found.items()},
        left_out=left_out(session, campaign.id),
    )


def standing(session: Session, campaign: Campaign) -> dict[State, int]:
    """Count the deliveries of one campaign by state, from counters."""
    return standings(session, [campaign.batch_id])[campaign.batch_id]


def standings(session: Session, batch_ids: Sequence[int]) -> dict[int, dict[State, int]]:
    """Say how the deliveries of each batch stand, state by state, in one look at the counters."""
    found: dict[int, dict[State, int]] = {number: {} for number in batch_ids}
    rows = session.execute(
        select(Tally.batch_id, Tally.state, func.sum(Tally.count))
        .where(Tally.batch_id.in_(batch_ids))
        .group_by(Tally.batch_id, Tally.state)
    )
    for number, state, count in rows:
        found[number][state] = int(count)
    return found


def figures(standing: Mapping[State, int]) -> Figures:
    """Give the figures of the identity from a count of each state."""
    return Figures(**_counted(standing))


def total(several: Iterable[Figures]) -> Figures:
    """Add figures up."""
    names = Figures.__match_args__
    found = list(several)
    return Figures(**{name: sum(getattr(each, name) for each in found) for name in names})


def by_language(session: Session, campaign: Campaign) -> dict[str, Figures]:
    """Say how each language of a campaign is doing, from counters."""
    found = _by_language(session, campaign.batch_id)
    return {language: figures(counts) for language, counts in found.items()}


def speed(campaign: Campaign, figures: Figures, now: datetime) -> Speed:
    """Say how fast a campaign has gone since its first message left."""
    per_second = rate(figures.sent, campaign.batch.first_sent_at, campaign.ended_at or now)
    sending = campaign.state == CampaignState.SENDING
    return Speed(per_second, time_left(figures.waiting, per_second) if sending else None)


def language_reasons(session: Session, campaign: Campaign) -> dict[tuple[str, LanguageReason], int]:
    """Count recipients by language and why they got it. Reads every delivery: not for a ticker."""
    rows = session.execute(
        select(Message.language, Delivery.reason, func.count())
        .join(Message, Message.id == Delivery.message_id)
        .where(all_of(campaign.batch))
        .group_by(Message.language, Delivery.reason)
        .order_by(Message.language, Delivery.reason)
    )
    return {(language, LanguageReason(reason)): count for language, reason, count in rows}


def left_out(session: Session, campaign_id: int) -> dict[ExclusionReason, int]:
    """Count whom fan-out left out, by reason. Reads a row for each: not for a ticker."""
    rows = session.execute(
        select(Exclusion.reason, func.count())
        .where(Exclusion.campaign_id == campaign_id)
        .group_by(Exclusion.reason)
        .order_by(Exclusion.reason)
    )
    return {reason: count for reason, count in rows}  # noqa: C416  (a Row is no tuple to mypy)


def rate(sent: int, since: datetime | None, until: datetime) -> float:
    """Give how many were sent a second; 0 before the first second is over."""
    seconds = (until - since).total_seconds() if since else 0.0
    return sent / seconds if seconds >= 1 else 0.0


def time_left(waiting: int, per_second: float) -> timedelta | None:
    """Give how long the rest will take at this rate; None if it cannot be told."""
    if not waiting:
        return timedelta(0)
    if waiting > per_second * LONGEST_SECONDS:
        return None
    return timedelta(seconds=round(waiting / per_second))


def _by_language(session: Session, batch_id: int) -> dict[str, Counter[State]]:
    rows = session.execute(
        select(Message.language, Tally.state, func.sum(Tally.count))
        .outerjoin(Tally, Tally.message_id == Message.id)
        .where(Message.batch_id == batch_id)
        .group_by(Message.language, Tally.state)
        .order_by(Message.language)
    )
    counted: dict[str, Counter[State]] = {}
    for language, state, count in rows:
        counts = counted.setdefault(language, Counter())
        if state is not None:
            counts[state] += int(count)
    return counted


def _counted(counts: Mapping[State, int]) -> dict[str, int]:
    """Give the figures by name."""
    return {
        "waiting": sum(counts.get(state, 0) for state in WAITING),
        "sent": sum(counts.get(state, 0) for state in SENT),
        "failed": counts.get(State.FAILED, 0),
        "suppressed": counts.get(State.SUPPRESSED, 0),
        "cancelled": counts.get(State.CANCELLED, 0),
        "uncertain": counts.get(State.UNCERTAIN, 0),
    }
