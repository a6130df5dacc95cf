"""Two languages of an edition next to each other, and what of the source a translation lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from outreach.mail.passages import passages
from outreach.newsletters.differences import How
from outreach.newsletters.models import Translation
from outreach.newsletters.staleness import basis_of, lags, steps_with_head

MOST_SHOWN = 80
"""Characters of the first words of a passage."""


@dataclass(frozen=True)
class Pair:
    """What stands in the same place of two languages."""

    left: str
    right: str
    """Markdown; empty where there is nothing in this language."""
    how: How | None = None
    """What became of the source and has not been done in the translation; None if all is well."""


@dataclass(frozen=True)
class Behind:
    """One change of the source that a translation lacks."""

    how: How
    number: int
    """Of the passage in the source, from 1; 0 for the head; -1 where it is not there any more."""
    words: str
    """The first ones of the passage, in the source, or else in the translation."""


def behind(source: Translation, text: Translation) -> list[Behind]:
    """Name what a translation lacks."""
    theirs, ours = _said(source), _said(text)
    based_on = basis_of(text, source)
    known = len(based_on) == len(ours)
    found = []
    for lag in lags(source.hashes, based_on):
        if lag.source is not None:
            how = How.ADDED if lag.basis is None else How.CHANGED
            found.append(Behind(how, lag.source, first_words(theirs[lag.source])))
        else:
            words = ours[lag.basis] if known and lag.basis is not None else ""
            found.append(Behind(How.REMOVED, -1, first_words(words)))
    return found


def side_by_side(left: Translation, right: Translation, source: Translation | None) -> list[Pair]:
    """Pair the passages of two languages, the head first."""
    if left is source:
        return [*_with_source(left, right)]
    if right is source:
        return [replace(one, left=one.right, right=one.left) for one in _with_source(right, left)]
    return _by_place(_said(left), _said(right))


def first_words(text: str) -> str:
    """Give the beginning of a passage, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_SHOWN else line[: MOST_SHOWN - 1].rstrip() + "…"


def _with_source(source: Translation, text: Translation) -> Iterator[Pair]:
    """Pair a translation with its source; the translation is on the right."""
    theirs, ours = _said(source), _said(text)
    based_on = basis_of(text, source)
    if len(based_on) != len(ours):
        yield from _by_place(theirs, ours)
        return
    for what, i1, i2, j1, j2 in steps_with_head(based_on, source.hashes):
        for i, j in zip_longest(range(i1, i2), range(j1, j2)):
            left = "" if j is None else theirs[j]
            right = "" if i is None else ours[i]
            yield Pair(left, right, None if what == "equal" else _how(i, j))


def _how(basis: int | None, source: int | None) -> How:
    return How.ADDED if basis is None else How.REMOVED if source is None else How.CHANGED


def _by_place(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    return [Pair(one, other) for one, other in zip_longest(left, right, fillvalue="")]


def _said(text: Translation) -> list[str]:
    """Give the head, then each passage: in the places of `Translation.hashes`."""
    head = (text.title, text.subject, text.preheader, text.summary)
    return ["\n".join(filter(None, head)), *(each.source for each in passages(text.body))]
