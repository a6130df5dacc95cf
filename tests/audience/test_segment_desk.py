"""Segments of the desk: names, limits, and two of staff at once."""

import pytest

from outreach.audience.models import Segment
from outreach.audience.segment_desk import Draft, Overtaken, change, create, remove
from outreach.audience.segment_rows import active_segments, name_of, rule_of, segment
from outreach.audience.segment_rules import AnyOf, Rule, Tagged
from outreach.audience.segment_sync import sync_segments
from outreach.errors import Refused
from tests.audience.conftest import REPOSITORY, House

PRESS = Tagged(("press",))


def draft(name: str = "Press", rule: Rule = PRESS) -> Draft:
    return Draft({"en": name}, {}, rule)


def made(house: House, name: str = "Press", slug: str = "") -> Segment:
    with house.database.transaction() as session:
        return create(session, draft(name), slug, house.now)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Press & media", "press-media"),
        ("Été à Lima", "ete-a-lima"),
        ("新しい", "segment"),
        ("New", "new-2"),
        ("x" * 99, "x" * 60),
    ],
)
def test_a_short_name_is_made_of_the_name(house: House, name: str, slug: str) -> None:
    assert made(house, name).slug == slug
    assert made(house, name).slug == (f"{slug}-2" if name != "New" else "new-3")


@pytest.mark.parametrize("slug", ["new", "count", "A b", "-", "../x", "x" * 65])
def test_a_short_name_that_cannot_be_is_refused(house: House, slug: str) -> None:
    with pytest.raises(Refused):
        made(house, slug=slug)
    made(house, slug="press")
    with pytest.raises(Refused, match="already"):
        made(house, slug="press")


def test_of_two_who_change_one_at_once_the_second_is_told(house: House) -> None:
    row = made(house)
    with house.database.transaction() as session:
        change(session, segment(session, "press"), draft("Ada's"), row.version, house.now)
    with pytest.raises(Overtaken), house.database.transaction() as session:
        change(session, segment(session, "press"), draft("Eve's"), row.version, house.now)
    with pytest.raises(Overtaken), house.database.transaction() as session:
        remove(session, segment(session, "press"), row.version)
    with house.database.transaction() as session:
        kept = segment(session, "press")
        assert (kept.names, kept.version) == ({"en": "Ada's"}, row.version + 1)
        remove(session, kept, kept.version)
        assert active_segments(session) == []


def test_one_that_was_made_in_the_place_of_another_is_not_taken_for_it(house: House) -> None:
    opened = made(house)
    with house.database.transaction() as session:
        remove(session, segment(session, "press"), opened.version)
    assert made(house, "Press").slug == opened.slug
    with pytest.raises(Overtaken), house.database.transaction() as session:
        change(session, segment(session, "press"), draft("Eve's"), opened.version, house.now)
    with pytest.raises(Overtaken), house.database.transaction() as session:
        remove(session, segment(session, "press"), opened.version)
    with house.database.reading() as session:
        assert segment(session, "press").names == {"en": "Press"}


def test_what_stands_in_the_file_is_not_changed_here(house: House) -> None:
    with house.database.transaction() as session:
        sync_segments(session, REPOSITORY, ("open-hour",), house.now)
        row = segment(session, "new-this-year")
        with pytest.raises(Refused, match=r"subscribers/segments\.toml"):
            change(session, row, draft(), row.version, house.now)
        with pytest.raises(Refused, match=r"subscribers/segments\.toml"):
            remove(session, row, row.version)


def test_a_rule_beyond_the_limits_is_refused(house: House) -> None:
    many = AnyOf(tuple(Tagged((f"t{number}",)) for number in range(51)))
    with pytest.raises(Refused, match="50 conditions"), house.database.transaction() as session:
        create(session, draft(rule=many), "", house.now)


def test_a_name_is_given_in_a_language_or_the_first_that_there_is(house: House) -> None:
    row = made(house)
    assert (name_of(row, "en"), name_of(row, "fr")) == ("Press", "Press")
    assert rule_of(row) == PRESS
