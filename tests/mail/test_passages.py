"""A body in the pieces that its authors change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.mail.passages import passages

BODY = """\
Dear [[ first_name | friend ]],

A paragraph that
is wrapped.

## A heading
Right below it.

- one
- two

{{ button("Read on", "page:guide") }}
{% call quote(by="Ada") %}
Said so.
{% endcall %}

See [the guide][guide].

[guide]: https://example.org/guide
"""


def sources(text: str) -> list[str]:
    """Give the passages as they are written."""
    return [each.source for each in passages(text)]


def changed(before: str, after: str) -> list[bool]:
    """Tell of each passage whether it differs."""
    pairs = zip(passages(before), passages(after), strict=True)
    return [old.hash != new.hash for old, new in pairs]


def test_paragraphs_headings_lists_and_calls_are_passages_of_their_own() -> None:
    assert sources(BODY) == [
        "Dear [[ first_name | friend ]],",
        "A paragraph that\nis wrapped.",
        "## A heading",
        "Right below it.",
        "- one\n- two",
        '{{ button("Read on", "page:guide") }}',
        '{% call quote(by="Ada") %}\nSaid so.\n{% endcall %}',
        "See [the guide][guide].",
    ]


def test_wrapping_and_blank_lines_are_no_change() -> None:
    again = BODY.replace("that\nis wrapped", "that is\nwrapped").replace("\n\n", "\n\n\n")
    assert not any(changed(BODY, again))
    assert not any(changed(BODY, BODY.replace("\n", "\r\n")))


def test_a_line_break_that_shows_is_a_change() -> None:
    assert changed("A paragraph that\nis wrapped.", "A paragraph that  \nis wrapped.") == [True]


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("friend", "reader", 0),
        ("wrapped", "rapt", 1),
        ("## A", "### A", 2),
        ("- two", "- three", 4),
        ("page:guide", "page:about", 5),
        ("Said so.", "Said no.", 6),
        ("org/guide", "org/book", 7),
    ],
)
def test_a_change_is_seen_where_it_is(old: str, new: str, at: int) -> None:
    found = changed(BODY, BODY.replace(old, new))
    assert found == [place == at for place in range(8)]


def test_calls_on_one_line_are_told_apart() -> None:
    found = passages('Text {{ divider() }}{{ event("a") }} and more')
    assert len(found) == 4
    assert len({each.hash for each in found}) == 4


def test_nothing_has_no_passages() -> None:
    assert passages("") == passages("\n \n") == ()


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["a\n", "\n", "# b\n", "- c\n", "> ", "{{ divider() }}",
    "{% call quote() %}", "{% endcall %}", "[x]: http://y.z\n", "|a|\n|-|\n", "\r", "\0", "```\n",
    "{{", "[[ first_name ]]"]), max_size=30).map("".join))  # fmt: skip
def test_no_text_makes_it_fail(text: str) -> None:
    assert all(len(each.hash) == 16 for each in passages(text))
