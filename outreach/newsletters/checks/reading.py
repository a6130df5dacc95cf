"""An edition in one language, taken apart for the checks: what stands where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from outreach.content.bodies import body_of
from outreach.content.documents import Document, read_document
from outreach.content.models import ContentFile
from outreach.content.tree import TextFile
from outreach.mail.blocks import (
    ArticleBlock,
    Block,
    Button,
    Columns,
    EventBlock,
    Picture,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.fields import PERSONAL_FIELDS, fill, set_aside
from outreach.mail.markdown import parse
from outreach.newsletters.compose import Desk, folder
from outreach.newsletters.models import Edition, Translation

EVENT = re.compile(r'event\("([^"]*)"\)')
UPCOMING = re.compile(r'upcoming_events\((\d+)(?:, "([^"]*)")?\)')
HEAD = ("title", "subject", "preheader", "summary")


@dataclass(frozen=True)
class Piece:
    """Something that stands in the text: a link, a sentence, a picture, a reference."""

    value: str
    line: int
    block: int
    """Which top-level block it stands in, from 0; -1 for the head."""
    unit: int = -1
    """Which paragraph, heading, cell or block call of the whole text it stands in."""


@dataclass(frozen=True)
class Reading:
    """One language of an edition, as pieces."""

    language: str
    path: str
    lines: dict[str, int]
    """Of the keys of the head."""
    links: tuple[Piece, ...]
    """Targets as the author wrote them."""
    words: tuple[Piece, ...]
    """Running text, a piece for each paragraph; it may hold line ends."""
    pictures: tuple[Piece, ...]
    alts: tuple[Piece, ...]
    """The description of each of the pictures, in the same order."""
    references: tuple[Piece, ...]
    """Block calls such as `event("open-hour")`."""
    blocks: tuple[int, ...]
    """The line of each top-level block."""
    units: tuple[int, ...]
    """The line of each paragraph, heading, cell and block call."""

    def line(self, key: str) -> int:
        """Give the line of a key of the head."""
        return self.lines.get(key, 1)


def read_edition(desk: Desk, edition: Edition) -> list[Reading]:
    """Take every language of an edition apart, in the order of the site."""
    order = {language: place for place, language in enumerate(desk.site.languages)}
    texts = sorted(
        edition.translations, key=lambda text: (order.get(text.language, len(order)), text.language)
    )
    return [_read(desk, edition, text) for text in texts]


def _read(desk: Desk, edition: Edition, text: Translation) -> Reading:
    path = f"{folder(edition)}/{text.language}.md"
    body = _body(text.body, text.first_line)
    lines = _head_lines(desk, path, text.checksum)
    head = tuple(
        Piece(fill(getattr(text, key), {}), lines.get(key, 1), -1)
        for key in HEAD
        if getattr(text, key)
    )
    return Reading(
        language=text.language,
        path=path,
        lines=lines,
        links=body.links,
        words=(*head, *body.words),
        pictures=body.pictures,
        alts=body.alts,
        references=body.references,
        blocks=body.blocks,
        units=body.units,
    )


@dataclass(frozen=True)
class _Body:
    links: tuple[Piece, ...]
    words: tuple[Piece, ...]
    pictures: tuple[Piece, ...]
    alts: tuple[Piece, ...]
    references: tuple[Piece, ...]
    blocks: tuple[int, ...]
    units: tuple[int, ...]


@lru_cache(maxsize=256)
def _body(text: str, first_line: int) -> _Body:
    """Take a body apart; the same one is not taken apart twice by one process."""
    blocks = body_of(text, first_line, PERSONAL_FIELDS).blocks
    found: dict[str, list[Piece]] = {
        name: [] for name in ("link", "words", "picture", "alt", "reference")
    }
    units: list[int] = []
    for number, block in enumerate(blocks):
        for kind, value, line in _pieces(block):
            if kind == UNIT:
                units.append(line)
            else:
                found[kind].append(Piece(value, line, number, len(units) - 1))
    return _Body(
        links=tuple(found["link"]),
        words=tuple(found["words"]),
        pictures=tuple(found["picture"]),
        alts=tuple(found["alt"]),
        references=tuple(found["reference"]),
        blocks=tuple(block.line for block in blocks),
        units=tuple(units),
    )


_Found = tuple[str, str, int]
"""What it is, what it says, in which line."""
UNIT = "unit"
"""Tells that a new paragraph, heading, cell or block call begins."""


def _pieces(block: Block) -> Iterator[_Found]:
    if isinstance(block, Prose):
        yield from _prose(block.markdown, block.line)
        return
    yield UNIT, "", block.line
    if isinstance(block, Button):
        yield "link", block.url, block.line
        yield "words", block.label, block.line
    elif isinstance(block, Picture):
        yield "picture", block.name, block.line
        yield "alt", block.alt, block.line
        yield "words", block.caption, block.line
    elif isinstance(block, Quote):
        yield from _inner(block.blocks)
    elif isinstance(block, Columns):
        yield from _inner((*block.left, *block.right))
    else:
        yield from _reference(block)


def _inner(blocks: Sequence[Block]) -> Iterator[_Found]:
    for block in blocks:
        yield from _pieces(block)


def _reference(block: Block) -> Iterator[_Found]:
    if isinstance(block, EventBlock):
        yield "reference", f'event("{block.slug}")', block.line
    elif isinstance(block, ArticleBlock):
        yield "reference", f'article("{block.slug}")', block.line
    elif isinstance(block, UpcomingBlock):
        topic = f', "{block.topic}"' if block.topic else ""
        yield "reference", f"upcoming_events({block.count}{topic})", block.line


def _prose(markdown: str, line: int) -> Iterator[_Found]:
    held, _ = set_aside(markdown)
    at = line
    for token in parse(held):
        at = line + token.map[0] if token.map else at
        if token.type == "inline":
            yield UNIT, "", at
            yield from _inline(token, at)


def _inline(token: Token, line: int) -> Iterator[_Found]:
    """Give links and text of one paragraph, heading or cell."""
    words, bare, at = "", False, line
    for child in token.children or ():
        if child.type == "link_open":
            bare = child.markup == "autolink"
            yield "link", str(child.attrs.get("href", "")), at
        elif child.type == "link_close":
            bare = False
        elif child.type in ("softbreak", "hardbreak"):
            words += "\n"
            at += 1
        elif not bare:
            words += child.content
    yield "words", words, line


def _head_lines(desk: Desk, path: str, checksum: str) -> dict[str, int]:
    """Give the line of each key of the head, as the file stood when it was last good."""
    row = desk.session.get(ContentFile, path)
    if row is None or row.checksum != checksum:
        return {}
    document = _document(path, row.text, row.checksum)
    return {str(place[0]): line for place, line in document.lines.items()} if document else {}


def _document(path: str, text: str, checksum: str) -> Document | None:
    document, _ = read_document(TextFile(path, text, checksum))
    return document
