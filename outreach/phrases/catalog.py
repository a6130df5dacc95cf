"""The words in each language: gettext catalogs and Babel's dates, numbers and names.

English is the source. `outreach/phrases/<language>/<floor>.po` holds the others; all files of a
language are read as one catalog. A phrase that lacks a translation is shown in English.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
)
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from outreach.errors import OutreachError, Sentence, is_wall
from outreach.times import zone

HERE = Path(__file__).parent
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Phrases:
    """Speaks one language. Get it with `phrases("fr")`."""

    language: str
    locale: Locale
    singles: dict[str, str]
    plurals: dict[str, tuple[str, ...]]

    def __call__(self, text: str, **values: object) -> str:
        """Say an English text in this language, with its `%(name)s` places filled."""
        said = self.singles.get(text, text)
        return said % values if values else said

    def many(self, one: str, other: str, number: int, **values: object) -> str:
        """Say the right plural; `%(number)s` is the number as this language writes it."""
        forms = self.plurals.get(one, (one, other))
        index = self.locale.plural_form(number)
        if one not in self.plurals:
            chosen = one if number == 1 else other
        elif number == 0 and "%(number)s" not in forms[0]:
            chosen = forms[-1]  # French counts 0 with 1, but “one” in words is not none
        else:
            chosen = forms[0] if index == "one" else forms[-1]
        return chosen % {"number": self.number(number), **values}

    def say(self, what: Sentence | OutreachError) -> str:
        """Say a sentence or an error; sentences among its values are said as well."""
        sentence = what.sentence if isinstance(what, OutreachError) else what
        values = {name: self._value(value) for name, value in sentence.values.items()}
        return self(sentence.text, **values)

    def _value(self, value: object) -> object:
        """Write what stands in a sentence: other sentences, fractions, days, times on the wall."""
        if isinstance(value, Sentence):
            return self.say(value)
        if isinstance(value, float):
            return format_decimal(value, locale=self.locale)
        if is_wall(value):
            return f"{self.day(value.date())}, {self.clock(value.time())}"
        return self.day(value) if type(value) is date else value

    def day(self, day: date, style: str = "long") -> str:
        """Write a date, e.g. 23 June 2020. Styles: short, medium, long, full or a CLDR pattern."""
        return self._first(day, format_date(day, format=style, locale=self.locale))

    def day_of_year(self, day: date) -> str:
        """Write a date without its year, e.g. 23 June."""
        return self._first(day, format_skeleton("MMMMd", day, locale=self.locale))

    def month(self, day: date) -> str:
        """Write a month and its year, e.g. July 2020."""
        return format_skeleton("yMMMM", day, locale=self.locale)

    def moment(self, moment: datetime, zone_name: str, style: str = "long") -> str:
        """Write date, time, and the zone with its offset: a time never stands without its zone."""
        there = moment.astimezone(zone(zone_name))
        day, clock = self.day(there.date(), style), self.clock(there.time())
        offset = self.offset(there)
        named = zone_name if zone_name == offset else f"{zone_name}, {offset}"
        return f"{day}, {clock} ({named})"

    def clock(self, wall: time) -> str:
        """Write a time of day, e.g. 9:00 AM or 09:00."""
        return format_time(wall, format="short", locale=self.locale)

    def offset(self, there: datetime) -> str:
        """Write the offset from UTC of an aware time, e.g. UTC+2, UTC−9:30 or UTC."""
        minutes = round((there.utcoffset() or timedelta()).total_seconds() / 60)
        if minutes == 0:
            return "UTC"
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
        return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")

    def _first(self, day: date, written: str) -> str:
        """Write the first of a month as French does (1er décembre), which CLDR leaves out."""
        if day.day != 1 or self.locale.language != "fr":
            return written
        return re.sub(r"\b1 (?=[^\W\d])", "1er ", written, count=1)

    def timestamp(self, moment: datetime, zone_name: str) -> str:
        """Write a short date and time for tables, in the given zone."""
        return format_datetime(moment, "short", tzinfo=zone(zone_name), locale=self.locale)

    def span(self, span: timedelta) -> str:
        """Write how long something takes, roughly, e.g. 70 minutes or 5 days."""
        return format_timedelta(span, threshold=1.5, locale=self.locale)

    def ago(self, span: timedelta) -> str:
        """Write how long something is past, e.g. 5 minutes ago."""
        return format_timedelta(-span, threshold=1.5, add_direction=True, locale=self.locale)

    def bytes(self, number: int) -> str:
        """Write the size of a file or a database, e.g. 12 MB."""
        units = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
        size, place = float(number), 0
        while size >= 1000 and place < len(units) - 1:
            size, place = size / 1000, place + 1
        rounded = round(size, 1) if size < 10 else round(size)
        return format_unit(rounded, f"digital-{units[place]}", "short", locale=self.locale)

    def number(self, number: float) -> str:
        """Write a number with this language's separators."""
        return format_decimal(number, locale=self.locale)

    def percent(self, number: int) -> str:
        """Write a percentage, e.g. 45%."""
        return format_percent(number / 100, locale=self.locale)

    def listed(self, items: Iterable[str]) -> str:
        """Join with commas and "and"."""
        return format_list(list(items), locale=self.locale)


@lru_cache(maxsize=64)
def phrases(language: str) -> Phrases:
    """Give the phrases of a language (a BCP 47 tag); without a catalog of ours they are English."""
    singles: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for path in sorted((HERE / language.partition("-")[0]).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id or message.fuzzy or not message.string:
                    continue
                if isinstance(message.id, str):
                    singles[message.id] = str(message.string)
                else:
                    plurals[message.id[0]] = tuple(message.string)
    return Phrases(language, _locale(language), singles, plurals)


def _locale(language: str) -> Locale:
    if language == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


@lru_cache(maxsize=256)
def language_name(language: str) -> str:
    """Give a language's name in itself, e.g. `Français`."""
    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return language
    return name[:1].upper() + name[1:] if name else language


@lru_cache(maxsize=256)
def is_language(tag: str) -> bool:
    """Tell whether this is a language tag that we can write dates in, such as `en` or `pt-BR`."""
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return tag == tag.strip() and bool(tag)
