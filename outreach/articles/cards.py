"""What events and articles look like inside other texts.

Articles stand above events, so this is the lowest place that knows both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.articles import queries as articles
from outreach.articles.models import Kind
from outreach.content.resolver import ContentResolver
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events import queries as events
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, EventCard


@dataclass(frozen=True)
class RowCards:
    """Gives cards from rows, in one language."""

    session: Session
    site: Site
    links: Links
    language: str

    def event(self, slug: str) -> EventCard | None:
        """Give the card of an event."""
        try:
            row = events.event(self.session, slug)
        except NotFound:
            return None
        return events.card(row, self.site, self.links, self.language)

    def upcoming(self, count: int, topic: str, now: datetime) -> Sequence[EventCard]:
        """Give the cards of the next events."""
        rows = events.upcoming(self.session, count, topic, now)
        found = (events.card(row, self.site, self.links, self.language) for row in rows)
        return [card for card in found if card]

    def article(self, slug: str) -> ArticleCard | None:
        """Give the card of an article."""
        try:
            row = articles.article(self.session, Kind.ARTICLE, slug)
        except NotFound:
            return None
        return articles.card(self.session, row, self.site, self.links, self.language)


def resolver(
    session: Session, site: Site, links: Links, *, language: str, folder: str, now: datetime
) -> ContentResolver:
    """Give what `mail.body.resolve` needs for a text in a language.

    `folder` is where its files lie, e.g. `content/pages/privacy`.
    """
    cards = RowCards(session, site, links, language)
    return ContentResolver(session, links, cards, language=language, folder=folder, now=now)
