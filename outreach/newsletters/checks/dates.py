"""Dates and times of day in running text, as people write them in many languages.

It finds what is written out (23 June 2020, 23 juin 2020, 23 de junio de 2020), in numbers
(2020-06-23, 23/06/2020), with and without a year. The names of months are Babel's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError


@dataclass(frozen=True)
class Written:
    """A date or a time of day that stands in a text."""

    shown: str
    """As it is written."""
    start: int
    """Where in the text it begins."""


@dataclass(frozen=True)
class WrittenDay(Written):
    """A day; `year` is 0 where none is written."""

    year: int = 0
    month: int = 0
    day: int = 0
    sure: bool = True
    """Whether day and month cannot be the other way round."""

    def like(self, other: "WrittenDay") -> bool:
        """Tell whether both may mean the same day."""
        if self.year and other.year and self.year != other.year:
            return False
        mine, theirs = (self.month, self.day), (other.month, other.day)
        turned = not (self.sure and other.sure) and mine == theirs[::-1]
        return mine == theirs or turned

    def nearest(self, to: date) -> date | None:
        """Give the day, with the year that brings it closest where none is written."""
        years = (self.year,) if self.year else (to.year - 1, to.year, to.year + 1)
        possible = [found for year in years if (found := _day(year, self.month, self.day))]
        return min(possible, key=lambda found: abs((found - to).days), default=None)


@dataclass(frozen=True)
class WrittenTime(Written):
    """A time of day."""

    hour: int = 0
    minute: int = 0
    sure: bool = True
    """Whether it says which half of the day it is in."""

    def like(self, other: "WrittenTime") -> bool:
        """Tell whether both may mean the same time."""
        if self.minute != other.minute:
            return False
        if self.sure and other.sure:
            return self.hour == other.hour
        return self.hour % 12 == other.hour % 12


_DIGIT = re.compile(r"\d")
_DAY = r"(?<![\d.,:/-])(?P<{0}>\d{{1,2}})(?:st|nd|rd|th|er|re|e|\.?º|ª|\.|°)?"
_YEAR = r"(?:(?:[ \xa0\u202f]|,|\bde\b|\bdel\b|\bof\b|\.){1,4}(?P<year>[12]\d{3})(?!\d))?"
_AND = (
    r"(?:[ \xa0\u202f]*[–—-][ \xa0\u202f]*|[ \xa0\u202f]+(?:to|and|or|et|au|ou|y|e|o|al|a|bis|und|"
    r"until|&)[ \xa0\u202f]+)(?:the |le |el )?"
)
_BETWEEN = r"[ \xa0\u202f]+(?:(?:de|of|del)[ \xa0\u202f]+)?"
_ISO = re.compile(r"(?<![\d-])(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])")
_NUMBERS = re.compile(
    r"(?<![\d./-])(?P<one>\d{1,2})(?P<mark>[/.])(?P<two>\d{1,2})(?P=mark)(?P<year>[12]\d{3})(?![\d])"
)
_TIME = re.compile(
    r"(?<![\d:.,€$£])(?P<hour>[01]?\d|2[0-3])"
    r"(?:(?P<mark>[:.]|[ \xa0\u202f]?[hH][ \xa0\u202f]?)(?P<minute>[0-5]\d)(?![\d:]|[.,]\d))?"
    r"(?P<after>[ \xa0\u202f]?(?:[aApP]\.?[ \xa0\u202f]?[mM]\b\.?|Uhr\b|"
    r"[hH](?:eures?|oras?|ours?|rs?)?\b(?!\w))|[ \xa0\u202f](?:de la tarde|de la noche|"
    r"de la mañana|du matin|de l’après-midi|du soir))?"
)
_NAMED_TIMES = re.compile(
    r"\b(?P<name>noon|midday|midi|mediodía|midnight|minuit|medianoche)\b", re.I
)
_NOONS = frozenset({"noon", "midday", "midi", "mediodía"})
_EVENING = ("p", "de la tarde", "de la noche", "de l’après-midi", "du soir")
_MORNING = ("a", "de la mañana", "du matin")


def days_in(text: str, language: str) -> list[WrittenDay]:
    """Give the days that stand in a text, in their order."""
    if not _DIGIT.search(text):
        return []
    found: list[WrittenDay] = []
    months = _months(language)
    for match in months.pattern.finditer(text) if months else ():
        # English writes its months with a capital: “may 5 people come” names no day.
        capital = language.partition("-")[0] == "en"
        found += _named(match, months.numbers if months else {}, capital=capital)
    for match in _ISO.finditer(text):
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        found += _kept(WrittenDay(match[0], match.start(), year, month, day))
    for match in _NUMBERS.finditer(text):
        found += _numeric(match)
    return sorted(found, key=lambda each: each.start)


def times_in(text: str) -> list[WrittenTime]:
    """Give the times of day that stand in a text, in their order."""
    found = [time for match in _TIME.finditer(text) if (time := _time(match))]
    for match in _NAMED_TIMES.finditer(text):
        hour = 12 if match["name"].lower() in _NOONS else 0
        found.append(WrittenTime(match[0], match.start(), hour))
    return sorted(found, key=lambda each: each.start)


@dataclass(frozen=True)
class _Months:
    pattern: re.Pattern[str]
    numbers: dict[str, int]


@lru_cache(maxsize=64)
def _months(language: str) -> _Months | None:
    """Give what finds a day and a month by name; None for a language that Babel does not know."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    numbers: dict[str, int] = {}
    for form in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[form][width].items():
                word = name.lower().rstrip(".")
                if word and not word.isdigit():
                    numbers[word] = number
    names = "|".join(re.escape(word) for word in sorted(numbers, key=len, reverse=True))
    month = rf"(?P<{{0}}>\b(?:{names})\b)\.?"
    day_first = (
        rf"(?:{_DAY.format('first')}{_AND})?{_DAY.format('day')}{_BETWEEN}{month.format('month')}"
    )
    month_first = (
        rf"{month.format('month_')}[ \xa0\u202f]+{_DAY.format('first_')}(?![\d:])(?:{_AND}"
        rf"{_DAY.format('day_')}(?![\d:]))?"
    )
    pattern = re.compile(rf"(?:{day_first}|{month_first}){_YEAR}", re.IGNORECASE)
    return _Months(pattern, numbers)


