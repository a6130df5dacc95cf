"""Finds what a text points at, in rows: pictures, downloads, pages, and cards of other things."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.bodies import body_of
from outreach.content.media import served_name
from outreach.content.models import Media, MediaFile
from outreach.content.references import beside
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, Block, EventCard, PictureFile
from outreach.mail.body import BodyFault, resolve


class Cards(Protocol):
    """Reads of events and articles, in one language; they live on floors above."""

    def event(self, slug: str, now: datetime) -> EventCard | None:
        """Give the card of an event: of a series, as its next occurrence."""

    def upcoming(self, count: int, topic: str, now: datetime) -> Sequence[EventCard]:
        """Give the cards of the next events."""

    def article(self, slug: str) -> ArticleCard | None:
        """Give the card of an article."""


class Written(Protocol):
    """Any row that holds a text: its body, and the line at which that begins."""

    @property
    def body(self) -> str:
        """Give Markdown with block calls."""

    @property
    def first_line(self) -> int:
        """Give the line of the file at which the body begins."""


class _File(NamedTuple):
    path: str
    checksum: str
    type: str
    width: int
    height: int


class ContentResolver:
    """The `mail.body.Resolver` of one text: its folder, its language, its moment."""

    def __init__(
        self,
        session: Session,
        links: Links,
        cards: Cards,
        *,
        language: str,
        folder: str,
        now: datetime,
    ) -> None:
        self._links = links
        self._cards = cards
        self._language = language
        self._folder = folder
        self._now = now
        self._files = _files_in(session, folder)

    def picture(self, name: str) -> PictureFile | None:
        """Give a picture beside the text."""
        file = self._beside(name)
        if file is None or not file.width:
            return None
        return PictureFile(self._url(file), file.width, file.height)

    def link(self, target: str) -> str | None:
        """Give the address of `page:…`, `article:…`, `event:…` or of a file beside the text."""
        page = page_of_ours(self._links, self._language, target)
        if page is not None:
            return page
        file = self._beside(target)
        return self._url(file) if file else None

    def event(self, slug: str) -> EventCard | None:
        """Give the card of an event."""
        return self._cards.event(slug, self._now)

    def upcoming(self, count: int, topic: str) -> Sequence[EventCard]:
        """Give the cards of the next events."""
        return self._cards.upcoming(count, topic, self._now)

    def article(self, slug: str) -> ArticleCard | None:
        """Give the card of an article."""
        return self._cards.article(slug)

    def _beside(self, name: str) -> _File | None:
        paths = beside(self._folder, name)
        return next((self._files[path] for path in paths if path in self._files), None)

    def _url(self, file: _File) -> str:
        return self._links.to_media(file.checksum, served_name(file.path, file.type))


def blocks_from(
    text: Written, resolver: ContentResolver, fields: frozenset[str] = frozenset()
) -> tuple[tuple[Block, ...], tuple[BodyFault, ...]]:
    """Give the blocks of a text from rows, and what it names that is not there.

    `fields`: the personal ones that it may use.
    """
    body = body_of(text.body, text.first_line, fields)
    blocks, faults = resolve(body, resolver)
    return blocks, (*body.faults, *faults)


def page_of_ours(links: Links, language: str, target: str) -> str | None:
    """Give the address of `page:…`, `article:…` or `event:…`; None if it is none."""
    kind, _, rest = target.partition(":")
    slug, mark, fragment = rest.partition("#")
    pages = {"page": links.to_page, "article": links.to_article, "event": links.to_event}
    return pages[kind](language, slug) + mark + fragment if kind in pages and slug else None


def _files_in(session: Session, folder: str) -> dict[str, _File]:
    rows = session.execute(
        select(MediaFile.path, MediaFile.checksum, Media.type, Media.width, Media.height)
        .join(Media, MediaFile.checksum == Media.checksum)
        .where(MediaFile.path.startswith(f"{folder}/", autoescape=True))
    )
    return {row.path: _File(*row) for row in rows}
