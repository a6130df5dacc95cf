"""What translations are based on, through real files and real syncs."""

import pytest
from sqlalchemy import text, update

from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.newsletters.basis import declare_up_to_date, source_text, standing, state_of
from outreach.newsletters.models import Translation
from outreach.newsletters.queries import edition
from tests.writing import SITE, Home
from tests.writing import edition as edition_file

FOLDER = "content/newsletters/letter/july"
NAME = "letter/july"
WORDS = {
    "en": ["One.", "Two.", "Three.", "Four."],
    "fr": ["Un.", "Deux.", "Trois.", "Quatre."],
    "es": ["Uno.", "Dos.", "Tres.", "Cuatro."],
}


def put(home: Home, language: str, *words: str, title: str = "July") -> None:
    """Write one language, a paragraph for each of the words."""
    body = "\n\n".join(words or WORDS[language]) + "\n"
    home.write(f"{FOLDER}/{language}.md", edition_file(title, body=body))


def told(home: Home) -> dict[str, str]:
    """Sync, and tell how each language stands, e.g. `ready` or `stale 2 en`."""
    assert home.faults() == []
    with home.database.reading() as session:
        found = standing(edition(session, NAME), load_site(session, home.links))
        return {
            tag: f"stale {one.behind} {one.of}" if one.behind else str(one.kind)
            for tag, one in found.items()
        }


@pytest.fixture
def three(home: Home) -> Home:
    """Give a home with an edition in three languages, synced."""
    for language in WORDS:
        put(home, language)
    assert told(home) == {"en": "source", "fr": "ready", "es": "ready"}
    return home


def test_what_changes_in_the_source_leaves_the_others_behind(three: Home) -> None:
    put(three, "en", "One!", "Two.", "Three!", "Four.")
    assert told(three) == {"en": "source", "fr": "stale 2 en", "es": "stale 2 en"}
    put(three, "en", "One!", "Two.", "Three!", "Four.", title="August")
    assert told(three)["fr"] == "stale 3 en"
    put(three, "en")
    assert told(three) == {"en": "source", "fr": "ready", "es": "ready"}


def test_a_typo_mended_does_not_hide_that_another_passage_is_behind(three: Home) -> None:
    put(three, "en", "One.", "Two.", "Three.", "Four!")
    assert told(three)["es"] == "stale 1 en"
    put(three, "es", "Uno.", "Dos...", "Tres.", "Cuatro.")
    assert told(three)["es"] == "stale 1 en"
    put(three, "es", "Uno.", "Dos...", "Tres.", "¡Cuatro!")
    assert told(three) == {"en": "source", "fr": "stale 1 en", "es": "ready"}


def test_a_passage_that_was_added_is_behind_until_it_is_added_there_too(three: Home) -> None:
    put(three, "en", "One.", "New.", "Two.", "Three.", "Four.")
    assert told(three)["fr"] == "stale 1 en"
    put(three, "fr", "Un.", "Deux.", "Trois...", "Quatre.")  # a typo only
    assert told(three)["fr"] == "stale 1 en"
    put(three, "fr", "Un.", "Nouveau.", "Deux.", "Trois...", "Quatre.")
    assert told(three) == {"en": "source", "fr": "ready", "es": "stale 1 en"}


def test_a_passage_that_was_taken_out_is_behind_until_it_is_taken_out_there_too(
    three: Home,
) -> None:
    put(three, "en", "One.", "Three.", "Four.")
    assert told(three)["es"] == "stale 1 en"
    put(three, "es", "Uno.", "Tres.", "Cuatro.")
    assert told(three) == {"en": "source", "fr": "stale 1 en", "es": "ready"}


def test_what_changes_together_is_together(three: Home) -> None:
    put(three, "en", "One!", "Two!", "Three.", "Four.")
    put(three, "fr", "Un !", "Deux.", "Trois.", "Quatre.")
    put(three, "es", "¡Uno!", "¡Dos!", "Tres.", "Cuatro.")
    assert told(three) == {"en": "source", "fr": "stale 1 en", "es": "ready"}


