"""What events and articles look like inside other texts, and the blocks of a text.

Articles stand above events, so this is the lowest place that knows both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from outreach.articles import queries as articles
from outreach.articles.models import Kind
from outreach.content.resolver import ContentResolver
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.events import queries as events
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, Block, EventCard
from outreach.mail.body import BodyFault, read_body, resolve


class Written(Protocol):
    """Any row that holds a text: its body, and the line at which that begins."""

    @property
    def body(self) -> str:
        """Give Markdown with block calls."""

    @property
    def first_line(self) -> int:
        """Give the line of the file at which the body begins."""


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
    body = read_body(text.body, first_line=text.first_line, fields_allowed=fields)
    blocks, faults = resolve(body, resolver)
    return blocks, (*body.faults, *faults)
