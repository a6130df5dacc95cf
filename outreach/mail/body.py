"""Text files → blocks: Markdown with a few Jinja calls in it, read without running anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from outreach.errors import Sentence
from outreach.mail.blocks import ArticleCard, Block, EventCard, PictureFile
from outreach.mail.fields import PERSONAL_FIELDS


@dataclass(frozen=True)
class BodyFault:
    """Something wrong in a body: the line of the file, and what to do."""

    line: int
    sentence: Sentence


@dataclass(frozen=True)
class Body:
    """A body as understood."""

    blocks: tuple[Block, ...]
    fields: frozenset[str]
    faults: tuple[BodyFault, ...]
    block_hashes: tuple[str, ...]
    """One for each top-level block: tells which parts of a translation are stale."""


class Resolver(Protocol):
    """Knows what a body may point at; None means that there is no such thing."""

    def picture(self, name: str) -> PictureFile | None:
        """Give the picture of that file name."""

    def link(self, target: str) -> str | None:
        """Give the URL of a relative, `page:`, `article:` or `event:` target."""

    def event(self, slug: str) -> EventCard | None:
        """Give one event."""

    def upcoming(self, count: int, topic: str) -> Sequence[EventCard]:
        """Give the next events of a topic, or of all where it is empty."""

    def article(self, slug: str) -> ArticleCard | None:
        """Give one article."""


def read_body(
    text: str, *, first_line: int = 1, fields_allowed: frozenset[str] = PERSONAL_FIELDS
) -> Body:
    """Read a body. Never raises on any text; what is wrong becomes faults with their lines."""
    raise NotImplementedError


def resolve(body: Body, resolver: Resolver) -> tuple[tuple[Block, ...], tuple[BodyFault, ...]]:
    """Fill cards, pictures and links; faults for what does not exist."""
    raise NotImplementedError
