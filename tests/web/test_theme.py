"""The colours as a sheet."""

from outreach.web.theme import theme

COLOURS = {"light": {"paper": "#fffdf9", "ink": "#221b28"}, "dark": {"paper": "#17121b"}}


def test_the_sheet_holds_both_modes() -> None:
    sheet = theme(COLOURS).sheet.decode()
    assert ":root{color-scheme:light dark;--paper:#fffdf9;--ink:#221b28}" in sheet
    assert "@media screen and (prefers-color-scheme:dark){:root{--paper:#17121b}}" in sheet


def test_other_colours_have_another_address() -> None:
    other = COLOURS | {"dark": {"paper": "#000000"}}
    assert theme(COLOURS).url == theme(COLOURS).url != theme(other).url


def test_nothing_but_colours_gets_into_the_sheet() -> None:
    sneaky = {"light": {"paper": "red;}body{display:none", "evil": "#ffffff"}, "dark": {}}
    assert b"display" not in theme(sneaky).sheet
    assert b"evil" not in theme(sneaky).sheet
