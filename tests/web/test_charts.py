"""Pictures of figures: well-formed, told to ears too, and equal to their tables."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.phrases.catalog import phrases
from outreach.web.charts import LEAST_SHARE, Line, Picture, Series, Words, bars, columns, shares

SVG = "{http://www.w3.org/2000/svg}"
SERIES = [
    Series("sent", "Sent"),
    Series("failed", "Failed & gone", "cross"),
    Series("uncertain", "Uncertain", "stripes"),
]
WORDS = Words("some", "A <title>", "What & why", "Which", "Together", phrases("en").number)
LINES = [
    Line("English", {"sent": 90_000, "failed": 1, "uncertain": 0}),
    Line("<b>Français</b> & Cie", {"sent": 10, "failed": 0, "uncertain": 3}),
    Line("", {}),
]


def drawn(picture: Picture) -> ElementTree.Element:
    """Read the picture as XML."""
    return ElementTree.fromstring(str(picture.svg))  # noqa: S314  (our own)


def pieces(picture: Picture) -> dict[str, int]:
    """Give the figure that each piece tells, by line and series."""
    said = [title.text or "" for title in drawn(picture).iterfind(f".//{SVG}g/{SVG}title")]
    found = (re.fullmatch(r"(.*): ([\d,]+)", each, re.DOTALL) for each in said)
    return {each[1]: int(each[2].replace(",", "")) for each in found if each}


@pytest.fixture(params=["bars", "columns"])
def picture(request: pytest.FixtureRequest) -> Picture:
    """Give both kinds of picture."""
    if request.param == "bars":
        return bars(WORDS, SERIES, LINES)
    return columns(WORDS, SERIES, LINES, ends=("09:00", "10:00"))


def test_a_picture_is_named_and_described(picture: Picture) -> None:
    root = drawn(picture)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "some-title some-desc"
    names = {each.get("id"): each.text for each in root if each.get("id")}
    assert names == {"some-title": "A <title>", "some-desc": "What & why"}


def test_a_picture_has_no_style_and_no_script(picture: Picture) -> None:
    for each in drawn(picture).iter():
        assert not {name for name in each.attrib if name == "style" or name.startswith("on")}
        assert each.tag.removeprefix(SVG) not in ("script", "style", "foreignObject")


def test_the_pieces_of_a_picture_are_the_cells_of_its_table(picture: Picture) -> None:
    cells = {
        f"{label}, {head}": int(cell.replace(",", ""))
        for label, row in picture.rows
        for head, cell in zip(picture.heads[1:-1], row, strict=False)
        if cell != "0"
    }
    assert pieces(picture) == cells
    assert picture.heads == ["Which", "Sent", "Failed & gone", "Uncertain", "Together"]
    assert [row[-1] for _label, row in picture.rows] == ["90,001", "13", "0"]


def test_only_what_occurs_stands_in_the_legend() -> None:
    found = bars(WORDS, SERIES, [Line("x", {"sent": 1, "uncertain": 2})])
    assert [label for label, _swatch in found.legend] == ["Sent", "Uncertain"]
    for _label, swatch in found.legend:
        ElementTree.fromstring(str(swatch))  # noqa: S314  (our own)


def test_every_pattern_that_is_laid_on_is_defined(picture: Picture) -> None:
    laid = set(re.findall(r"url\(#([^)]+)\)", str(picture.svg)))
    defined = {each.get("id") for each in drawn(picture).iter(f"{SVG}pattern")}
    assert laid <= defined
    assert laid == {"some-cross", "some-stripes"}


def test_what_is_in_the_table_only_is_not_drawn() -> None:
    found = bars(WORDS, SERIES, LINES[:1], LINES[1:])
    assert len(found.rows) == 3
    assert len(drawn(found).findall(f"{SVG}text")) == 2


def test_long_labels_are_cut_in_the_picture_and_whole_in_the_table() -> None:
    found = bars(WORDS, SERIES, [Line("a" * 200, {"sent": 1})])
    label = drawn(found).findall(f"{SVG}text")[0].text or ""
    assert len(label) == 30
    assert label.endswith("…")
    assert found.rows[0][0] == "a" * 200


def test_a_picture_of_nothing_can_be_drawn() -> None:
    for found in (bars(WORDS, SERIES, []), columns(WORDS, SERIES, [], ends=("", ""))):
        assert drawn(found) is not None
        assert list(found.rows) == []


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=7))
def test_every_piece_is_seen_and_a_bar_is_never_too_long(values: list[int]) -> None:
    widths = shares(values, sum(values))
    assert sum(widths) <= 100.000001
    for value, width in zip(values, widths, strict=True):
        assert (width >= LEAST_SHARE) if value else width == 0
