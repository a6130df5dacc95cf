"""Markdown as safe HTML and as plain prose."""

import re
from dataclasses import replace

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.mail.blocks import Prose
from outreach.mail.compose import Letter, Stationery
from outreach.mail.fields import FIELD, field_names, fill
from outreach.mail.markdown import TAGS, to_html, to_text

MARKS = st.sampled_from(
    ["<script>", "<img src=x onerror=y>", "](javascript:x)", "[a", "**", "`", "\n", "\n\n", "> ",
     "- ", "1. ", "# ", "|a|b|\n|-|-|\n", "&lt;", "é", "http://x.example/a",
     "[[ first_name | x ]]", '"']
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKS | st.text(max_size=8), max_size=25).map("".join))
def test_no_markdown_gives_unsafe_html(markdown: str) -> None:
    html = to_html(markdown)
    assert nh3.clean(html, tags=set(TAGS), link_rel=None) == html
    assert "<script" not in html
    assert field_names(html) == field_names(markdown)


def test_raw_html_shows_as_text() -> None:
    assert to_html("a <b>c</b> &copy;") == "<p>a &lt;b&gt;c&lt;/b&gt; ©</p>\n"


@pytest.mark.parametrize("target", ["javascript:x", "data:text/html,x", "vbscript:x", "file:///x"])
def test_unsafe_links_are_no_links(target: str) -> None:
    assert "href" not in to_html(f"[x]({target})")


def test_headings_can_be_shifted_for_pages() -> None:
    assert to_html("## A\n\n###### B", heading_shift=1) == "<h3>A</h3>\n<h6>B</h6>\n"


def test_bare_addresses_become_links() -> None:
    assert '<a href="https://x.example/a_b">https://x.example/a_b</a>.' in to_html(
        "See https://x.example/a_b."
    )
    assert to_html("[a](https://x.example)").count("href") == 1


def test_fields_are_left_open_and_their_fallbacks_escaped() -> None:
    assert to_html("Hi [[first_name|*A* & B]]!") == "<p>Hi [[ first_name | *A* &amp; B ]]!</p>\n"
    assert to_text("**[[ first_name | my  friend ]]**") == "*[[ first_name | my  friend ]]*"


def test_fields_can_be_links() -> None:
    assert 'href="[[ confirm_url ]]"' in to_html("[yes]([[ confirm_url ]])")


def test_prose_is_wrapped_and_addresses_are_whole() -> None:
    url = "https://example.org/" + "long-" * 30
    text = to_text(f"word [a link]({url}) " + "word " * 40 + "\n\n- " + "item " * 30)
    assert f"<{url}>" in text
    assert all(len(line) <= 78 or url in line for line in text.split("\n"))
    assert "\n- item" in text
    assert "\n  item" in text


def test_prose_keeps_what_a_reader_needs() -> None:
    markdown = (
        "## Head\n\nA *b* **c** `d`  \ne\n\n1. x\n2. y\n   - z\n\n> q\n\n---\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n<https://x.example>"
    )
    assert to_text(markdown) == (
        "Head\n----\n\nA b *c* d\ne\n\n1. x\n2. y\n   - z\n\n> q\n\n"
        "                           * * *\n\na | b\n1 | 2\n\n    code\n\nhttps://x.example"
    )


def test_no_break_spaces_hold() -> None:
    words = "mot\N{NO-BREAK SPACE}! " * 30
    assert all(not line.startswith("!") for line in to_text(words).split("\n"))


def test_filling_uses_values_fallbacks_or_nothing() -> None:
    text = "[[ first_name | A &amp; B ]][[ country ]]"
    assert fill(text, {}) == "A &amp; B"
    assert fill(text, {"first_name": "<x>", "country": "FR"}) == "<x>FR"
    assert fill("a", {"a": "b"}) == "a"


@pytest.mark.parametrize("text", ["[[first_name]]", "[[ first_name|x ]]", "[[ first_name | x y ]]"])
def test_fields_are_written_with_or_without_blanks(text: str) -> None:
    assert FIELD.fullmatch(text)


@pytest.mark.parametrize("text", ["[[ First ]]", "[[ a\nb ]]", "[[ a | [x] ]]", "[[ ]]", "[a]"])
def test_what_is_no_field(text: str) -> None:
    assert not FIELD.search(text)


def test_a_table_is_a_table_in_html_and_rows_with_bars_in_text() -> None:
    table = "| Mine | People |\n| --- | --- |\n| [One](https://x.example) | 30 |\n"
    html = to_html(table)
    assert html.count("<tr>") == 2
    assert '<td><a href="https://x.example">One</a></td>' in html
    assert to_text(table) == "Mine | People\nOne <https://x.example> | 30"


def test_a_table_of_an_edition_is_a_table_in_its_mail(
    stationery: Stationery, letter: Letter
) -> None:
    table = Prose("| Mine | People |\n| --- | --- |\n| One | 30 |", 1)
    composed = stationery.compose(replace(letter, blocks=(table,)))
    assert re.search(r"<th [^>]*>Mine</th>", composed.html)
    assert re.search(r"<td [^>]*>30</td>", composed.html)
    assert "One | 30" in composed.text
