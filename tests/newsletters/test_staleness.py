"""How far a translation is behind: a table, and what always holds."""

from dataclasses import dataclass, field
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.newsletters.staleness import (
    Kind,
    Lag,
    Standing,
    brought_up,
    changes_behind,
    lags,
    source_of,
    standings,
    steps_between,
)

LISTS = st.lists(st.sampled_from("habcdefg"), min_size=1, max_size=9)


@dataclass
class Said:
    """A text as the rules see it."""

    language: str
    hashes: list[str]
    based_on: dict[str, list[str]] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("then", "now", "behind"),
    [
        ("h", "h", 0),
        ("habc", "habc", 0),
        ("habc", "haXc", 1),
        ("habc", "HaXc", 2),
        ("habc", "HXabc", 2),
        ("habc", "hac", 1),
        ("habc", "habXYc", 2),
        ("habc", "haXYZc", 3),
        ("habcde", "hXbcdY", 2),
        ("habc", "hcab", 2),
        ("habc", "h", 3),
        ("h", "habc", 3),
    ],
)
def test_changes_are_counted(then: str, now: str, behind: int) -> None:
    assert changes_behind(list(now), list(then)) == behind


def test_each_change_is_named_with_its_place() -> None:
    assert lags(list("HaXdef"), list("habcde")) == [
        Lag(0, 0),
        Lag(2, 2),
        Lag(None, 3),
        Lag(5, None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "based_on", "source", "expected"),
    [
        # A typo in 3 does not hide that 1 is behind.
        ("hwxyz", "hwxYz", "habcd", "hAbcd", "habcd"),
        # Passage 1 is caught up; 4 stays behind.
        ("hwxyz", "hWxyz", "habcd", "hAbcD", "hAbcd"),
        # Both change at once.
        ("hwxyz", "hwXyz", "habcd", "haBCd", "haBcd"),
        ("hwxyz", "HWXYZ", "habcd", "hABCD", "hABCD"),
        # The head.
        ("hwx", "Hwx", "hab", "gaB", "gab"),
        ("hwx", "hwX", "hab", "gaB", "haB"),
        # The source has one more: added here too, or only a typo mended.
        ("hwx", "hwxy", "hab", "habc", "habc"),
        ("hwx", "hwX", "hab", "habc", "hab"),
        ("hwx", "hWx", "hab", "hAbc", "hAb"),
        # The source has one less: taken out here too, or only a typo mended.
        ("hwxy", "hwy", "habc", "hac", "hac"),
        ("hwxy", "hwxY", "habc", "hac", "habc"),
        # A passage was written anew as two.
        ("hwxy", "hwXXy", "habc", "haBCc", "haBCc"),
        # One is translated, the one added behind it is not yet.
        ("hwxy", "hwXy", "habc", "haBNc", "haBc"),
        # Nobody can tell which belongs to which: all of it moves.
        ("hwx", "hwX", "habcd", "hAbcd", "hAbcd"),
        ("hwxy", "hw", "habc", "hAbc", "hAbc"),
        ("", "hwxy", "", "habc", "habc"),
    ],
)
def test_only_what_was_touched_is_brought_up(
    before: str, after: str, based_on: str, source: str, expected: str
) -> None:
    found = brought_up(
        based_on=list(based_on), before=list(before), after=list(after), source=list(source)
    )
    assert "".join(found) == expected


@given(LISTS, LISTS)
def test_nothing_behind_means_the_same(then: list[str], now: list[str]) -> None:
    behind = changes_behind(now, then)
    assert (behind == 0) == (then == now)
    assert abs(len(then) - len(now)) <= behind <= len(then) + len(now)


@given(LISTS, LISTS)
def test_the_steps_lead_from_one_to_the_other(before: list[str], after: list[str]) -> None:
    made: list[str] = []
    at = 0
    for what, i1, i2, j1, j2 in steps_between(before, after):
        assert i1 == at
        at = i2
        made += before[i1:i2] if what == "equal" else after[j1:j2]
    assert (at, made) == (len(before), after)


@given(LISTS, LISTS, LISTS)
def test_whoever_writes_all_of_it_anew_is_up_to_date(
    before: list[str], based_on: list[str], source: list[str]
) -> None:
    after = [f"new {place}" for place, _ in enumerate(source)]
    found = brought_up(based_on=based_on, before=before, after=after, source=source)
    assert changes_behind(source, found) == 0


@given(LISTS, st.data())
def test_a_touch_never_puts_a_translation_further_behind(
    based_on: list[str], data: st.DataObject
) -> None:
    size = len(based_on)
    source = data.draw(st.lists(st.sampled_from("habcdXYZ"), min_size=size, max_size=size))
    before = [f"old {place}" for place in range(size)]
    touched = data.draw(st.sets(st.integers(0, size - 1)))
    after = [f"new {n}" if n in touched else word for n, word in enumerate(before)]
    found = brought_up(based_on=based_on, before=before, after=after, source=source)
    for place in range(size):
        assert found[place] == (source if place in touched else based_on)[place]


def test_lists_without_end_are_compared_in_a_moment() -> None:
    began = process_time()
    assert changes_behind(["h", *"ab" * 10_000], ["h", *"ba" * 10_000]) == 20_000
    assert changes_behind(["h", *"a" * 20_000], ["h", *"a" * 20_000]) == 0
    assert process_time() - began < 20


@pytest.mark.parametrize(
    ("available", "order", "expected"),
    [
        ({"fr", "en"}, ("en", "fr", "es"), "en"),
        ({"fr", "es"}, ("en", "fr", "es"), "fr"),
        ({"pt", "de"}, ("en", "fr"), "de"),
        ({"pt", "de"}, (), "de"),
        (set(), ("en",), None),
    ],
)
def test_the_source_is_the_first_language_that_there_is(
    available: set[str], order: tuple[str, ...], expected: str | None
) -> None:
    assert source_of(available, order) == expected


def test_each_language_of_the_site_has_its_standing_and_each_that_is_there_beside() -> None:
    texts = [
        Said("en", list("habc")),
        Said("fr", list("hwxy"), {"en": list("habc")}),
        Said("es", list("hrst"), {"en": list("hXYc")}),
        Said("pt", list("h"), {"fr": list("h")}),
    ]
    found = standings(texts, order=("en", "fr"), languages=("en", "fr", "es", "de"))
    assert found == {
        "en": Standing(Kind.SOURCE),
        "fr": Standing(Kind.READY, 0, "en"),
        "es": Standing(Kind.STALE, 2, "en"),
        "de": Standing(Kind.MISSING, 0, "en"),
        "pt": Standing(Kind.READY, 0, "en"),  # nothing is noted of English yet
    }
    assert list(found) == ["en", "fr", "es", "de", "pt"]


def test_an_edition_without_any_text_lacks_all() -> None:
    assert standings([], order=("en",), languages=("en",)) == {"en": Standing(Kind.MISSING)}
