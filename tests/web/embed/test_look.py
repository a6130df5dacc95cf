"""The colours of embeds: the site's, and an accent that can be read on either paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.content.source import DARK, LIGHT
from outreach.mail.colour import READABLE, contrast
from outreach.web.embed.look import of_look, palette, sheet
from outreach.web.embed.options import Options, Scheme, View

SITE = {"light": LIGHT, "dark": DARK}
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_without_a_choice_the_colours_are_the_sites() -> None:
    found = palette(Options(), SITE)
    assert found["light"]["accent"] == LIGHT["accent"]
    assert found["dark"]["paper"] == DARK["paper"]
    assert found["light"].keys() == {
        "paper", "surface", "ink", "muted", "accent", "on_accent", "border"
    }  # fmt: skip


@given(accent=COLOURS)
def test_on_dark_paper_an_accent_is_made_lighter_until_it_can_be_read(accent: str) -> None:
    dark = palette(Options(accent=accent), SITE)["dark"]
    assert contrast(dark["accent"], dark["paper"]) >= READABLE
    if contrast(accent, dark["paper"]) >= READABLE:
        assert dark["accent"] == accent


@given(accent=COLOURS)
def test_what_stands_on_the_accent_can_be_read(accent: str) -> None:
    for each in palette(Options(accent=accent, accent_dark=accent), SITE).values():
        assert contrast(each["accent"], each["on_accent"]) >= READABLE


@pytest.mark.parametrize(
    ("options", "light", "dark"),
    [
        (Options(accent="#111111", accent_dark="#eeeeee"), "#111111", "#eeeeee"),
        (Options(accent="#eeeeee", theme=Scheme.DARK), LIGHT["accent"], "#eeeeee"),
        (Options(accent_dark="#eeeeee", theme=Scheme.DARK), LIGHT["accent"], "#eeeeee"),
    ],
)
def test_the_accent_goes_where_the_partner_meant_it(
    options: Options, light: str, dark: str
) -> None:
    found = palette(options, SITE)
    assert (found["light"]["accent"], found["dark"]["accent"]) == (light, dark)


def test_a_sheet_has_only_the_papers_of_its_theme() -> None:
    both = sheet(Options(), SITE).decode()
    assert both.index(LIGHT["paper"]) < both.index("@media screen") < both.index(DARK["paper"])
    assert DARK["paper"] not in sheet(Options(theme=Scheme.LIGHT), SITE).decode()
    assert LIGHT["paper"] not in sheet(Options(theme=Scheme.DARK), SITE).decode()


def test_frames_that_look_alike_share_one_sheet() -> None:
    one = Options(topics=("news",), view=View.MONTH, theme=Scheme.DARK, partner="friends")
    assert of_look(one) == "theme=dark"
    assert of_look(Options(count=3)) == ""
