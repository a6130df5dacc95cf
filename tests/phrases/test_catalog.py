"""The words in each language."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from outreach.errors import Refused, Sentence
from outreach.phrases.catalog import HERE, is_language, language_name, phrases

REPOSITORY = Path(__file__).parent.parent.parent
LANGUAGES = ("fr", "es")
PLACE = re.compile(r"%\((\w+)\)[sd]")
MANY = re.compile(r"""\bt\.many\(\s*(["'])((?:(?!\1).)*)\1""")
NEVER_SAID_TO_VISITORS = ("outreach/settings.py", "outreach/demo", "outreach/cli")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_translated_in_two_ways(language: str) -> None:
    seen: dict[str, str] = {}
    for path in sorted((HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str) and message.id:
                    said = str(message.string)
                    assert seen.setdefault(message.id, said) == said, f"{path.name}: {message.id}"


@pytest.mark.parametrize(("language", "word"), [("fr", "partenaire"), ("es", "socio")])
def test_a_partner_has_one_name(language: str, word: str) -> None:
    for path in (HERE / language).glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if re.search(r"\bpartners?\b", re.sub(PLACE, "", str(message.id)), re.IGNORECASE):
                    assert word in str(message.string).lower(), f"{path.name}: {message.id}"


def catalogs(language: str) -> dict[str, list[str]]:
    """Give every translated text of a language: English → its forms."""
    found: dict[str, list[str]] = {}
    for path in (HERE / language).glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id:
                    continue
                ids = [message.id] if isinstance(message.id, str) else [*message.id]
                said = message.string or ""
                forms = [said] if isinstance(said, str) else [*said]
                found[ids[0]] = [*ids[1:], *forms]
    return found


def test_a_sentence_is_said_in_the_readers_language_with_its_values() -> None:
    sentence = Sentence("%(count)s mails", {"count": 3})
    assert phrases("fr").say(sentence) == "3 mails"
    assert str(Refused("No %(thing)s.", thing="paper")) == "No paper."


def test_a_time_never_stands_without_its_zone() -> None:
    moment = datetime(2026, 6, 23, 13, 0, tzinfo=UTC)
    assert "UTC+2" in phrases("fr").moment(moment, "Europe/Paris")
    assert "15:00" in phrases("es").moment(moment, "Europe/Paris")
    assert "UTC+5:45" in phrases("en").moment(moment, "Asia/Kathmandu")
    assert "UTC−9:30" in phrases("en").moment(moment, "Pacific/Marquesas")
    assert phrases("en").moment(moment, "UTC").endswith(" (UTC)")
    assert "UTC−5" in phrases("en").moment(moment, "America/Lima")


def test_dates_are_written_as_the_language_writes_them() -> None:
    day = date(2020, 6, 23)
    assert phrases("en").day(day) == "23 June 2020"
    assert phrases("fr").day(day) == "23 juin 2020"
    assert phrases("es").day(day) == "23 de junio de 2020"


def test_the_first_of_a_month_is_written_as_french_does() -> None:
    assert phrases("fr").day(date(2026, 12, 1)) == "1er décembre 2026"
    assert phrases("fr").day(date(2026, 12, 1), "full") == "mardi 1er décembre 2026"
    assert phrases("fr").day(date(2026, 12, 11)) == "11 décembre 2026"
    assert phrases("fr").day(date(2026, 12, 1), "short") == "01/12/2026"
    assert phrases("es").day(date(2026, 12, 1)) == "1 de diciembre de 2026"


def test_a_language_is_named_in_itself() -> None:
    assert [language_name(tag) for tag in ("en", "fr", "es", "pt-BR")] == [
        "English",
        "Français",
        "Español",
        "Português (Brasil)",
    ]


@pytest.mark.parametrize("tag", ["", "xx-yy-zz", "../fr", "not a language"])
def test_what_is_no_language_is_told_apart(tag: str) -> None:
    assert not is_language(tag)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_the_places_of_the_english(language: str) -> None:
    for english, forms in catalogs(language).items():
        for form in forms:
            assert set(PLACE.findall(form)) <= set(PLACE.findall(english)) | {"number"}, english
            assert form.strip(), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_to_people_is_translated(language: str) -> None:
    known = catalogs(language)
    missing = sorted({text for text in said_in_the_code() if text not in known})
    assert not missing, f"{len(missing)} phrases lack {language}: {missing[:20]}"


PLURAL = re.compile(r"t\.many\(\s*[\"']([^\"']+)[\"']")
"""Babel reads calls of names in templates, not of attributes."""


def said_in_the_code() -> set[str]:
    """Collect every English text of the code and the templates that goes through the phrases."""
    errors = ("Refused", "NotFound", "BadToken", "ForbiddenMove")
    keywords = dict.fromkeys(("_", "Sentence", "phrase", *errors))
    keywords |= {"many": (1, 2), "say": None, "t": None}
    texts: set[str] = set()
    code = extract_from_dir(REPOSITORY / "outreach", [("**.py", "python")], keywords=keywords)
    for name, _line, message, _comments, _context in code:
        if not f"outreach/{name}".startswith(NEVER_SAID_TO_VISITORS):
            texts.add(message if isinstance(message, str) else message[0])
    for path in (REPOSITORY / "templates").rglob("*"):
        if path.is_file():
            texts |= set(PLURAL.findall(path.read_text()))
            for _line, message, _comments, _context in extract_from_file(
                "jinja2.ext:babel_extract", path, keywords=keywords
            ):
                texts.add(message if isinstance(message, str) else message[0])
    for path in (REPOSITORY / "templates").rglob("*.html"):  # Babel sees `t(…)`, not `t.many(…)`
        texts |= {found[1] for found in MANY.findall(path.read_text())}
    return {text for text in texts if re.search(r"[^\W\d_]", PLACE.sub("", text))}


def said_in(language: str) -> list[str]:
    """Give all that is said in a language, each form of a plural by itself."""
    found: list[str] = []
    for path in sorted((HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                said = message.string or ""
                found += ([said] if isinstance(said, str) else said) if message.id else ()
    return found


def test_french_has_its_spaces_that_do_not_break_and_its_own_quotes() -> None:
    assert len(said_in("fr")) > 1000
    wrong = re.compile(r" [:;!?»]|« |[“”]|s %%[^}]")
    assert [said for said in said_in("fr") if wrong.search(said)] == []


def test_no_number_of_none_is_called_one() -> None:
    t = phrases("fr")
    one, many = "one fault", "%(number)s faults"
    assert [t.many(one, many, number) for number in (0, 1, 2)] == [
        "0 erreurs",
        "une erreur",
        "2 erreurs",
    ]
    one, many = "%(number)s person", "%(number)s people"
    assert [t.many(one, many, number) for number in (0, 1, 2)] == [
        "0 personne",
        "1 personne",
        "2 personnes",
    ]


def test_days_and_times_on_the_wall_are_written_as_the_reader_does() -> None:
    day, wall = date(2026, 12, 1), datetime(2026, 12, 1, 9, 30)
    told = Sentence("The edition is dated %(day)s.", {"day": day})
    assert phrases("fr").say(told) == "L’édition est datée du 1er décembre 2026."
    assert str(told) == "The edition is dated 2026-12-01."
    far = Refused("%(wall)s is too far away.", wall=wall)
    assert phrases("fr").say(far).endswith("1er décembre 2026, 09:30.")
    assert phrases("en").say(far) == "1 December 2026, 09:30 is too far away."
    assert str(far) == "2026-12-01 09:30 is too far away."


def test_a_month_is_written_as_each_language_does() -> None:
    july = date(2020, 7, 1)
    written = [phrases(language).month(july) for language in ("en", "fr", "es")]
    assert written == ["July 2020", "juillet 2020", "julio de 2020"]
