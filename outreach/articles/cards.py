"""What events and articles look like inside other texts, and the blocks of a text.

Articles stand above events, so this is the lowest place that knows both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.articles import queries as articles
from outreach.articles.models import Article, Kind
from outreach.content.resolver import ContentResolver, Written, blocks_from
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events import queries as events
from outreach.events.queries import Listed
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, Block, EventCard
from outreach.mail.body import BodyFault


@dataclass(frozen=True)
class RowCards:
    """Gives cards from rows, in one language. A row is read once, also for other languages."""

    session: Session
    site: Site
    links: Links
    language: str
    mailed: bool = False
    """Whether the cards are for a mail to subscribers, with each reader's own links."""
    _events: dict[str, Listed | None] = field(default_factory=dict)
    _articles: dict[str, Article | None] = field(default_factory=dict)

    def speaking(self, language: str) -> "RowCards":
        """Give the same cards in another language."""
        return replace(self, language=language)

    def event(self, slug: str, now: datetime) -> EventCard | None:
        """Give the card of an event: of a series, as its next occurrence."""
        if slug not in self._events:
            try:
                row = events.event(self.session, slug)
                self._events[slug] = events.shown(self.session, row, now)
            except NotFound:
                self._events[slug] = None
        found = self._events[slug]
        if found is None:
            return None
        return self._card(found, now)

    def upcoming(self, count: int, topic: str, now: datetime) -> Sequence[EventCard]:
        """Give the cards of the next events."""
        rows = events.upcoming(self.session, count, topic, now)
        return [card for row in rows if (card := self._card(row, now))]

    def article(self, slug: str) -> ArticleCard | None:
        """Give the card of an article."""
        if slug not in self._articles:
            try:
                self._articles[slug] = articles.article(self.session, Kind.ARTICLE, slug)
            except NotFound:
                self._articles[slug] = None
        row = self._articles[slug]
        return (
            articles.card(self.session, row, self.site, self.links, self.language) if row else None
        )

    def _card(self, row: Listed, now: datetime) -> EventCard | None:
        return events.open_card(
            row, self.site, self.links, self.language, now=now, mailed=self.mailed
        )


def blocks_of(
    cards: RowCards,
    text: Written,
    *,
    folder: str,
    fields: frozenset[str] = frozenset(),
    now: datetime,
) -> tuple[tuple[Block, ...], tuple[BodyFault, ...]]:
    """Give the blocks of a text from rows, with their cards and pictures, and what is not there.

    `folder` is where its files lie, e.g. `content/pages/privacy`; `fields` are the personal ones
    that it may use.
    """
    resolver = ContentResolver(
        cards.session, cards.links, cards, language=cards.language, folder=folder, now=now
    )
    return blocks_from(text, resolver, fields)
