"""An edition as one mail to nobody, for programs that judge mails."""

from outreach.audience.models import Topic
from outreach.campaigns.preview import READER
from outreach.errors import NotFound
from outreach.mail.compiled import CompiledMessage, compile_message
from outreach.newsletters.compose import Desk, compose_text
from outreach.newsletters.models import Edition
from outreach.newsletters.publish import edition_headers


def sample_mail(desk: Desk, edition: Edition, language: str) -> tuple[str, bytes]:
    """Give the checksum of the text, and the mail (RFC 5322) that it makes; links open nothing.

    NotFound without that language; Refused where it cannot be composed.
    """
    text = next((each for each in edition.translations if each.language == language), None)
    if text is None:
        raise NotFound("This edition has no such language.")
    composed = compose_text(desk, edition, text)
    topic = desk.topic or Topic(id=0, slug=edition.newsletter.topic, names={})
    headers = edition_headers(
        desk.site, desk.links, edition=edition, topic=topic, language=language
    )
    message = CompiledMessage.load(compile_message(composed, headers))
    values = {
        "unsubscribe_url": desk.links.to_unsubscribe(subscriber=0, topic=0, batch=0),
        "preferences_url": desk.links.to_preferences(language, subscriber=0),
    }
    return text.checksum, message.write(
        to=READER,
        message_id=f"check.{language}@{desk.site.mail_domain}",
        date=desk.now,
        values=values,
    )
