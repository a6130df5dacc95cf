"""Partners: who embeds our calendar."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.events.partner_models import Partner


def find(session: Session, slug: str) -> Partner | None:
    """Give a partner of the file by slug; None if there is none, or not any more."""
    if not slug:
        return None
    query = select(Partner).where(Partner.slug == slug, Partner.active)
    return session.scalars(query).one_or_none()


def partners(session: Session) -> Sequence[Partner]:
    """Give the partners of the file, in its order."""
    query = select(Partner).where(Partner.active).order_by(Partner.position, Partner.id)
    return session.scalars(query).all()
