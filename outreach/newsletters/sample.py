"""An edition as one mail to nobody, for programs that judge mails."""

from outreach.campaigns.preview import READER, links_of_nobody
from outreach.errors import NotFound
from outreach.mail.compiled import CompiledMessage
from outreach.newsletters.compose import Desk, compose_text
from outreach.newsletters.models import Edition
from outreach.newsletters.publish import compiled


def sample_mail(desk: Desk, edition: Edition, language: str) -> tuple[str, bytes]:
    """Give the checksum of the text, and the mail (RFC 5322) that it makes; links open nothing.

    NotFound without that language; Refused where it cannot be composed.
    """
    text = edition.text_in(language)
    if text is None:
        raise NotFound("This edition has no such language.")
    _, content = compiled(desk, edition, compose_text(desk, edition, text))
    return text.checksum, CompiledMessage.load(content).write(
        to=READER,
        message_id=f"check.{language}@{desk.site.mail_domain}",
        date=desk.now,
        values=links_of_nobody(desk.links, language),
    )
