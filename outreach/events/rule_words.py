"""A series in words, e.g. "every second Wednesday of the month", for the rules people use."""

from collections.abc import Callable
from datetime import date, timedelta

from outreach.events.models import Event
from outreach.events.recurrence import Series
from outreach.phrases.catalog import Phrases

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONDAY = date(2024, 1, 1)
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
_OF_THE_MONTH = {
    1: "Every first %(weekday)s of the month",
    2: "Every second %(weekday)s of the month",
    3: "Every third %(weekday)s of the month",
    4: "Every fourth %(weekday)s of the month",
    -1: "Every last %(weekday)s of the month",
}


def in_words(series: Series, t: Phrases) -> str:
    """Say how often a series takes place; empty where it cannot be said in a few words."""
    parts = dict(part.split("=", 1) for part in series.rule.split(";"))
    if not parts.keys() <= _KNOWN:
        return ""
    say = _SAYINGS.get(parts["FREQ"])
    return say(series, parts, t) if say else ""


def how_often(event: Event, t: Phrases) -> str:
    """Say how often an event takes place, and at what hour; empty where it is no series."""
    if not event.recurrence:
        return ""
    series = Series.from_json(event.recurrence)
    words = in_words(series, t)
    return f"{words}, {t.clock(series.start.time())} ({series.zone})" if words else ""


def _interval(parts: dict[str, str]) -> int:
    return int(parts.get("INTERVAL", "1"))


def _daily(_series: Series, parts: dict[str, str], t: Phrases) -> str:
    if "BYDAY" in parts or "BYMONTHDAY" in parts:
        return ""
    return t.many("Every day", "Every %(number)s days", _interval(parts))


def _weekly(series: Series, parts: dict[str, str], t: Phrases) -> str:
    days = parts.get("BYDAY", _WEEKDAYS[series.start.weekday()]).split(",")
    if "BYMONTHDAY" in parts or not set(days) <= set(_WEEKDAYS):
        return ""
    named = t.listed(_weekday(day, t) for day in sorted(days, key=_WEEKDAYS.index))
    number = _interval(parts)
    if number == 1:
        return t("Every %(weekday)s", weekday=named)
    return t("Every %(number)s weeks on %(weekday)s", number=t.number(number), weekday=named)


def _monthly(series: Series, parts: dict[str, str], t: Phrases) -> str:
    if _interval(parts) != 1:
        return ""
    by_day, by_month_day = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if by_day and not by_month_day:
        number, day = by_day[:-2], by_day[-2:]
        known = number.lstrip("+-").isdigit() and int(number) in _OF_THE_MONTH
        return t(_OF_THE_MONTH[int(number)], weekday=_weekday(day, t)) if known else ""
    day_of_month = by_month_day or str(series.start.day)
    if by_day or not day_of_month.isdigit():
        return ""
    return t("On day %(day)s of every month", day=day_of_month)


def _yearly(series: Series, parts: dict[str, str], t: Phrases) -> str:
    if _interval(parts) != 1 or "BYDAY" in parts or "BYMONTHDAY" in parts:
        return ""
    return t("Every year on %(day)s", day=t.day_of_year(series.start.date()))


def _weekday(code: str, t: Phrases) -> str:
    """Name a weekday, e.g. `Wednesday` or `mercredi`."""
    return t.day(_MONDAY + timedelta(days=_WEEKDAYS.index(code)), "EEEE")


_Saying = Callable[[Series, dict[str, str], Phrases], str]
_SAYINGS: dict[str, _Saying] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}
