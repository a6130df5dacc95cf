"""In which time zones our subscribers are, as far as they have told."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber

LATEST = 5_000
"""How many are looked at: enough to know the usual zones, and never a look at everybody."""


def usual_zones(session: Session, most: int) -> list[str]:
    """Give the zones of the latest subscribers, the most frequent first."""
    latest = select(Subscriber.time_zone).order_by(Subscriber.id.desc()).limit(LATEST).subquery()
    zone = latest.c.time_zone
    query = select(zone).where(zone != "").group_by(zone).order_by(func.count().desc(), zone)
    return list(session.scalars(query.limit(most)))
