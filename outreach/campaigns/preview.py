"""Messages as files, to be looked at before anybody gets them."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path

from outreach.errors import Refused
from outreach.links import Links
from outreach.mail.compiled import CompiledMessage, Mailbox
from outreach.mail.compose import Composed
from outreach.mail.fields import fill

READER = Mailbox("reader@example.org")


def write_messages(
    messages: Iterable[tuple[Composed, bytes]],
    links: Links,
    *,
    domain: str,
    out: Path,
    now: datetime,
) -> list[Path]:
    """Write `.html`, `.txt` and `.eml` of each message (and its compiled content) into a folder.

    Gives their paths. Personal fields show their fallbacks; personal links are made for nobody and
    open nothing. Refused where the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [
            path
            for composed, content in messages
            for path in _write(composed, content, links, domain=domain, out=out, now=now)
        ]
    except OSError as error:
        raise Refused(
            "The preview cannot be written to %(folder)s: %(reason)s.",
            folder=out,
            reason=error.strerror or type(error).__name__,
        ) from error


def links_of_nobody(links: Links, language: str) -> dict[str, str]:
    """Give what stands for personal links in a mail to nobody: it opens nothing."""
    return {
        "unsubscribe_url": links.to_unsubscribe(subscriber=0, topic=0, batch=0),
        "preferences_url": links.to_preferences(language, subscriber=0),
    }


def _write(
    composed: Composed, content: bytes, links: Links, *, domain: str, out: Path, now: datetime
) -> list[Path]:
    language, values = composed.language, links_of_nobody(links, composed.language)
    written = CompiledMessage.load(content).write(
        to=READER, message_id=f"preview.{language}@{domain}", date=now, values=values
    )
    contents = {
        "html": fill(composed.html, values, escape).encode(),
        "txt": fill(composed.text, values).encode(),
        "eml": written,
    }
    paths = []
    for extension, content_of in contents.items():
        path = out / f"{language}.{extension}"
        path.write_bytes(content_of)
        paths.append(path)
    return paths
