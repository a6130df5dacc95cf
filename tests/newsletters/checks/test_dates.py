"""Days and times as people write them."""

import time
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from outreach.newsletters.checks.dates import WrittenDay, days_in, times_in
from outreach.phrases.catalog import phrases

JUNE = (2020, 6, 23)


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "on 23 June 2020", [JUNE]),
        ("en", "the 23rd of June, 2020", [JUNE]),
        ("en", "on June 23, 2020, we", [JUNE]),
        ("en", "Tuesday, Jun. 23rd 2020", [JUNE]),
        ("en", "from 23–25 June 2020", [JUNE, (2020, 6, 25)]),
        ("en", "June 23 to 25, 2020", [JUNE, (2020, 6, 25)]),
        ("en", "until 1 May", [(0, 5, 1)]),
        ("en", "in June 2020, 300 people may 5 times march 3 miles", []),
        ("en", "the third of June; 31 February 2020; June 40", []),
        ("en", "COVID-19 of 12 marchers; 2 decades; 5 secs; 3 janitors", []),
        ("fr", "le mardi 23 juin 2020", [JUNE]),
        ("fr", "le 1er juillet 2020", [(2020, 7, 1)]),
        ("fr", "du 23 au 25\xa0juin 2020", [JUNE, (2020, 6, 25)]),
        ("fr", "le 23/06/2020", [JUNE]),
        ("fr", "avant le 14 févr.", [(0, 2, 14)]),
        ("fr", "ils sont 3 mais 10 maisons", []),
        ("es", "el martes 23 de junio de 2020", [JUNE]),
        ("es", "del 23 al 25 de junio del 2020", [JUNE, (2020, 6, 25)]),
        ("es", "el 1.º de mayo", [(0, 5, 1)]),
        ("es", "3 de mayor a menor", []),
        ("de", "am 23. Juni 2020", [JUNE]),
        ("en", "2020-06-23, and 2020-13-01", [JUNE]),
        ("en", "06/23/2020 and 23.06.2020", [JUNE, JUNE]),
        ("xx", "23 June 2020", []),
    ],
)
def test_days_are_found(language: str, text: str, days: list[tuple[int, int, int]]) -> None:
    found = [(day.year, day.month, day.day) for day in days_in(text, language)]
    assert found == days


@pytest.mark.parametrize("language", ["en", "fr", "es", "de", "pt-BR", "it", "nl"])
@given(day=st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_what_babel_writes_is_read_back(language: str, day: date) -> None:
    for style in ("long", "full"):
        text = f"… {phrases(language).day(day, style)} …"
        found = days_in(text, language)
        assert [(each.year, each.month, each.day) for each in found] == [
            (day.year, day.month, day.day)
        ], text


def test_a_day_without_its_year_may_be_any_year() -> None:
    bare, whole = WrittenDay("", 0, 0, 6, 23), WrittenDay("", 0, *JUNE)
    assert bare.like(whole)
    assert not whole.like(WrittenDay("", 0, 2021, 6, 23))
    assert bare.nearest(date(2020, 12, 1)) == date(2020, 6, 23)
    assert WrittenDay("", 0, 0, 1, 5).nearest(date(2020, 12, 20)) == date(2021, 1, 5)
    assert WrittenDay("", 0, 0, 2, 29).nearest(date(2020, 3, 1)) == date(2020, 2, 29)


def test_numbers_that_can_be_turned_round_may_mean_either() -> None:
    [unsure] = days_in("05/06/2020", "en")
    assert unsure.like(WrittenDay("", 0, 2020, 6, 5))
    assert unsure.like(WrittenDay("", 0, 2020, 5, 6))
    assert not unsure.like(WrittenDay("", 0, 2020, 7, 5))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("at 15:00 or 3 pm", [(15, 0), (15, 0)]),
        ("10.30 am, 12 a.m., 12 pm", [(10, 30), (0, 0), (12, 0)]),
        ("à 15 h, 15h30, 9\xa0h\xa005", [(15, 0), (15, 30), (9, 5)]),
        ("a las 15:00 h, 3:00 de la tarde", [(15, 0), (15, 0)]),
        ("um 15 Uhr, 15:30 Uhr", [(15, 0), (15, 30)]),
        ("at noon; à midi; a medianoche", [(12, 0), (12, 0), (0, 0)]),
        ("version 2.10, 14.5 tons, 1:1, 25:00, 3 people, 12 000, 10:30:15", []),
        ("€ 15.30, 2020-06-23, 24/7", []),
    ],
)
def test_times_are_found(text: str, times: list[tuple[int, int]]) -> None:
    assert [(time.hour, time.minute) for time in times_in(text)] == times


def test_a_time_without_its_half_of_the_day_may_be_in_either() -> None:
    [bare], [whole] = times_in("3:30"), times_in("15h30")
    assert bare.like(whole)
    [morning] = times_in("03:30")
    assert not morning.like(whole)


@given(st.text(max_size=400), st.sampled_from(["en", "fr", "es", "ar", "xx"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    for found in (*days_in(text, language), *times_in(text)):
        assert found.shown


@pytest.mark.parametrize("text", ["1" * 60_000, "1 de " * 12_000, "3 June " * 8_000, "1:" * 30_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.monotonic()
    days_in(text, "es")
    days_in(text, "en")
    times_in(text)
    assert time.monotonic() - began < 20


def test_no_date_is_read_out_of_a_date_as_babel_writes_it_short() -> None:
    assert len(days_in(format_date(date(2020, 6, 23), "yyyy-MM-dd"), "en")) == 1
