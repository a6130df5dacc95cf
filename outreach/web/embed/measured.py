"""Which accents an embed has, and how well each can be read on its paper (WCAG 2.2 §1.4.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from outreach.mail.colour import READABLE, contrast
from outreach.web.embed.look import Colours, palette
from outreach.web.embed.options import COLOUR, Options, Scheme


@dataclass(frozen=True)
class Measured:
    """One colour on one paper."""

    paper: str
    """`light` or `dark`."""
    colour: str
    ratio: float
    """1 to 21."""
    made: bool
    """Whether we made it from the other one."""

    @property
    def passes(self) -> bool:
        """Tell whether text in this colour can be read."""
        return self.ratio >= READABLE


def usual_accents(options: Options, colours: Colours) -> dict[str, str]:
    """Give the colour that is used where a field is empty, by its name.

    `colours`: the site's, `light` and `dark`.
    """
    on = "dark" if options.theme is Scheme.DARK else "light"
    derived = palette(replace(options, accent_dark=""), colours)["dark"]["accent"]
    return {"accent": colours[on]["accent"].lower(), "accent_dark": derived}


def measure(options: Options, written: Mapping[str, str], colours: Colours) -> dict[str, Measured]:
    """Measure what stands in each field, also what is refused, else the colour that is used.

    What is no colour is left out.
    """
    usual, found = usual_accents(options, colours), {}
    for name, paper in _papers(options.theme):
        read = COLOUR.fullmatch(written[name].strip() or usual[name])
        if read:
            colour = f"#{read[1].lower()}"
            made = name == "accent_dark" and bool(options.accent) and not written[name].strip()
            ratio = contrast(colour, colours[paper]["paper"])
            found[name] = Measured(paper, colour, ratio, made and colour != options.accent)
    return found


def _papers(theme: Scheme) -> Iterator[tuple[str, str]]:
    yield "accent", "dark" if theme is Scheme.DARK else "light"
    if theme is Scheme.AUTO:
        yield "accent_dark", "dark"
