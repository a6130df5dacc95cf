"""How well the accent of an embed can be read on its paper (WCAG 2.2 §1.4.3)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from outreach.mail.colour import READABLE, contrast
from outreach.web.embed.look import palette
from outreach.web.embed.options import Options, Scheme

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


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


def measure(
    theme: Scheme, accent: str, accent_dark: str, colours: Mapping[str, Mapping[str, str]]
) -> list[Measured]:
    """Measure what somebody wrote, also what is refused; what is no colour is left out.

    `colours`: the site's, `light` and `dark`; its own accent stands where nothing was written.
    """
    return list(_measured(theme, accent.strip(), accent_dark.strip(), colours))


def _measured(
    theme: Scheme, accent: str, accent_dark: str, colours: Mapping[str, Mapping[str, str]]
) -> Iterator[Measured]:
    if theme is not Scheme.DARK:
        yield from _on("light", accent or colours["light"]["accent"], colours)
    if theme is Scheme.LIGHT:
        return
    own = accent if theme is Scheme.DARK else accent_dark
    if own or not accent:
        yield from _on("dark", own or colours["dark"]["accent"], colours)
    elif found := _HEX.fullmatch(accent):
        colour = f"#{found[1].lower()}"
        lighter = palette(Options(accent=colour), colours)["dark"]["accent"]
        yield from _on("dark", lighter, colours, made=lighter != colour)


def _on(
    paper: str, written: str, colours: Mapping[str, Mapping[str, str]], *, made: bool = False
) -> Iterator[Measured]:
    if found := _HEX.fullmatch(written):
        colour = f"#{found[1].lower()}"
        yield Measured(paper, colour, contrast(colour, colours[paper]["paper"]), made)
