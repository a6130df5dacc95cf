"""What stands in one language of an edition and not in another: links, dates, pictures, events.

The first language of the site that the edition has is the one that others are held to.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from outreach.errors import Sentence
from outreach.newsletters.checks.dates import WrittenDay, WrittenTime, days_in, times_in
from outreach.newsletters.checks.findings import Finding, Kind, Level
from outreach.newsletters.checks.link_words import shortened
from outreach.newsletters.checks.our_links import our_key
from outreach.newsletters.checks.reading import Piece, Reading
from outreach.newsletters.compose import Desk
from outreach.phrases.catalog import is_language


@dataclass(frozen=True)
class Thing:
    """Something with its place and what it means."""

    piece: Piece
    meaning: str | WrittenDay | WrittenTime
    group: str = ""
    """What it may have become in another language, e.g. another page of the same site."""

    def like(self, other: "Thing") -> bool:
        """Tell whether both may mean the same."""
        mine, theirs = self.meaning, other.meaning
        if isinstance(mine, WrittenDay) and isinstance(theirs, WrittenDay):
            return mine.like(theirs)
        if isinstance(mine, WrittenTime) and isinstance(theirs, WrittenTime):
            return mine.like(theirs)
        return mine == theirs


@dataclass(frozen=True)
class Words:
    """What is told of one sort of thing."""

    lacking: Sentence
    surplus: Sentence
    other: Sentence | None = None
    """Of two links that may be one page in two languages."""
    counted: bool = True
    """Whether it matters how often a thing is there."""


_ADVICE = Sentence("Compare both places. If it is meant to be so, all is well.")
_SAME_PAGE = Sentence("If it is the same page in this language, all is well.")
_LINKS = Words(
    Sentence("The link %(value)s of %(place)s is missing here."),
    Sentence("The link %(value)s is not in %(place)s."),
    Sentence("This link leads to %(here)s; in %(place)s it leads to %(value)s."),
)
_PICTURES = Words(
    Sentence("The picture %(value)s of %(place)s is missing here."),
    Sentence("The picture %(value)s is not in %(place)s."),
)
_REFERENCES = Words(
    Sentence("The block %(value)s of %(place)s is missing here."),
    Sentence("The block %(value)s is not in %(place)s."),
)
_DAYS = Words(
    Sentence("The date “%(value)s” of %(place)s is missing here."),
    Sentence("The date “%(value)s” is not in %(place)s."),
    counted=False,
)
_TIMES = Words(
    Sentence("The time “%(value)s” of %(place)s is missing here."),
    Sentence("The time “%(value)s” is not in %(place)s."),
    counted=False,
)


def check_languages(desk: Desk, readings: Sequence[Reading]) -> Iterator[Finding]:
    """Hold every language to the first one."""
    if not readings:
        return
    spoken = frozenset(desk.site.languages)
    sorts: tuple[tuple[Words, Callable[[Reading], list[Thing]]], ...] = (
        (_LINKS, lambda reading: _links(desk, reading, spoken)),
        (_PICTURES, lambda reading: _named(reading.pictures, spoken)),
        (_REFERENCES, lambda reading: _named(reading.references, frozenset())),
        (_DAYS, _days),
        (_TIMES, _times),
    )
    lead, *others = readings
    for other in others:
        for words, things in sorts:
            yield from _compared(words, (lead, things(lead)), (other, things(other)))


_Side = tuple[Reading, list[Thing]]


def _compared(words: Words, lead: _Side, other: _Side) -> Iterator[Finding]:
    lacking = _without(lead[1], other[1], counted=words.counted)
    surplus = _without(other[1], lead[1], counted=words.counted)
    for there, here in _pairs(lacking, surplus) if words.other else ():
        yield _finding(words.other or words.lacking, other[0], here, (lead[0], there))
        lacking.remove(there)
        surplus.remove(here)
    for there in lacking:
        place = replace(there.piece, value="", line=_line_near(lead[0], other[0], there.piece))
        yield _finding(words.lacking, other[0], replace(there, piece=place), (lead[0], there))
    for here in surplus:
        place = replace(here.piece, line=_line_near(other[0], lead[0], here.piece))
        yield _finding(words.surplus, other[0], here, (lead[0], replace(here, piece=place)))


def _without(things: list[Thing], others: list[Thing], *, counted: bool) -> list[Thing]:
    """Give the things that have no like among the others.

    `counted`: each like is used once; else every thing is told once, however often it is there.
    """
    left = list(others)
    lacking: list[Thing] = []
    for thing in things:
        like = next((each for each in left if thing.like(each)), None)
        if like is None and (counted or not any(thing.like(each) for each in lacking)):
            lacking.append(thing)
        elif like is not None and counted:
            left.remove(like)
    return lacking


def _pairs(lacking: list[Thing], surplus: list[Thing]) -> list[tuple[Thing, Thing]]:
    """Put together what may be the same page in two languages: of one site, in one block."""
    found, left = [], list(surplus)
    for there in lacking:
        here = next(
            (
                each
                for each in left
                if each.group == there.group and _alongside(each.piece, there.piece)
            ),
            None,
        )
        if here is not None:
            found.append((there, here))
            left.remove(here)
    return found


def _alongside(one: Piece, other: Piece) -> bool:
    return one.unit == other.unit or one.block == other.block


def _finding(told: Sentence, reading: Reading, here: Thing, lead: tuple[Reading, Thing]) -> Finding:
    place = Sentence(
        "%(path)s, line %(line)s",
        {"path": lead[0].path.rpartition("/")[2], "line": lead[1].piece.line},
    )
    values = {
        "value": shortened(lead[1].piece.value),
        "here": shortened(here.piece.value),
        "place": place,
    }
    return Finding(
        Level.WARN,
        Kind.LANGUAGES,
        reading.language,
        reading.path,
        here.piece.line,
        Sentence(told.text, values),
        _SAME_PAGE if told is _LINKS.other else _ADVICE,
    )


def _line_near(of: Reading, other: Reading, piece: Piece) -> int:
    """Give the line at which another language should say the same: by key, paragraph or block."""
    if piece.block < 0:
        key = next((key for key, line in of.lines.items() if line == piece.line), "")
        return other.line(key)
    if len(of.units) == len(other.units):
        return other.units[piece.unit]
    return other.blocks[min(piece.block, len(other.blocks) - 1)] if other.blocks else 1


def _links(desk: Desk, reading: Reading, spoken: frozenset[str]) -> list[Thing]:
    found = []
    for piece in reading.links:
        key = our_key(desk, piece.value)
        group = "ours"
        if key is None:
            key, group = _elsewhere(piece.value, spoken)
        found.append(Thing(piece, key, group))
    return found


def _elsewhere(url: str, spoken: frozenset[str]) -> tuple[str, str]:
    """Give a link without what languages change in it, and the site that it leads to."""
    if not url.startswith(("http://", "https://")):
        # A file beside the text, or an address of mail.
        return _neutral(url, spoken), "" if url.startswith("mailto:") else "file"
    try:
        parts = urlsplit(url)
        host = _host(parts, spoken)
    except ValueError:
        return url, ""
    path = "/".join(part for part in parts.path.split("/") if part and not _tag(part, spoken))
    query = "&".join(
        pair for pair in parts.query.split("&") if not _tag(pair.partition("=")[2], spoken)
    )
    return f"{host}/{_neutral(path, spoken)}?{query}", host


def _host(parts: SplitResult, spoken: frozenset[str]) -> str:
    first, dot, rest = (parts.hostname or "").removeprefix("www.").partition(".")
    return rest if dot and "." in rest and _tag(first, spoken) else f"{first}{dot}{rest}"


def _tag(part: str, spoken: frozenset[str]) -> bool:
    """Tell whether a part of an address names a language of the site, such as `fr` or `fr_FR`."""
    tag = part.replace("_", "-").lower()
    return tag in spoken or (tag.partition("-")[0] in spoken and is_language(_cased(tag)))


def _cased(tag: str) -> str:
    language, dash, region = tag.partition("-")
    return f"{language}{dash}{region.upper()}"


def _neutral(name: str, spoken: frozenset[str]) -> str:
    """Take a language out of the name of a file: `guide-en.pdf` is `guide.pdf`."""
    tags = "|".join(map(re.escape, sorted(spoken, key=len, reverse=True)))
    return re.sub(rf"[-_.](?:{tags})(?=\.[A-Za-z0-9]{{2,5}}$|$)", "", name, flags=re.IGNORECASE)


def _named(pieces: Sequence[Piece], spoken: frozenset[str]) -> list[Thing]:
    return [
        Thing(piece, _neutral(piece.value, spoken) if spoken else piece.value) for piece in pieces
    ]


def _days(reading: Reading) -> list[Thing]:
    return [
        Thing(_within(piece, day.shown, day.start), day)
        for piece in reading.words
        for day in days_in(piece.value.replace("\n", " "), reading.language)
    ]


def _times(reading: Reading) -> list[Thing]:
    return [
        Thing(_within(piece, time.shown, time.start), time)
        for piece in reading.words
        for time in times_in(piece.value.replace("\n", " "))
    ]


def _within(piece: Piece, shown: str, start: int) -> Piece:
    return replace(piece, value=shown, line=piece.line + piece.value.count("\n", 0, start))
