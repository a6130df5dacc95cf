"""The picture that a shared link shows: title and date on the colours of the site, a language each.

Drawn the same to the byte for the same words (Open Graph asks for about 1200 × 630 pixels).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from font_source_sans_pro import SourceSansPro, SourceSansProSemibold
from font_source_serif_pro import SourceSerifProSemibold
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
MARGIN = 80
LEAF_WIDTH, LEAF_HEIGHT, LEAF_GAP = 210, 250, 60
TITLE_SIZES = (76, 66, 58, 50, 44)
TITLE_LINES = 4
TITLE_ROOM = 300
"""Pixels from the first line's top to where the facts begin."""
UNKNOWN = "\uffff"
"""No font has a picture for it: what looks like it is a letter that the font lacks."""

Draw = ImageDraw.ImageDraw
Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Poster:
    """What the picture says, in one language."""

    title: str
    kicker: str
    """E.g. "Webinar", or that it is cancelled."""
    when: str
    """E.g. "Thursday, 3 December 2026, 15:00 (Paris)"."""
    leaf: tuple[str, str, str]
    """Day, month and year."""
    organisation: str


def can_draw(poster: Poster) -> bool:
    """Tell whether our fonts have all its letters: better no picture than one full of boxes."""
    words = "".join((poster.title, poster.kicker, poster.when, *poster.leaf, poster.organisation))
    missing = bytes(_serif(40).getmask(UNKNOWN))
    return all(
        letter.isspace() or bytes(_serif(40).getmask(letter)) != missing for letter in set(words)
    )


def draw(poster: Poster, colours: Mapping[str, str]) -> bytes:
    """Give a PNG. `colours`: paper, surface, ink, muted, brand, accent, border as `#rrggbb`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), colours["paper"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 16), fill=colours["brand"])
    _leaf(pen, poster.leaf, colours)
    left = MARGIN + LEAF_WIDTH + LEAF_GAP
    room = WIDTH - left - MARGIN
    pen.text((left, 104), poster.kicker, colours["accent"], _sans(34, bold=True), "ls")
    font, lines = _fitted(poster.title, room)
    step = round(font.size * 1.16)
    for number, line in enumerate(lines):
        pen.text((left, 122 + step * number), line, colours["ink"], font, "la")
    below = 122 + step * len(lines) + 30
    for number, line in enumerate(_broken(poster.when, _sans(34), room)[:2]):
        pen.text((left, below + 44 * number), line, colours["muted"], _sans(34), "la")
    pen.line((MARGIN, 530, WIDTH - MARGIN, 530), colours["border"], 2)
    name = _cut(poster.organisation, _sans(32, bold=True), WIDTH - 2 * MARGIN)
    pen.text((MARGIN, 578), name, colours["brand"], _sans(32, bold=True), "ls")
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _leaf(pen: Draw, leaf: tuple[str, str, str], colours: Mapping[str, str]) -> None:
    """Draw the leaf of a calendar, as the event's page has it."""
    box = (MARGIN, MARGIN, MARGIN + LEAF_WIDTH, MARGIN + LEAF_HEIGHT)
    pen.rounded_rectangle(box, 14, colours["surface"], colours["border"], 2)
    day, month, year = leaf
    middle = MARGIN + LEAF_WIDTH // 2
    pen.text((middle, MARGIN + 128), day, colours["brand"], _serif(120), "ms")
    small = _cut(month, _sans(32, bold=True), LEAF_WIDTH - 20)
    pen.text((middle, MARGIN + 180), small, colours["ink"], _sans(32, bold=True), "ms")
    pen.text((middle, MARGIN + 222), year, colours["muted"], _sans(30), "ms")


def _fitted(title: str, room: int) -> tuple[Font, list[str]]:
    """Give the largest type in which a title has at most four lines; the last one may be cut."""
    for size in TITLE_SIZES:
        font = _serif(size)
        lines = _broken(title, font, room)
        if len(lines) <= TITLE_LINES and len(lines) * size * 1.16 <= TITLE_ROOM:
            return font, lines
    rest = " ".join(lines[TITLE_LINES - 1 :])
    return font, [*lines[: TITLE_LINES - 1], _cut(rest, font, room)]


def _broken(words: str, font: Font, room: int) -> list[str]:
    """Break at blanks, never at a no-break space; a word that is too long is cut."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font, room))
    return lines


def _cut(words: str, font: Font, room: int) -> str:
    """Shorten until it fits."""
    if font.getlength(words) <= room:
        return words
    while words and font.getlength(f"{words}…") > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


@lru_cache(maxsize=16)
def _serif(size: int) -> Font:
    return ImageFont.truetype(SourceSerifProSemibold, size)


@lru_cache(maxsize=16)
def _sans(size: int, *, bold: bool = False) -> Font:
    return ImageFont.truetype(SourceSansProSemibold if bold else SourceSansPro, size)
