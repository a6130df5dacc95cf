"""Series: by the time on the wall, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.events.recurrence import (
    HORIZON,
    MOST,
    Departure,
    Series,
    check_series,
    expand,
    originals,
    read_rule,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def series(start: str, rule: str, zone: str = "Europe/Paris", **more: object) -> Series:
    """Give a series of an hour each."""
    begins = datetime.fromisoformat(start)
    made = Series(begins, zone, read_rule(rule, zone), HOUR, **more)  # type: ignore[arg-type]
    check_series(made)
    return made


def days(one: Series, now: datetime = NOW) -> list[str]:
    """Give the original dates."""
    return [each.original.isoformat() for each in expand(one, now)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_series_keeps_its_wall_time_in_every_zone(zone: str) -> None:
    there = ZoneInfo(zone)
    found = expand(series("2026-01-05T14:30:00", "FREQ=WEEKLY", zone), NOW)
    assert len(found) > 90
    for each in found:
        wall = datetime.combine(each.original, datetime.min.time()).replace(hour=14, minute=30)
        assert each.starts_at.astimezone(there).replace(tzinfo=None) == wall
        assert each.ends_at == each.starts_at + HOUR


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2036, 1, 1)),
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"]),
)
def test_only_the_gap_of_a_change_of_clocks_moves_a_wall_time(
    zone: str, start: datetime, rule: str
) -> None:
    there = ZoneInfo(zone)
    begins = start.replace(microsecond=0)
    for each in expand(Series(begins, zone, rule, HOUR), NOW):
        wall = datetime.combine(each.original, begins.time())
        before = wall.replace(tzinfo=there, fold=0)
        after = wall.replace(tzinfo=there, fold=1)
        told = each.starts_at.astimezone(there).replace(tzinfo=None)
        in_a_gap = before.utcoffset() < after.utcoffset()  # type: ignore[operator]
        assert told == wall or (in_a_gap and told > wall)


def test_an_occurrence_in_the_gap_moves_on_by_the_offset_before_it() -> None:
    found = expand(series("2026-03-28T02:30:00", "FREQ=DAILY;COUNT=3"), NOW)
    assert [each.starts_at.hour for each in found] == [1, 1, 0]
    assert found[1].starts_at.astimezone(ZoneInfo("Europe/Paris")).hour == 3
    assert found[1].original == date(2026, 3, 29)


def test_an_occurrence_in_an_hour_that_comes_twice_takes_the_earlier() -> None:
    found = expand(series("2026-10-24T02:30:00", "FREQ=DAILY;COUNT=2"), NOW)
    assert found[1].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_exceptions_are_left_out_and_extra_dates_added() -> None:
    one = series(
        "2026-12-03T15:00:00",
        "FREQ=WEEKLY;COUNT=3",
        exceptions=frozenset({date(2026, 12, 10)}),
        extra=(datetime(2026, 12, 12, 9, 0, tzinfo=UTC),),
    )
    assert days(one) == ["2026-12-03", "2026-12-12", "2026-12-17"]
    assert originals(one, date(2026, 12, 31)) == {date(2026, 12, day) for day in (3, 10, 12, 17)}


def test_an_occurrence_is_moved_or_cancelled_by_its_original_date() -> None:
    moved = datetime(2026, 12, 11, 18, 0, tzinfo=UTC)
    one = series(
        "2026-12-03T15:00:00",
        "FREQ=WEEKLY;COUNT=3",
        departures=(
            Departure(date(2026, 12, 10), moved, moved + HOUR),
            Departure(date(2026, 12, 17)),
        ),
    )
    first, second, third = expand(one, NOW)
    assert not first.cancelled
    assert (second.original, second.starts_at) == (date(2026, 12, 10), moved)
    assert third.cancelled
    assert third.starts_at == datetime(2026, 12, 17, 14, 0, tzinfo=UTC)


def test_a_series_is_known_400_days_ahead_and_has_at_most_a_thousand_occurrences() -> None:
    endless = series("2010-01-01T15:00:00", "FREQ=DAILY")
    found = expand(endless, NOW)
    assert len(found) == MOST
    assert NOW + HORIZON - timedelta(days=1) < found[-1].starts_at <= NOW + HORIZON + HOUR * 24
    assert found[0].original > date(2024, 1, 1)


def test_a_series_that_begins_after_the_horizon_shows_its_beginning() -> None:
    assert days(series("2030-01-01T15:00:00", "FREQ=YEARLY"))[0] == "2030-01-01"


def test_the_first_thursday_is_the_first_thursday() -> None:
    found = days(series("2026-12-03T15:00:00", "FREQ=MONTHLY;BYDAY=1TH;COUNT=4"))
    assert found == ["2026-12-03", "2027-01-07", "2027-02-04", "2027-03-04"]


@pytest.mark.parametrize("until", ["20261217", "20261217T150000", "20261217T140000Z"])
def test_the_last_day_counts_however_it_is_written(until: str) -> None:
    one = series("2026-12-03T15:00:00", f"FREQ=WEEKLY;UNTIL={until}")
    assert days(one) == ["2026-12-03", "2026-12-10", "2026-12-17"]
    assert one.rule.endswith("Z")


def test_a_rule_is_given_as_calendars_want_it() -> None:
    told = read_rule("rrule:byday=1th; freq=monthly;until=20270401", "Europe/Paris")
    assert told == "FREQ=MONTHLY;BYDAY=1TH;UNTIL=20270401T215959Z"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20270231",
        "every thursday",
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        read_rule(rule, "Europe/Paris")


def test_a_rule_must_begin_with_the_first_start() -> None:
    with pytest.raises(Refused, match="begins on 2026-12-03"):
        series("2026-12-01T15:00:00", "FREQ=MONTHLY;BYDAY=1TH")
    with pytest.raises(Refused, match="no date"):
        series("2026-12-01T15:00:00", "FREQ=MONTHLY;BYDAY=5TH;UNTIL=20261215")


def test_a_series_survives_json() -> None:
    moved = datetime(2026, 12, 11, 18, 0, tzinfo=UTC)
    one = series(
        "2026-12-03T15:00:00",
        "FREQ=WEEKLY;COUNT=3",
        exceptions=frozenset({date(2026, 12, 10)}),
        extra=(moved,),
        departures=(Departure(date(2026, 12, 17)), Departure(date(2026, 12, 3), moved, None)),
    )
    back = Series.from_json(one.to_json())
    assert expand(back, NOW) == expand(one, NOW)
    assert back.to_json() == one.to_json()
