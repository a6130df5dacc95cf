"""Edition → what is said in each language, and what the web shows of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach.links import Links
from outreach.mail.compose import Composed, Stationery
from outreach.newsletters.models import Edition


def compose_edition(
    session: Session, stationery: Stationery, links: Links, *, edition: Edition, now: datetime
) -> dict[str, Composed]:
    """Compose each language that the edition has, once."""
    raise NotImplementedError


def frozen_html(session: Session, edition: Edition, language: str) -> str | None:
    """Give the HTML of what was sent in a language, its places still open; None if nothing was."""
    raise NotImplementedError


def edition_html(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    language: str,
    now: datetime,
) -> str | None:
    """Give the web view: what was sent, or else composed now; None if not in that language.

    Personal fields show their fallbacks; personal links lead to pages for everybody.
    """
    raise NotImplementedError
