"""How far a translation is behind the text that it was made from: rules on hashes, nothing else.

What counts is a list of hashes: the head (title, subject, preheader, summary) first, then each
passage of the body. `Translation.based_on` holds the list of the source language as it was when the
translation was last brought up to date.

Known limits: the head counts as one; a passage that was moved counts as one taken away and one
added; whoever mends a typo in a passage that is behind is believed to have brought it up to date.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Protocol

MOST_COMPARED = 250_000
"""Pairs of passages beyond which nobody looks for what they have in common."""

Hashes = Sequence[str]
Step = tuple[str, int, int, int, int]
"""As difflib has it: equal, replace, delete or insert; from, to, in the one and in the other."""


class Kind(StrEnum):
    """How one language of an edition stands."""

    SOURCE = "source"
    """The others are made from it."""
    READY = "ready"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True)
class Standing:
    """How one language of an edition stands."""

    kind: Kind
    behind: int = 0
    """Changes of the source that it lacks."""
    of: str = ""
    """The language that it is made from; empty if there is none."""


@dataclass(frozen=True)
class Lag:
    """One change of the source that a translation lacks, by place in the lists: 0 is the head."""

    source: int | None
    """None if it was taken out of the source."""
    basis: int | None
    """None if it is new in the source."""


class Saying(Protocol):
    """What the rules need of a text in one language."""

    language: Any
    """Its tag."""
    based_on: Any
    """The hashes that it is based on, by the language that they were of."""

    @property
    def hashes(self) -> list[str]:
        """Give the hash of its head, then of each passage."""


def source_of(available: Collection[str], order: Sequence[str]) -> str | None:
    """Give the language that the others are made from: the first of an order, else by alphabet."""
    first = next((language for language in order if language in available), None)
    return first or next(iter(sorted(available)), None)


def standings(
    texts: Sequence[Saying], *, order: Sequence[str], languages: Sequence[str]
) -> dict[str, Standing]:
    """Say how each language stands. `order`: of preference as a source; `languages`: wanted."""
    by_language = {text.language: text for text in texts}
    chosen = source_of(by_language, order)
    if chosen is None:
        return dict.fromkeys(languages, Standing(Kind.MISSING))
    source = by_language[chosen]
    wanted = dict.fromkeys([*languages, *sorted(by_language)])
    return {tag: _standing(by_language.get(tag), source) for tag in wanted}


def basis_of(text: Saying, source: Saying) -> Hashes:
    """Give what a text is based on; where nobody has noted it yet, the source as it is now."""
    noted: Hashes | None = text.based_on.get(source.language)
    return source.hashes if noted is None else noted


def changes_behind(source: Hashes, based_on: Hashes) -> int:
    """Count the passages (the head is one) that were changed, added or taken out since."""
    return len(lags(source, based_on))


def lags(source: Hashes, based_on: Hashes) -> list[Lag]:
    """Name each change of the source since, in its order."""
    found: list[Lag] = []
    for what, i1, i2, j1, j2 in steps_with_head(based_on, source):
        if what != "equal":
            found += [Lag(j, i) for i, j in zip_longest(range(i1, i2), range(j1, j2))]
    return found


def brought_up(*, based_on: Hashes, before: Hashes, after: Hashes, source: Hashes) -> list[str]:
    """Give what a translation is based on once its text has gone from `before` to `after`.

    Passages that did not change stay based on what they were: a typo mended in one does not hide
    that another is behind. Where it cannot be told which passage belongs to which, all of it is
    believed to be up to date with `source`, the source's present hashes.
    """
    if len(based_on) != len(before) or not before:
        return list(source)
    steps = steps_with_head(before, after)
    if len(after) == len(source):
        return [
            kept
            for what, i1, i2, j1, j2 in steps
            for kept in (based_on[i1:i2] if what == "equal" else source[j1:j2])
        ]
    if len(after) != len(before):
        return list(source)
    touched = {i for what, i1, i2, _, _ in steps if what != "equal" for i in range(i1, i2)}
    return _moved(based_on, source, touched)


def _standing(text: Saying | None, source: Saying) -> Standing:
    if text is None:
        return Standing(Kind.MISSING, of=source.language)
    if text.language == source.language:
        return Standing(Kind.SOURCE)
    behind = changes_behind(source.hashes, basis_of(text, source))
    return Standing(Kind.STALE if behind else Kind.READY, behind, source.language)


def _moved(based_on: Hashes, source: Hashes, touched: set[int]) -> list[str]:
    """Bring only some places up, those whose counterpart in the source can be told."""
    moved = list(based_on)
    for what, i1, i2, j1, j2 in steps_with_head(based_on, source):
        if what == "replace":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=False):
                moved[i] = source[j] if i in touched else based_on[i]
    return moved


def steps_with_head(before: Hashes, after: Hashes) -> list[Step]:
    """Give the steps from one list to the other; the head is only ever compared with the head."""
    if not before or not after:
        return _body_steps(before, after, 0)
    what = "equal" if before[0] == after[0] else "replace"
    return [(what, 0, 1, 0, 1), *_body_steps(before[1:], after[1:], 1)]


def _body_steps(before: Hashes, after: Hashes, shift: int) -> list[Step]:
    return [
        (what, i1 + shift, i2 + shift, j1 + shift, j2 + shift)
        for what, i1, i2, j1, j2 in steps_between(before, after)
    ]


def steps_between(before: Hashes, after: Hashes) -> list[Step]:
    """Give the steps from one list to another, in a time that no list makes long."""
    shorter = min(len(before), len(after))
    start = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - start
    end = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    inner, other = before[start : len(before) - end], after[start : len(after) - end]
    steps: list[Step] = [("equal", 0, start, 0, start)] if start else []
    steps += [
        (what, i1 + start, i2 + start, j1 + start, j2 + start)
        for what, i1, i2, j1, j2 in _inner_steps(inner, other)
    ]
    if end:
        steps.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return steps


def _inner_steps(before: Hashes, after: Hashes) -> list[Step]:
    if not before and not after:
        return []
    if len(before) * len(after) > MOST_COMPARED:
        return [("replace", 0, len(before), 0, len(after))]
    return [*SequenceMatcher(None, before, after, autojunk=False).get_opcodes()]
