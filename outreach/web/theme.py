"""The site's colours as one small sheet, with its hash in the name."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

TOKENS = ("paper", "surface", "ink", "muted", "brand", "accent", "good", "warn", "bad", "border")
"""What LOOK calls the tokens; only these are written, and only as hex colours."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Theme:
    """A style sheet and where it is served."""

    sheet: bytes
    url: str
    paper_light: str
    paper_dark: str


def theme(colours: Mapping[str, Mapping[str, str]]) -> Theme:
    """Make the sheet from the `light` and `dark` colours of `content/site.toml`."""
    light, dark = colours["light"], colours["dark"]
    sheet = of_both(_declarations(light), _declarations(dark))
    digest = hashlib.sha256(sheet).hexdigest()[:16]
    return Theme(sheet, f"/theme-{digest}.css", light.get("paper", ""), dark.get("paper", ""))


def of_both(light: str, dark: str) -> bytes:
    """Write a sheet of declarations for light paper, and for dark where the visitor wishes it."""
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    ).encode()


def _declarations(colours: Mapping[str, str]) -> str:
    return ";".join(
        f"--{token}:{colours[token].lower()}"
        for token in TOKENS
        if _COLOUR.fullmatch(colours.get(token, ""))
    )
