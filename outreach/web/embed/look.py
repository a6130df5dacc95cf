"""How an embed looks: the site's colours with the partner's accent, as values and as a sheet."""

from collections.abc import Mapping
from dataclasses import replace

from outreach.mail.colour import mix, readable
from outreach.web.embed.options import Options, Scheme
from outreach.web.theme import of_both

GROUND = ("paper", "surface", "ink", "muted", "border")
"""The site's tokens, as they are."""
Colours = Mapping[str, Mapping[str, str]]


def palette(options: Options, site: Colours) -> dict[str, dict[str, str]]:
    """Give the colours on light paper and on dark: the site's, and the accent that was chosen."""
    return {
        "light": _with(site["light"], _light(options) or site["light"]["accent"]),
        "dark": _with(site["dark"], _dark(options, site["dark"])),
    }


def sheet(options: Options, site: Colours) -> bytes:
    """Write the sheet of colours of a frame page."""
    colours = palette(options, site)
    light, dark = _declarations(colours["light"]), _declarations(colours["dark"])
    if options.theme is Scheme.LIGHT:
        return f":root{{color-scheme:light;{light}}}\n".encode()
    if options.theme is Scheme.DARK:
        return f":root{{color-scheme:dark;{dark}}}\n".encode()
    return of_both(light, dark)


def of_look(options: Options) -> str:
    """Give the query of the sheet: of the options, only what it depends on."""
    plain = Options()
    return replace(
        plain, theme=options.theme, accent=options.accent, accent_dark=options.accent_dark
    ).query


def _light(options: Options) -> str:
    return "" if options.theme is Scheme.DARK else options.accent


def _dark(options: Options, dark: Mapping[str, str]) -> str:
    """Give the accent on dark paper: as chosen for it, or that of light paper made lighter."""
    chosen = [options.accent_dark, options.accent]
    if options.theme is Scheme.DARK:
        chosen.reverse()
    accent = next(filter(None, chosen), "")
    if not accent:
        return dark["accent"]
    return readable(dark["paper"], *(mix(accent, "#ffffff", part / 20) for part in range(20)))


def _with(site: Mapping[str, str], accent: str) -> dict[str, str]:
    ground = {token: site[token].lower() for token in GROUND}
    on_accent = readable(accent, ground["paper"], ground["ink"])
    return {**ground, "accent": accent.lower(), "on_accent": on_accent}


def _declarations(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{token.replace('_', '-')}:{each}" for token, each in colours.items())
