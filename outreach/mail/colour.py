"""Colours of a letter: mixing them, and telling whether they can be read (WCAG 2.2 §1.4.3)."""

import re

from outreach.errors import Refused

READABLE = 4.5
TOKENS = frozenset(
    {"paper", "surface", "ink", "muted", "brand", "accent", "good", "warn", "bad", "border"}
)

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def mix(colour: str, other: str, part: float) -> str:
    """Give `colour` with that part (0 to 1) of `other` in it."""
    mixed = (
        round(one * (1 - part) + two * part)
        for one, two in zip(_channels(colour), _channels(other), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def contrast(colour: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(background: str, *wanted: str) -> str:
    """Give the first of the wanted colours that can be read on the background, else the best."""
    for colour in wanted:
        if contrast(background, colour) >= READABLE:
            return colour
    return max(("#ffffff", "#000000"), key=lambda colour: contrast(background, colour))


def _channels(colour: str) -> tuple[int, int, int]:
    if not _HEX.fullmatch(colour):
        raise Refused("“%(colour)s” is no colour. Write it like #5b2a6a.", colour=colour)
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
