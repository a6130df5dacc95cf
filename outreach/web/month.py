"""A month as a table: weeks that begin as the language begins them, and the days around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True)
class Month:
    """A month, and how its weeks begin."""

    first: date
    week_begins: int
    """0 for Monday to 6 for Sunday."""

    @property
    def last(self) -> date:
        """Give its last day."""
        return (self.first + timedelta(days=32)).replace(day=1) - ONE_DAY

    @property
    def name(self) -> str:
        """Give it as addresses do, e.g. `2026-12`."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """Name the month before; empty where we go no further."""
        day = self.first - ONE_DAY
        return f"{day:%Y-%m}" if day.year >= FIRST_YEAR else ""

    @property
    def after(self) -> str:
        """Name the month after; empty where we go no further."""
        day = self.last + ONE_DAY
        return f"{day:%Y-%m}" if day.year <= LAST_YEAR else ""

    @property
    def weeks(self) -> list[list[date]]:
        """Give its days by weeks, with those of other months that fill the first and the last."""
        begins = self.first - timedelta(days=(self.first.weekday() - self.week_begins) % 7)
        weeks = []
        while begins <= self.last:
            weeks.append([begins + timedelta(days=number) for number in range(7)])
            begins += timedelta(days=7)
        return weeks


def month(asked: str, today: date, locale: Locale) -> Month:
    """Give the month that an address names, or the present one where it names none."""
    try:
        first = date.fromisoformat(f"{asked}-01") if len(asked) == 7 else today
    except ValueError:
        first = today
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        first = today
    return Month(first.replace(day=1), locale.first_week_day)


def weekdays(week: Sequence[date], locale: Locale) -> list[tuple[str, str]]:
    """Name the days of a week, short and whole."""
    named = locale.days["stand-alone"]
    return [(named["abbreviated"][day.weekday()], named["wide"][day.weekday()]) for day in week]
