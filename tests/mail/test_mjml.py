"""MJML to HTML, and the faults of the library that are wrapped (each test names one)."""

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.mail.compose import Letter, Stationery
from outreach.mail.mjml import MAX_DEPTH, nesting, render_mjml
from tests.mail.template_check import lint_mjml

LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | (
    st.sampled_from("\t\n\r\"'\\<>&;#\N{NO-BREAK SPACE}")
)


def document(inside: str) -> str:
    return (
        '<mjml lang="fr" dir="ltr"><mj-body width="600px"><mj-section><mj-column>'
        f"{inside}</mj-column></mj-section></mj-body></mjml>"
    )


class Attributes(HTMLParser):
    """Collects the attributes of pictures and links, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("img", "a"):
            self.found.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Attributes:
    parser = Attributes()
    parser.feed(html)
    parser.close()
    return parser


@given(st.text(LETTERS, max_size=40))
def test_any_attribute_value_of_a_component_comes_back_the_same(value: str) -> None:
    source = document(f'<mj-image src="https://x.example/a.png" alt="{escape(value)}" />')
    assert read(render_mjml(source)).found["alt"] == value


@given(st.text(LETTERS, max_size=40))
def test_any_attribute_value_inside_text_comes_back_the_same(value: str) -> None:
    source = document(f'<mj-text><a href="#x" title="{escape(value)}">x</a></mj-text>')
    assert read(render_mjml(source)).found["title"] == value


def test_control_characters_vanish() -> None:
    source = document('<mj-image src="https://x.example/a.png" alt="a\x00\x1f\x7f\x85\ud800b" />')
    assert read(render_mjml(source)).found["alt"] == "ab"


def test_french_alternative_texts_are_not_corrupted() -> None:
    alt = (
        "L’usine\N{NO-BREAK SPACE}: «\N{NARROW NO-BREAK SPACE}e\N{COMBINING ACUTE ACCENT}té » 👩‍🏭"
    )
    source = document(f'<mj-image src="https://x.example/a.png" alt="{alt}" />')
    assert read(render_mjml(source)).found["alt"] == alt


def test_a_quotation_mark_cannot_break_out_of_an_attribute() -> None:
    source = document("""<mj-image src="https://x.example/a.png" alt='" onload="alert(1)' />""")
    found = read(render_mjml(source)).found
    assert found["alt"] == '" onload="alert(1)'
    assert "onload" not in found


def test_deep_nesting_is_refused_instead_of_crashing_the_process() -> None:
    deep = "<div>" * 5_000 + "</div>" * 5_000
    with pytest.raises(Refused, match="too deep"):
        render_mjml(document(f"<mj-text>{deep}</mj-text>"))


def test_nesting_up_to_the_limit_is_rendered() -> None:
    levels = MAX_DEPTH - nesting(document("<mj-text></mj-text>"))
    deep = "<div>" * levels + "here" + "</div>" * levels
    assert "here" in render_mjml(document(f"<mj-text>{deep}</mj-text>"))


def test_what_is_not_well_formed_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="could not be laid out"):
        render_mjml(document("<mj-text><b>never closed</mj-text>"))


def test_no_web_font_is_linked() -> None:
    html = render_mjml(document('<mj-text font-family="Roboto, Open Sans">x</mj-text>'))
    assert "fonts.googleapis.com" not in html


def test_comments_are_left_out() -> None:
    assert "secret" not in render_mjml(document("<mj-text>a<!-- secret -->b</mj-text>"))


def test_language_and_direction_are_those_of_the_document() -> None:
    html = render_mjml(document("<mj-text>x</mj-text>"))
    assert html.count('lang="fr"') == 2
    assert html.count('dir="ltr"') == 2


def test_a_reference_that_the_author_wrote_as_text_stays_text() -> None:
    html = render_mjml(document("<mj-text>&amp;#233; &lt;b&gt;</mj-text>"))
    assert "&#233; <b>" in read(html).text


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_our_templates_use_only_what_the_library_knows(
    stationery: Stationery, make_edition: Callable[[str], Letter], language: str
) -> None:
    assert lint_mjml(stationery.source(make_edition(language))) == []


def test_the_template_of_a_short_letter_uses_only_what_the_library_knows(
    stationery: Stationery, letter: Letter
) -> None:
    assert lint_mjml(stationery.source(letter)) == []


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<mj-txt>x</mj-txt>", "<mj-txt> is no component of ours."),
        ('<mj-text colour="#000000">x</mj-text>', "<mj-text> has no attribute colour."),
        ('<mj-text color="#fff">x</mj-text>', "six digits"),
        ('<mj-text font-size="1em">x</mj-text>', "sizes in px"),
        ("<mj-text><table><tr><td>x</td></tr></table></mj-text>", "A table has no role."),
        ('<mj-text><img src="x" width="3" /></mj-text>', "An img lacks alt"),
        ('<mj-text><p style="color:#abc;">x</p></mj-text>', "six digits"),
        ("<div>" * 50, "nested too deep"),
    ],
)
def test_the_template_linter_finds(inside: str, problem: str) -> None:
    assert any(problem in sentence for sentence in lint_mjml(document(inside)))
