"""Two languages next to each other, and what one lacks."""

from datetime import UTC, datetime

from outreach.newsletters.differences import How
from outreach.newsletters.models import Translation
from outreach.newsletters.side_by_side import Behind, Pair, behind, first_words, side_by_side


def text(language: str, *words: str) -> Translation:
    """Make a text, a paragraph for each of the words."""
    return Translation(
        language=language,
        title=f"Title {language}",
        subject="S",
        preheader="P",
        summary="",
        body="\n\n".join(words),
        first_line=1,
        checksum="",
        block_hashes=[],
        based_on={},
        synced_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def made_from(source: Translation, *words: str) -> Translation:
    """Make a French text from a source as it stands now."""
    made = text("fr", *words)
    made.based_on = {source.language: source.hashes}
    return made


def test_what_is_behind_is_named_with_its_place_and_first_words() -> None:
    french = made_from(text("en", "A", "B", "C", "D"), "a", "b", "c", "d")
    source = text("en", "A!", "B", "New", "D")
    source.title = "Another"
    source.body += "\n\nE"
    assert behind(source, french) == [
        Behind(How.CHANGED, 0, "Another S P"),
        Behind(How.CHANGED, 1, "A!"),
        Behind(How.CHANGED, 3, "New"),
        Behind(How.ADDED, 5, "E"),
    ]
    shorter = text("en", "A", "B", "D")
    assert behind(shorter, french) == [Behind(How.REMOVED, -1, "c")]


def test_passages_stand_beside_those_that_they_were_made_from() -> None:
    french = made_from(text("en", "A", "B", "C"), "a", "b", "c")
    source = text("en", "A", "New", "B", "C!")
    pairs = side_by_side(source, french, source)
    assert pairs[1:] == [
        Pair("A", "a"),
        Pair("New", "", How.ADDED),
        Pair("B", "b"),
        Pair("C!", "c", How.CHANGED),
    ]
    turned = side_by_side(french, source, source)
    assert [(one.right, one.left, one.how) for one in turned] == [
        (one.left, one.right, one.how) for one in pairs
    ]


def test_two_translations_and_texts_of_other_lengths_are_paired_by_place() -> None:
    source, french, spanish = text("en", "A"), text("fr", "a", "b"), text("es", "x")
    assert side_by_side(french, spanish, source)[1:] == [Pair("a", "x"), Pair("b", "")]
    french.based_on = {"en": source.hashes}
    assert side_by_side(source, french, source)[1:] == [Pair("A", "a"), Pair("", "b")]


def test_first_words_fit_a_line() -> None:
    assert first_words("two\nlines") == "two lines"
    assert len(first_words("word " * 100)) <= 80
    assert first_words("word " * 100).endswith("word…")
