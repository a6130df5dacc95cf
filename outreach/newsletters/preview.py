"""An edition as files, to be looked at before anybody gets it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.campaigns.preview import write_messages
from outreach.links import Links
from outreach.mail.compiled import compile_message
from outreach.mail.compose import Composed, Stationery
from outreach.newsletters.compose import Desk, compose_text, desk_for
from outreach.newsletters.models import Edition
from outreach.newsletters.publish import edition_headers


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
    messages = [_message(desk, edition, each) for each in _composed(desk, edition)]
    return write_messages(messages, links, domain=desk.site.mail_domain, out=out, now=now)


def _composed(desk: Desk, edition: Edition) -> list[Composed]:
    return [compose_text(desk, edition, text) for text in edition.translations]


def _message(desk: Desk, edition: Edition, composed: Composed) -> tuple[Composed, bytes]:
    topic = desk.topic or Topic(id=0, slug=edition.newsletter.topic, names={})
    headers = edition_headers(
        desk.site, desk.links, edition=edition, topic=topic, language=composed.language
    )
    return composed, compile_message(composed, headers)
