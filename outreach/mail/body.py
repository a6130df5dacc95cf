"""Text files → blocks: Markdown with a few Jinja calls in it, read without running anything."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol, runtime_checkable

from outreach.errors import Sentence
from outreach.mail.blocks import (
    ArticleBlock,
    ArticleCard,
    Block,
    Button,
    Columns,
    EventBlock,
    EventCard,
    Picture,
    PictureFile,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.fields import PERSONAL_FIELDS
from outreach.mail.prose_check import ProseCheck, is_internal, target_fault
from outreach.mail.reader import REFERENCE, Reader
from outreach.mail.tags import pieces

MAX_LENGTH = 150_000
"""Characters of one body. A mail of more than 100,000 bytes is cut short by its readers anyway."""
MAX_FAULTS = 100
MOST_SHOWN = 80
"""Characters of a name or a link that a fault quotes."""

_TARGET = re.compile(
    r"(?P<before>\]\(\s{0,9}|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]{1,9})"
    r"(?:<(?P<angled>[^<>\n]{1,500})>|(?P<plain>[^\s<>()]{1,500}))",
    re.MULTILINE,
)


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
    """One for each top-level block. `mail.passages` tells apart what its authors change."""


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


@runtime_checkable
class Knowing(Protocol):
    """A resolver that can also tell what was probably meant."""

    def nearest(self, name: str, kind: str) -> str | None:
        """Give a name that exists and is close to this one, of an event, article, picture, link."""


def read_body(
    text: str, *, first_line: int = 1, fields_allowed: frozenset[str] = PERSONAL_FIELDS
) -> Body:
    """Read a body. Never raises on any text; what is wrong becomes faults with their lines."""
    if len(text) > MAX_LENGTH:
        most = {"most": MAX_LENGTH}
        sentence = Sentence("The text is too long: at most %(most)s characters.", most)
        return Body((), frozenset(), (BodyFault(first_line, sentence),), ())
    clean = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
    reader = Reader(ProseCheck(fields_allowed), REFERENCE.findall(clean))
    for piece in pieces(clean, first_line):
        reader.take(piece)
    blocks = reader.finish()
    found = sorted(reader.check.found, key=lambda fault: fault[0])[:MAX_FAULTS]
    return Body(
        blocks,
        frozenset(reader.check.fields),
        tuple(BodyFault(line, sentence) for line, sentence in found),
        tuple(_fingerprint(block) for block in blocks),
    )


def resolve(body: Body, resolver: Resolver) -> tuple[tuple[Block, ...], tuple[BodyFault, ...]]:
    """Fill cards, pictures and links; faults for what does not exist.

    A button or a link that leads nowhere stays as it is, a card or picture that does not exist
    stays empty, and an empty one is not shown.
    """
    resolving = _Resolving(resolver)
    blocks = resolving.all(body.blocks)
    return blocks, tuple(resolving.faults)


@dataclass
class _Resolving:
    resolver: Resolver
    faults: list[BodyFault] = field(default_factory=list)

    def all(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        return tuple(self.one(block) for block in blocks)

    def one(self, block: Block) -> Block:
        if isinstance(block, Quote):
            return replace(block, blocks=self.all(block.blocks))
        if isinstance(block, Columns):
            return replace(block, left=self.all(block.left), right=self.all(block.right))
        if isinstance(block, Prose):
            return replace(block, markdown=self.prose(block))
        if isinstance(block, Button):
            return replace(block, url=self.link(block.url, block.line) or block.url)
        return self.shown(block)

    def shown(self, block: Block) -> Block:
        if isinstance(block, Picture):
            file = self.resolver.picture(block.name)
            text = "There is no picture “%(name)s” in the images folder beside the text."
            self.missing(file, block.line, text, block.name, kind="picture")
            return replace(block, file=file)
        if isinstance(block, EventBlock):
            event = self.resolver.event(block.slug)
            said = "There is no event “%(name)s”."
            self.missing(event, block.line, said, block.slug, kind="event")
            return replace(block, card=event)
        if isinstance(block, ArticleBlock):
            article = self.resolver.article(block.slug)
            said = "There is no article “%(name)s”."
            self.missing(article, block.line, said, block.slug, kind="article")
            return replace(block, card=article)
        if isinstance(block, UpcomingBlock):
            return replace(block, cards=tuple(self.resolver.upcoming(block.count, block.topic)))
        return block

    def prose(self, block: Prose) -> str:
        def resolved(match: re.Match[str]) -> str:
            target = match["angled"] or match["plain"]
            line = block.line + block.markdown.count("\n", 0, match.start())
            url = self.link(target, line)
            return f"{match['before']}<{url}>" if url else match[0]

        return _TARGET.sub(resolved, block.markdown)

    def link(self, target: str, line: int) -> str | None:
        if target_fault(target) or not is_internal(target):
            return None
        url = self.resolver.link(target)
        said = "The link “%(name)s” leads to nothing that exists here."
        self.missing(url, line, said, target, kind="link")
        return url

    def missing(self, found: object, line: int, text: str, name: str, *, kind: str) -> None:
        if found is not None:
            return
        shown = name if len(name) <= MOST_SHOWN else name[: MOST_SHOWN - 1] + "…"
        missing = Sentence(text, {"name": shown})
        meant = self.resolver.nearest(name, kind) if isinstance(self.resolver, Knowing) else None
        if meant:
            hint = Sentence("Did you mean “%(name)s”?", {"name": meant})
            missing = Sentence("%(fault)s %(hint)s", {"fault": missing, "hint": hint})
        self.faults.append(BodyFault(line, missing))


def _fingerprint(block: Block) -> str:
    said = json.dumps([block.kind, _without_lines(asdict(block))], default=str, sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without_lines(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != "line"}
    if isinstance(value, list | tuple):
        return [_without_lines(inner) for inner in value]
    return value
