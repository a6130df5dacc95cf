"""Reads about campaigns: which there are, how each is doing, who was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, ExclusionReason
from outreach.errors import NotFound


@dataclass(frozen=True)
class Figures:
    """How many deliveries stand where. planned is the sum of the others, always."""

    planned: int
    waiting: int
    """Queued, claimed or on the wire."""
    sent: int
    """Delivered, bounced and complained included."""
    failed: int
    suppressed: int
    cancelled: int
    uncertain: int


@dataclass(frozen=True)
class Report:
    """How a campaign is doing at one moment."""

    figures: Figures
    planned_final: bool
    """False while fan-out goes on, and so the plan grows."""
    by_language: dict[str, Figures]
    left_out: dict[ExclusionReason, int]
    per_second: float
    """Sent a second since the first one left."""
    time_left: timedelta | None
    """None if it cannot be told."""


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


def report(session: Session, campaign: Campaign, now: datetime) -> Report:
    """Say how a campaign is doing."""
    raise NotImplementedError
