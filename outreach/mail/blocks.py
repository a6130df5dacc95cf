"""What a body is made of: blocks, and the cards and pictures that they show."""

import datetime
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class PictureFile:
    """A picture that can be shown: an absolute URL and the size of the file in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class EventCard:
    """An event as a letter or a page shows it, in one language."""

    slug: str
    title: str
    summary: str
    url: str
    kind: str
    """In words, e.g. "Webinar"; may be empty."""
    date: datetime.date
    starts_at: datetime.datetime | None = None
    """Aware UTC; None where only the day is known."""
    ends_at: datetime.datetime | None = None
    zone: str = "UTC"
    organiser: str = ""
    register_url: str = ""
    calendar_url: str = ""
    """A calendar file to download."""
    recording_url: str = ""
    """What there is to see of an event that is over."""


@dataclass(frozen=True)
class ArticleCard:
    """An article or an edition as a letter or a page shows it, in one language."""

    slug: str
    title: str
    summary: str
    url: str
    date: datetime.date | None = None
    author: str = ""
    picture: PictureFile | None = None


@dataclass(frozen=True)
class Prose:
    """Text in Markdown. Personal fields in it are still open."""

    kind: ClassVar[str] = "prose"
    markdown: str
    line: int = 0


@dataclass(frozen=True)
class Button:
    """One link that is a call to act."""

    kind: ClassVar[str] = "button"
    label: str
    url: str
    line: int = 0


@dataclass(frozen=True)
class Picture:
    """A picture with its alternative text; an empty `alt` means that it only decorates."""

    kind: ClassVar[str] = "picture"
    name: str
    alt: str
    caption: str = ""
    line: int = 0
    file: PictureFile | None = None


@dataclass(frozen=True)
class Divider:
    """A line between two thoughts."""

    kind: ClassVar[str] = "divider"
    line: int = 0


@dataclass(frozen=True)
class Quote:
    """Somebody's words. Its blocks are prose only."""

    kind: ClassVar[str] = "quote"
    by: str
    blocks: "tuple[Block, ...]"
    line: int = 0


@dataclass(frozen=True)
class Columns:
    """Two columns, one below the other on a phone. They hold no further columns."""

    kind: ClassVar[str] = "columns"
    left: "tuple[Block, ...]"
    right: "tuple[Block, ...]"
    line: int = 0


@dataclass(frozen=True)
class EventBlock:
    """One event; `card` is filled by `body.resolve`."""

    kind: ClassVar[str] = "event"
    slug: str
    line: int = 0
    card: EventCard | None = None


@dataclass(frozen=True)
class UpcomingBlock:
    """The next events, of one topic or (empty) of all; `cards` is filled by `body.resolve`."""

    kind: ClassVar[str] = "upcoming"
    count: int
    topic: str = ""
    line: int = 0
    cards: tuple[EventCard, ...] = ()


@dataclass(frozen=True)
class ArticleBlock:
    """One article; `card` is filled by `body.resolve`."""

    kind: ClassVar[str] = "article"
    slug: str
    line: int = 0
    card: ArticleCard | None = None


Block = (
    Prose | Button | Picture | Divider | Quote | Columns | EventBlock | UpcomingBlock | ArticleBlock
)
