"""Partners: who embeds our calendar, and where that may be."""

from collections.abc import Sequence
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.fields import SLUG
from outreach.events.partner_models import Partner
from outreach.links import with_query

PARTNER = "partner"
"""The name of it in addresses and forms."""


def find(session: Session, slug: str) -> Partner | None:
    """Give a partner of the file by slug; None if there is none, or not any more."""
    if not SLUG.fullmatch(slug):
        return None
    query = select(Partner).where(Partner.slug == slug, Partner.active)
    return session.scalars(query).one_or_none()


def by_id(session: Session, number: int) -> Partner | None:
    """Give a partner of the file by id; None if it has left the file."""
    found = session.get(Partner, number)
    return found if found is not None and found.active else None


def partners(session: Session) -> Sequence[Partner]:
    """Give the partners of the file, in its order."""
    query = select(Partner).where(Partner.active).order_by(Partner.position, Partner.id)
    return session.scalars(query).all()


def known_slugs(session: Session) -> tuple[str, ...]:
    """Give the slugs of the partners of the file, in its order."""
    query = select(Partner.slug).where(Partner.active).order_by(Partner.position, Partner.id)
    return tuple(session.scalars(query))


def carried(url: str, partner: str) -> str:
    """Give an address of ours that goes on naming a partner (its slug), if there is one."""
    return with_query(url, urlencode({PARTNER: partner})) if url and partner else url


def may_frame(partner: Partner | None) -> tuple[str, ...]:
    """Give the origins whose pages alone may frame a partner's embed, and are counted.

    None for any page.
    """
    return tuple(partner.origins) if partner else ()
