"""Every word of the pages is there in French and in Spanish."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file

from outreach.phrases.catalog import phrases

REPOSITORY = Path(__file__).parent.parent.parent
SAME_IN_BOTH = {"Article", "Organisation", "Pages", "Segment", "Segments"}
PATTERNS = {"%(label)s: %(value)s"}
"""Without a word."""


def said_on_pages() -> set[str]:
    """Collect what goes through `t(…)` in templates and views."""
    keywords = {"t": None, "Sentence": None}
    texts: set[str] = set()
    for path in (REPOSITORY / "templates" / "web").rglob("*.html"):
        found = extract_from_file("jinja2.ext:babel_extract", path, keywords=keywords)
        texts |= {str(message) for _line, message, *_rest in found}
    code = extract_from_dir(
        REPOSITORY / "outreach" / "web", [("**.py", "python")], keywords=keywords
    )
    return texts | {str(message) for _name, _line, message, *_rest in code}


def test_there_are_words_to_look_at() -> None:
    assert len(said_on_pages()) > 100
    assert "Subscribe" in said_on_pages()


@pytest.mark.parametrize("language", ["fr", "es"])
def test_everything_on_the_pages_is_translated(language: str) -> None:
    known = phrases(language).singles
    assert sorted(said_on_pages() - known.keys()) == []
    same = {text for text in said_on_pages() if known[text] == text} - SAME_IN_BOTH - PATTERNS
    assert same == set()


def test_french_has_its_spaces_that_do_not_break() -> None:
    for text in said_on_pages():
        said = phrases("fr").singles[text]
        for mark in ":;!?»":
            assert f" {mark}" not in said, said
        assert "« " not in said, said
        assert "'" not in said, said
