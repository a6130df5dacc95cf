"""What differs between two texts."""

from dataclasses import dataclass, replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.newsletters.differences import How, differences, pieces_between


@dataclass
class Text:
    """A text of an edition."""

    title: str = "July"
    subject: str = "The July letter"
    preheader: str = "What there is to read"
    summary: str = ""
    body: str = "One thing.\n\nAnother thing.\n\n{{ divider() }}\n\nThe end."


def marked(before: str, after: str) -> str:
    """Write the words with [-out-] and {+in+}."""
    marks = {How.SAME: "%s", How.REMOVED: "[-%s-]", How.ADDED: "{+%s+}"}
    return "".join(marks[each.how] % each.text for each in pieces_between(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("A red door", "A blue door", "A [-red-]{+blue+} door"),
        ("A door", "A red door", "A {+red +}door"),
        ("A red door.", "A red door!", "A red door[-.-]{+!+}"),
        ("L’été est là", "L’hiver est là", "L’[-été-]{+hiver+} est là"),
        (
            "Entirely this",
            "Something else altogether",
            "[-Entirely this-]{+Something else altogether+}",
        ),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
    ],
)
def test_words_are_marked(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_the_same_has_no_differences() -> None:
    assert differences(Text(), Text()) == []
    assert differences(Text(), Text(body=Text().body.replace("\n\n", "\n\n\n"))) == []


def test_the_head_comes_first_then_the_passages_with_their_number() -> None:
    after = Text(
        subject="The August letter",
        summary="Short",
        body="One thing.\n\nA new thing.\n\nAnother big thing.\n\nThe end.",
    )
    found = [(each.how, each.place, each.number) for each in differences(Text(), after)]
    assert found == [
        (How.CHANGED, "subject", 0),
        (How.ADDED, "summary", 0),
        (How.CHANGED, "", 2),
        (How.CHANGED, "", 3),
    ]


def test_what_was_taken_out_has_the_number_that_it_had() -> None:
    before = Text()
    after = replace(before, body="One thing.\n\nAnother thing.\n\nThe end.")
    [only] = differences(before, after)
    assert (only.how, only.number, only.pieces[0].text) == (How.REMOVED, 3, "{{ divider() }}")


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = pieces_between(before, after)
    old = "".join(each.text for each in pieces if each.how is not How.ADDED)
    new = "".join(each.text for each in pieces if each.how is not How.REMOVED)
    assert new == after
    assert "".join(old.split()) == "".join(before.split())


def test_long_passages_take_a_moment() -> None:
    began = perf_counter()
    long = "a b " * 15_000
    assert [each.how for each in pieces_between(long, long + "c")] == [How.REMOVED, How.ADDED]
    many = Text(body="x\n\n" * 15_000)
    assert len(differences(many, replace(many, body="y\n\n" + many.body))) >= 1
    assert perf_counter() - began < 5