def _named(match: re.Match[str], numbers: dict[str, int], *, capital: bool) -> Iterator[WrittenDay]:
    name = match["month"] or match["month_"]
    month = numbers[name.lower()]
    if capital and not name[0].isupper():
        return
    year = int(match["year"] or 0)
    for group in ("first", "day", "first_", "day_"):
        if match[group]:
            yield from _kept(
                WrittenDay(match[0].strip(), match.start(), year, month, int(match[group]))
            )


def _numeric(match: re.Match[str]) -> Iterator[WrittenDay]:
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    day, month = (one, two) if two <= 12 else (two, one)
    sure = max(one, two) > 12 or one == two
    yield from _kept(WrittenDay(match[0], match.start(), year, month, day, sure))


def _kept(found: WrittenDay) -> Iterator[WrittenDay]:
    if _day(found.year or 2024, found.month, found.day):
        yield found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(match: re.Match[str]) -> WrittenTime | None:
    """Give a time; None for a mere number, a price or a version such as 2.10."""
    hour, after, mark = int(match["hour"]), (match["after"] or "").strip(), match["mark"] or ""
    if not after and (not mark or mark == "."):
        return None
    half = after.lower()
    if half.startswith(_EVENING) and hour < 12:
        return WrittenTime(match[0].strip(), match.start(), hour + 12, int(match["minute"] or 0))
    if half.startswith(_MORNING) and hour == 12:
        hour = 0
    sure = bool(after or "h" in mark.lower() or hour > 12 or match["hour"].startswith("0"))
    return WrittenTime(match[0].strip(), match.start(), hour, int(match["minute"] or 0), sure)
