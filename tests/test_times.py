"""Wall times and zones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import Refused
from outreach.times import floor_to, instant, is_zone, present_name, zone, zones


def test_a_wall_time_becomes_the_utc_moment_that_it_names() -> None:
    assert instant(datetime(2026, 12, 1, 9, 0), "Europe/Paris") == datetime(
        2026, 12, 1, 8, 0, tzinfo=UTC
    )


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Refused, match="does not exist in Europe/Paris"):
        instant(datetime(2026, 3, 29, 2, 30), "Europe/Paris")


def test_an_hour_that_happens_twice_needs_a_choice() -> None:
    wall = datetime(2026, 10, 25, 2, 30)
    with pytest.raises(Refused, match="happens twice"):
        instant(wall, "Europe/Paris")
    earlier = instant(wall, "Europe/Paris", choice="earlier")
    later = instant(wall, "Europe/Paris", choice="later")
    assert later - earlier == timedelta(hours=1)


def test_an_unknown_zone_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="Europe/Pariss"):
        zone("Europe/Pariss")
    assert not is_zone("../etc/passwd")


def test_each_zone_is_offered_once_by_the_name_of_today() -> None:
    assert {"UTC", "Europe/Paris", "Asia/Kolkata", "Africa/Dakar"} <= set(zones())
    assert not {"Asia/Calcutta", "US/Eastern", "Brazil/East", "America/Buenos_Aires"} & set(zones())
    assert all(is_zone(name) for name in zones())
    assert present_name("Asia/Calcutta") == "Asia/Kolkata"
    assert present_name("US/Eastern") == "America/New_York"
    assert present_name("Africa/Dakar") == "Africa/Dakar"
    assert present_name("nowhere") == "nowhere"


def test_a_wall_time_with_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no zone"):
        instant(datetime(2026, 1, 1, tzinfo=UTC), "UTC")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Paris", "America/Lima", "Africa/Casablanca", "Asia/Kathmandu"]),
)
def test_every_accepted_wall_time_reads_the_same_on_the_wall_again(
    wall: datetime, name: str
) -> None:
    try:
        moment = instant(wall, name, choice="earlier")
    except Refused:
        return
    assert moment.astimezone(zone(name)).replace(tzinfo=None) == wall


def test_a_moment_is_floored_to_a_window() -> None:
    moment = datetime(2026, 11, 23, 9, 47, 12, tzinfo=UTC)
    assert floor_to(moment, timedelta(hours=1)) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
