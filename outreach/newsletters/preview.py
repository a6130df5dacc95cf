"""An edition as files, to be looked at before anybody gets it."""

from datetime import datetime
from html import escape
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.errors import Refused
from outreach.links import Links
from outreach.mail.compiled import CompiledMessage, Mailbox, compile_message
from outreach.mail.compose import Composed, Stationery
from outreach.mail.fields import fill
from outreach.newsletters.compose import Desk, compose_text, desk_for
from outreach.newsletters.models import Edition
from outreach.newsletters.publish import edition_headers

READER = Mailbox("reader@example.org")


def write_preview(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    out: Path,
    now: datetime,
) -> list[Path]:
    """Write `.html`, `.txt` and `.eml` of each language into a folder; give their paths.

    Personal fields show their fallbacks; personal links are made for nobody and open nothing.
    """
    desk = desk_for(session, stationery, links, edition=edition, now=now)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [
            path
            for text in edition.translations
            for path in _write(desk, edition, compose_text(desk, edition, text), out)
        ]
    except OSError as error:
        raise Refused(
            "The preview cannot be written to %(folder)s: %(reason)s.",
            folder=out,
            reason=error.strerror or type(error).__name__,
        ) from error


def _write(desk: Desk, edition: Edition, composed: Composed, out: Path) -> list[Path]:
    language = composed.language
    values = {
        "unsubscribe_url": desk.links.to_unsubscribe(subscriber=0, topic=0, batch=0),
        "preferences_url": desk.links.to_preferences(language, subscriber=0),
    }
    topic = desk.topic or Topic(id=0, slug=edition.newsletter.topic, names={})
    headers = edition_headers(
        desk.site, desk.links, edition=edition, topic=topic, language=language
    )
    compiled = CompiledMessage.load(compile_message(composed, headers))
    written = compiled.write(
        to=READER,
        message_id=f"preview.{language}@{desk.site.mail_domain}",
        date=desk.now,
        values=values,
    )
    contents = {
        "html": fill(composed.html, values, escape).encode(),
        "txt": fill(composed.text, values).encode(),
        "eml": written,
    }
    paths = []
    for extension, content in contents.items():
        path = out / f"{language}.{extension}"
        path.write_bytes(content)
        paths.append(path)
    return paths