def test_a_new_translation_is_up_to_date_and_a_missing_one_is_missing(home: Home) -> None:
    put(home, "en")
    assert told(home) == {"en": "source", "fr": "missing", "es": "missing"}
    put(home, "en", "One!")
    put(home, "fr", "Un seul.")
    assert told(home) == {"en": "source", "fr": "ready", "es": "missing"}


def test_without_the_default_language_the_next_of_the_site_is_the_source(home: Home) -> None:
    put(home, "fr")
    put(home, "es")
    assert told(home) == {"en": "missing", "fr": "source", "es": "ready"}
    put(home, "fr", "Un !", "Deux.", "Trois.", "Quatre.")
    assert told(home)["es"] == "stale 1 fr"
    put(home, "en")  # from now on all are held against it
    assert told(home) == {"en": "source", "fr": "ready", "es": "ready"}
    put(home, "en", "One.", "Two.", "Three.")
    assert told(home) == {"en": "source", "fr": "stale 1 en", "es": "stale 1 en"}


def test_another_default_language_makes_no_translation_stale(three: Home) -> None:
    put(three, "en", "One!", "Two.", "Three.", "Four.")
    assert told(three)["fr"] == "stale 1 en"
    three.write(
        "content/site.toml", SITE.replace('default_language = "en"', 'default_language = "fr"')
    )
    assert told(three) == {"en": "ready", "fr": "source", "es": "ready"}
    put(three, "fr", "Un.", "Deux !", "Trois.", "Quatre.")
    assert told(three) == {"en": "stale 1 fr", "fr": "source", "es": "stale 1 fr"}


def test_rows_from_before_begin_as_up_to_date_and_are_watched_from_there(three: Home) -> None:
    with three.database.transaction() as session:
        session.execute(update(Translation).values(block_hashes=[]))
        session.execute(text("UPDATE edition_translations SET based_on = '{}'"))
    assert told(three) == {"en": "source", "fr": "ready", "es": "ready"}
    put(three, "en", "One!", "Two.", "Three.", "Four.")
    put(three, "es", "Uno.", "Dos.", "Tres...", "Cuatro.")
    assert told(three) == {"en": "source", "fr": "stale 1 en", "es": "stale 1 en"}


def test_somebody_may_say_that_a_translation_is_up_to_date(three: Home) -> None:
    put(three, "en", "One!", "Two.", "Three.", "Four.")
    assert told(three)["fr"] == "stale 1 en"
    with three.database.transaction() as session:
        found = edition(session, NAME)
        site = load_site(session, three.links)
        source = source_text(found, site.source_order)
        assert source is not None
        seen = state_of(source)
        for _ in range(2):  # twice is as good as once
            declare_up_to_date(session, found, site.source_order, language="fr", seen=seen)
        with pytest.raises(Refused, match="meanwhile"):
            declare_up_to_date(session, found, site.source_order, language="es", seen="0" * 16)
        for language in ("en", "de"):
            with pytest.raises(Refused, match="no translation"):
                declare_up_to_date(session, found, site.source_order, language=language, seen=seen)
    assert told(three) == {"en": "source", "fr": "ready", "es": "stale 1 en"}
    put(three, "en", "One!", "Two!", "Three.", "Four.")
    assert told(three)["fr"] == "stale 1 en"


def test_a_faulty_source_leaves_the_others_as_they_stand(three: Home) -> None:
    three.write(f"{FOLDER}/en.md", "nothing")
    assert three.faults() != []
    with three.database.reading() as session:
        found = standing(edition(session, NAME), load_site(session, three.links))
    assert {tag: str(one.kind) for tag, one in found.items()} == {
        "en": "source",
        "fr": "ready",
        "es": "ready",
    }
