"""Everybody's own time: when somebody of a zone is to get a campaign."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row

from outreach.campaigns.models import Campaign, ExclusionReason
from outreach.times import is_zone, same_wall_time


def due_times(campaign: Campaign, now: datetime) -> Callable[[str], datetime | None]:
    """Give when somebody of a zone is to get it, None for at once."""
    if not campaign.local_time:
        return lambda _zone: None

    @cache
    def due_at(zone: str) -> datetime | None:
        there = zone if is_zone(zone) else campaign.zone
        return max(now, same_wall_time(campaign.send_at, campaign.zone, there))

    return due_at


def is_back(member: Row[tuple[Any, ...]], due: datetime | None) -> bool:
    """Tell whether somebody who takes a break is back when their own time has come."""
    takes_a_break = member.left_out == ExclusionReason.PAUSED.name.lower()
    return takes_a_break and due is not None and member.paused_until <= due
