"""A body in the pieces that its authors change: a paragraph, a heading, a list, a block call.

Staleness and differences are told by these, not by `body.blocks`, where all prose between two calls
is one block: a letter that is prose alone would be one piece.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from outreach.mail.blocks import Block, Columns, Prose, Quote
from outreach.mail.body import read_body
from outreach.mail.fields import set_aside
from outreach.mail.markdown import parse
from outreach.mail.reader import REFERENCE

_WRAP = re.compile(r"(?<! {2})(?<!\\)\n[ \t]*")
"""A line end that is only an author's way of wrapping: it shows as a blank."""
_LABEL = re.compile(r"\[([^\[\]\n]{1,200})\]")


@dataclass(frozen=True)
class Passage:
    """One piece of a body."""

    source: str
    """As its author wrote it, without blank lines around."""
    hash: str
    """Sixteen hex digits; the same for the same words, wherever they stand."""


@lru_cache(maxsize=1024)
def passages(text: str) -> tuple[Passage, ...]:
    """Give the passages of a body, in order. Never raises on any text."""
    body = read_body(text)
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, noted = clean.split("\n"), _noted(clean)
    ends = [*(block.line - 1 for block in body.blocks[1:]), len(lines)][: len(body.blocks)]
    found: list[Passage] = []
    for block, fingerprint, end in zip(body.blocks, body.block_hashes, ends, strict=True):
        if isinstance(block, Prose):
            found += _of_prose(block.markdown, noted)
            continue
        source = _written(lines, block, end)
        if isinstance(block, Quote | Columns):
            fingerprint = hash_of(block.kind, source, *_links(source, noted))
        found.append(Passage(source, fingerprint))
    return tuple(found)


def hash_of(*words: str) -> str:
    """Give the hash of some words."""
    said = json.dumps(words).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:16]


def _written(lines: Sequence[str], block: Block, end: int) -> str:
    """Give the lines of a call; its own line, where the next block begins in it."""
    return "\n".join(lines[block.line - 1 : max(end, block.line)]).strip()


def _of_prose(markdown: str, noted: Mapping[str, str]) -> Iterator[Passage]:
    lines = markdown.split("\n")
    for first, end, wraps in _spans(markdown):
        source = "\n".join(lines[first:end]).strip()
        said = _WRAP.sub(" ", source) if wraps else source
        yield Passage(source, hash_of("prose", said, *_links(said, noted)))


def _spans(markdown: str) -> Iterator[tuple[int, int, bool]]:
    """Give first line, line behind the last, and whether line ends in it are mere wrapping."""
    held, _ = set_aside(markdown)
    for token in parse(held):
        if token.level == 0 and token.map and token.nesting >= 0:
            yield token.map[0], token.map[1], token.type in ("paragraph_open", "heading_open")


def _noted(text: str) -> dict[str, str]:
    """Give the link targets that the author noted apart from the text, by label."""
    found = (line.strip() for line in REFERENCE.findall(text))
    return {_folded(line[1:].partition("]:")[0]): line for line in found}


def _links(source: str, noted: Mapping[str, str]) -> list[str]:
    """Give those of the noted targets that a passage names."""
    return [noted[key] for label in _LABEL.findall(source) if (key := _folded(label)) in noted]


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
