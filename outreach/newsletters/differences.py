"""What differs between two texts of an edition: passage by passage, and in them word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Protocol

from outreach.mail.passages import passages
from outreach.newsletters.staleness import steps_between

HEAD = ("title", "subject", "preheader", "summary")
MOST_WORDS = 600
"""Of one passage: a longer one is shown as it was and as it is, as nobody reads its words apart."""
LEAST_ALIKE = 0.35
"""Of the words: texts that share less are told as one taken out and one added."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Said(Protocol):
    """A text of an edition in one language."""

    title: Any
    subject: Any
    preheader: Any
    summary: Any
    body: Any


class How(StrEnum):
    """What became of a passage, or of some words in it."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Some words of a passage."""

    how: How
    text: str


@dataclass(frozen=True)
class Difference:
    """One passage, or one line of the head, that differs."""

    how: How
    place: str
    """A key of HEAD; empty for a passage of the body."""
    number: int
    """Of the passage, from 1, as it is now (or was, if it was taken out); 0 in the head."""
    pieces: tuple[Piece, ...]


def differences(before: Said, after: Said) -> list[Difference]:
    """Give what differs, the head first; none if the two say the same."""
    return [*_head(before, after), *_body(before.body, after.body)]


def pieces_between(before: str, after: str) -> tuple[Piece, ...]:
    """Give the words of two texts: what both have, what was taken out, what was added."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _whole(before, after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return _whole(before, after)
    found: list[Piece] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == "equal":
            found.append(Piece(How.SAME, "".join(new[j1:j2])))
        else:
            found += _whole("".join(old[i1:i2]), "".join(new[j1:j2]))
    return tuple(found)


def _head(before: Said, after: Said) -> Iterator[Difference]:
    for key in HEAD:
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            yield _difference(old, new, key, 0)


def _body(before: str, after: str) -> Iterator[Difference]:
    old, new = passages(before), passages(after)
    steps = steps_between([each.hash for each in old], [each.hash for each in new])
    for what, i1, i2, j1, j2 in steps:
        if what == "equal":
            continue
        for i, j in zip_longest(range(i1, i2), range(j1, j2)):
            was = "" if i is None else old[i].source
            now = "" if j is None else new[j].source
            yield _difference(was, now, "", (i if j is None else j) + 1)


def _difference(was: str, now: str, place: str, number: int) -> Difference:
    how = How.ADDED if not was else How.REMOVED if not now else How.CHANGED
    pieces = pieces_between(was, now) if how is How.CHANGED else _whole(was, now)
    return Difference(how, place, number, pieces)


def _whole(was: str, now: str) -> tuple[Piece, ...]:
    pieces: Sequence[Piece] = (Piece(How.REMOVED, was), Piece(How.ADDED, now))
    return tuple(piece for piece in pieces if piece.text)
