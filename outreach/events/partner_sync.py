"""`content/partners.toml` → rows. A faulty file leaves the partners as they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.documents import Document
from outreach.content.live import Changes, LiveFiles
from outreach.content.tree import Tree
from outreach.events.partner_models import Partner
from outreach.events.partner_source import PATH, PartnerSource


def stale_partners(document: Document | None, tree: Tree, live: LiveFiles) -> Changes:
    """Tell how the file (None for one that is not there) differs from what is live."""
    known = live.get(PATH)
    if document is None:
        return Changes((), (PATH,) if known is not None and tree.lacks(PATH) else ())
    return Changes((document,) if known != document.checksum else (), ())


def sync_partners(
    session: Session, sources: Sequence[PartnerSource], changes: Changes, now: datetime
) -> None:
    """Write the partners as rows.

    One that left the file becomes inactive: it counts no more, and its totals are there again
    when it is.
    """
    rows = {row.slug: row for row in session.scalars(select(Partner))}
    for row in rows.values():
        row.active = False
    for position, source in enumerate(sources):
        row = rows.get(source.slug) or Partner(slug=source.slug)
        row.position, row.active = position, True
        row.name, row.url = source.name, source.url or ""
        row.origins = list(source.origins or [])
        session.add(row)
    changes.record(session, now)
