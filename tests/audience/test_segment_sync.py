"""segments.toml → rows, every fault with its line."""

from pathlib import Path

import pytest

from outreach.audience.models import Origin
from outreach.audience.segment_desk import Draft, create, remove
from outreach.audience.segment_rows import active_segments, rule_of, segment
from outreach.audience.segment_rules import AllOf, HasTopic, Not, Speaks, Tagged, TookPart
from outreach.audience.segment_source import PATH
from outreach.audience.segment_sync import sync_segments
from outreach.content.faults import Fault
from outreach.errors import NotFound
from tests.audience.conftest import REPOSITORY, House

EVENTS = ("open-hour", "talk")
ONE = """\
[[segments]]
slug = "readers"
name = { en = "Readers", fr = "Lectrices" }
rule.all = [
  { topic = "news" },
  { language = ["fr", "es"] },
  { not = { event = { slug = "talk", part = "attended" } } },
]
"""
TWO = ONE + '[[segments]]\nslug = "press"\nname.en = "Press"\nrule.tag = "Press & media"\n'


def sync(house: House, home: Path, text: str | None) -> list[Fault]:
    (home / "subscribers").mkdir(exist_ok=True)
    if text is None:
        (home / PATH).unlink()
    else:
        (home / PATH).write_text(text, "utf-8")
    with house.database.transaction() as session:
        return sync_segments(session, home, EVENTS, house.now)


def slugs(house: House) -> list[str]:
    with house.database.reading() as session:
        return [row.slug for row in active_segments(session)]


def test_the_sample_has_no_faults_and_three_languages(house: House) -> None:
    with house.database.transaction() as session:
        assert sync_segments(session, REPOSITORY, EVENTS, house.now) == []
        rows = active_segments(session)
        assert [row.slug for row in rows] == [
            "francophone-africa",
            "open-hour-missed",
            "new-this-year",
        ]
        for row in rows:
            assert set(row.names) == set(row.descriptions) == {"en", "fr", "es"}
            assert rule_of(row)


def test_a_rule_is_read_as_it_is_written(house: House, tmp_path: Path) -> None:
    assert sync(house, tmp_path, TWO) == []
    assert slugs(house) == ["readers", "press"]
    with house.database.reading() as session:
        assert rule_of(segment(session, "readers")) == AllOf(
            (HasTopic(("news",)), Speaks(("es", "fr")), Not(TookPart("talk", attended=True)))
        )
        assert rule_of(segment(session, "press")) == Tagged(("press-media",))
        assert segment(session, "press").origin is Origin.FILE


def test_what_leaves_the_file_can_no_longer_be_chosen_and_comes_back(
    house: House, tmp_path: Path
) -> None:
    sync(house, tmp_path, TWO)
    sync(house, tmp_path, ONE)
    assert slugs(house) == ["readers"]
    with house.database.reading() as session, pytest.raises(NotFound):
        segment(session, "press")
    sync(house, tmp_path, TWO)
    assert slugs(house) == ["readers", "press"]


def test_a_home_without_the_file_has_none(house: House, tmp_path: Path) -> None:
    with house.database.transaction() as session:
        assert sync_segments(session, tmp_path, EVENTS, house.now) == []
    sync(house, tmp_path, TWO)
    assert sync(house, tmp_path, None) == []
    assert slugs(house) == []
    assert sync(house, tmp_path, TWO) == []
    assert slugs(house) == ["readers", "press"]


def test_a_faulty_file_leaves_everything_as_it_was(house: House, tmp_path: Path) -> None:
    sync(house, tmp_path, ONE)
    assert len(sync(house, tmp_path, TWO.replace("Press & media", "&"))) == 1
    assert slugs(house) == ["readers"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"news"', '"newz"', 5, "There is no topic “newz”"),
        ("topic =", "topics =", 5, "Did you mean “topic”?"),
        ('"fr", "es"', '"fr", "x x"', 6, "is not a language"),
        ('"fr", "es"', "", 6, "This list is empty"),
        ("talk", "tolk", 7, "There is no event “tolk”"),
        ("attended", "slept", 7, "Possible: registered, attended"),
        ("not =", "none =", 7, "There are: all, any, not, topic"),
        ('{ topic = "news" }', '{ topic = "news", tag = "x" }', 5, "exactly one condition"),
        ('{ topic = "news" }', "{ subscribed = { } }", 5, "since when"),
        ('{ topic = "news" }', "{ all = [] }", 5, "is empty"),
        ('{ topic = "news" }', "3", 5, "must hold lines of its own"),
        ('{ topic = "news" }', "{ country = 'za' }", 5, "not a country code"),
        ('{ topic = "news" }', "{ not={not={not={not={tag='a'}}}} }", 4, "5 deep"),
        ("rule.all", "rule.any.all", 4, "must be a list"),
        ('slug = "readers"', 'slug = "new"', 2, "is a word of the desk"),
        ('slug = "readers"', 'slug = "Read ers"', 2, "short name"),
        ('"Readers", fr', '"Readers", xx-yy', 3, "not a language"),
        ("[[segments]]", "[[segment]]", 1, "Did you mean “segments”?"),
    ],
)
def test_every_fault_is_told_with_its_line(
    house: House, tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    text = ONE.replace(old, new)
    assert text != ONE
    faults = sync(house, tmp_path, text)
    assert [(fault.path, fault.line) for fault in faults] == [(PATH, line)], [*map(str, faults)]
    assert words in str(faults[0])


def test_two_of_one_name_are_told(house: House, tmp_path: Path) -> None:
    (fault,) = sync(house, tmp_path, ONE + ONE)
    assert (fault.line, str(fault.sentence)) == (10, "There are two segments “readers”.")


def test_the_file_and_the_desk_do_not_take_each_others_names(house: House, tmp_path: Path) -> None:
    draft = Draft({"en": "Press"}, {}, Tagged(("press",)))
    with house.database.transaction() as session:
        row = create(session, draft, "press", house.now)
    (fault,) = sync(house, tmp_path, TWO)
    assert (fault.line, "made in the desk" in str(fault)) == (10, True)
    with house.database.transaction() as session:
        remove(session, segment(session, "press"), row.version)
    assert sync(house, tmp_path, TWO) == []
    sync(house, tmp_path, ONE)
    with house.database.transaction() as session:
        assert create(session, draft, "press", house.now).origin is Origin.DESK
    assert slugs(house) == ["readers", "press"]
