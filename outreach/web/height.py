"""How tall a letter is, guessed from its HTML, so that its frame need not scroll."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from math import ceil

WIDTHS = {"narrow": 278, "middle": 374, "wide": 598}
"""Pixels that a letter has in its frame, at least, on each kind of screen (see `site.css`)."""
SPARE = 1.08
"""Too tall is an empty strip below the letter; too low is a second bar to scroll with."""
LETTER = 0.5
"""Width of a letter of the alphabet, as a part of the size of its type."""
PICTURE = 0.75
"""Height of a picture, as a part of its width: few are taller."""


@dataclass(frozen=True)
class Face:
    """How one kind of paragraph is set, in pixels."""

    size: float
    line: float
    space: float
    """Around it."""


BODY = Face(17, 27, 18)
FACES: Mapping[str, Face] = {
    "h1": Face(40, 46, 120),
    "h2": Face(27, 33, 88),
    "h3": Face(22, 29, 40),
    "li": Face(17, 27, 8),
    "td": Face(17, 27, 18),
    "tr": Face(17, 27, 0),
    "table": Face(17, 27, 8),
    "br": Face(16, 25, 0),
    "div": Face(17, 27, 0),
}
BLOCKS = frozenset({*FACES, "p", "h4", "h5", "h6", "blockquote"})
UNSEEN = frozenset({"head", "style", "title", "script"})


def letter_heights(html: str) -> dict[str, int]:
    """Give the height that a letter takes up in its frame, by kind of screen, rather too much."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return {kind: ceil(reader.height(width) * SPARE / 10) * 10 for kind, width in WIDTHS.items()}


class _Reader(HTMLParser):
    """Reads the paragraphs and pictures of a letter, in order."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        super().__init__()
        self.texts: list[tuple[int, Face]] = []
        self.pictures: list[int] = []
        self._length = 0
        self._unseen = 0
        self._hidden = False

    def height(self, width: int) -> float:
        """Add up what stands below each other in a letter of this width."""
        room = width - (80 if width > 480 else 40)
        taken = 200.0
        for length, face in self.texts:
            taken += ceil(length * face.size * LETTER / room) * face.line + face.space
        return taken + sum(min(wide, room) * PICTURE + 40 for wide in self.pictures)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, or note a picture."""
        if tag in UNSEEN:
            self._unseen += 1
        elif tag == "img":
            given = dict(attrs).get("width") or ""
            self.pictures.append(int(given) if given.isdecimal() else max(WIDTHS.values()))
        elif tag in BLOCKS:
            self._end("br" if tag == "br" else "div")
            self._hidden = "display:none" in (dict(attrs).get("style") or "").replace(" ", "")

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph."""
        if tag in UNSEEN:
            self._unseen -= 1
        elif tag in BLOCKS:
            self._end(tag)
            self._hidden = False

    def handle_data(self, data: str) -> None:
        """Count what can be read."""
        if not self._unseen and not self._hidden:
            self._length += len(" ".join(data.split()))

    def _end(self, tag: str) -> None:
        if self._length:
            self.texts.append((self._length, FACES.get(tag, BODY)))
        self._length = 0
