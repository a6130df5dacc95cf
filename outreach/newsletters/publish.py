"""Edition → campaign: checked, composed once a language, compiled and frozen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.links import Links
from outreach.mail.compose import Stationery


@dataclass(frozen=True)
class ScheduleRequest:
    """What staff ask for."""

    edition: str
    """E.g. `wrm/2020-07`."""
    topic: str
    """The topic's slug: whoever is subscribed to it gets the edition."""
    send_at: datetime
    """Aware; `campaigns.schedule.send_time` makes it from a wall time."""
    zone: str
    """The zone in which staff chose the time."""
    by: str = ""
    """Who asked."""


def schedule_edition(
    session: Session, stationery: Stationery, links: Links, request: ScheduleRequest, now: datetime
) -> Campaign:
    """Freeze an edition into a scheduled campaign; Refused with every fault of its files."""
    raise NotImplementedError
