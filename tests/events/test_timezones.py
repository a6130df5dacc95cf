"""Zones as calendars read them: true over the span that is asked for, or not written at all."""

from datetime import timedelta
from zoneinfo import available_timezones

import pytest

from outreach.errors import Refused
from outreach.events.timezones import observances, write_timezone

HOUR = timedelta(hours=1)


def written(zone: str, first: int = 2026, last: int = 2036) -> str:
    """Give the lines of a zone."""
    timezone = write_timezone(zone, first, last)
    assert timezone is not None
    return str(timezone.to_ical(), "utf-8")


def test_paris_is_written_in_the_old_wall_time_of_each_change() -> None:
    lines = written("Europe/Paris").split("\r\n")
    assert "DTSTART:19700329T020000" in lines
    assert "DTSTART:19701025T030000" in lines
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in lines
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in lines


def test_new_york_counts_its_sundays_from_the_beginning_of_the_month() -> None:
    text = written("America/New_York", 2026, 2026)
    assert "BYDAY=2SU;BYMONTH=3" in text
    assert "BYDAY=1SU;BYMONTH=11" in text


def test_a_zone_without_summer_time_has_one_standard_and_no_rule() -> None:
    text = written("Asia/Kolkata")
    assert text.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in text
    assert "RRULE" not in text
    assert "TZOFFSETTO:+0530" in text


def test_dublin_has_its_summer_in_summer() -> None:
    found = observances("Europe/Dublin", 2026, 2036)
    assert found is not None
    assert [(each.daylight, each.after) for each in found] == [
        (False, timedelta()),
        (True, HOUR),
    ]


def test_half_an_hour_of_summer_time_is_written_as_such() -> None:
    found = observances("Australia/Lord_Howe", 2026, 2036)
    assert found is not None
    assert [each.after - each.before for each in found] == [-HOUR / 2, HOUR / 2]


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Asia/Gaza"])
def test_a_zone_that_follows_the_moon_is_not_written(zone: str) -> None:
    assert observances(zone, 2026, 2027) is None


@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Santiago", "Asia/Jerusalem"])
def test_whether_a_zone_can_be_written_depends_on_the_years(zone: str) -> None:
    assert observances(zone, 2026, 2027) is not None
    assert observances(zone, 2026, 2036) is None


def test_years_in_which_the_rule_changed_are_not_written_by_one_rule() -> None:
    assert observances("America/New_York", 2006, 2007) is None
    assert observances("Europe/Istanbul", 2015, 2017) is None


def test_every_zone_has_one_standard_and_at_most_one_daylight_and_no_list_of_dates() -> None:
    for zone in sorted(available_timezones()):
        timezone = write_timezone(zone, 2026, 2026)
        assert timezone is not None, zone
        text = timezone.to_ical().decode()
        assert text.count("BEGIN:STANDARD") == 1, zone
        assert text.count("BEGIN:DAYLIGHT") <= 1, zone
        assert "RDATE" not in text
        assert "X-LIC-LOCATION" not in text


def test_every_rule_begins_in_1970_on_a_day_that_it_names() -> None:
    for zone in sorted(available_timezones()):
        for each in observances(zone, 2026, 2026) or ():
            assert each.onset.year == 1970
            if each.month:
                assert each.onset.month == each.month
                assert f"{each.onset:%a}"[:2].upper() == each.day[-2:]


def test_spans_before_the_anchor_and_backwards_ones_are_not_written() -> None:
    assert observances("Europe/Paris", 1969, 1980) is None
    assert observances("Europe/Paris", 2027, 2026) is None


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused):
        observances("Europe/Atlantis", 2026, 2027)
