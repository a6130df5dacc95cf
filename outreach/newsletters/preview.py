"""An edition as files, to be looked at before anybody gets it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.campaigns.preview import write_messages
from outreach.links import Links
from outreach.mail.compose import Stationery
from outreach.newsletters.compose import compose_text, desk_for
from outreach.newsletters.models import Edition
from outreach.newsletters.publish import compiled


def write_preview(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    out: Path,
    now: datetime,
) -> list[Path]:
    """Write `.html`, `.txt` and `.eml` of each language into a folder; give their paths."""
    desk = desk_for(session, stationery, links, edition=edition, now=now)
    messages = [
        compiled(desk, edition, compose_text(desk, edition, text)) for text in edition.translations
    ]
    return write_messages(messages, links, domain=desk.site.mail_domain, out=out, now=now)
