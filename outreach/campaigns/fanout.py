"""Turning a campaign into deliveries, a page at a time; whoever is left out is written down."""

from datetime import datetime

from sqlalchemy.orm import Session

PAGE = 500
"""How many subscribers one transaction deals with, to begin with."""


def fan_out_page(session: Session, campaign_id: int, *, size: int = PAGE, now: datetime) -> bool:
    """Deal with the next subscribers of a sending campaign; True while there are more."""
    raise NotImplementedError


def finish(session: Session, now: datetime) -> list[int]:
    """Mark as sent every campaign that has nobody left to plan and nothing waiting."""
    raise NotImplementedError
