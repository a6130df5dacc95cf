"""How a send over time is put into columns."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.columns import MOST_COLUMNS, Column, columns, finest

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def counted(*steps: tuple[float, int], step: int = 10) -> list[Column]:
    """Give what was sent in steps, by the minute at which each begins."""
    return [Column(NINE + timedelta(minutes=at), step, sent, 0) for at, sent in steps]


def test_nothing_gives_no_column() -> None:
    assert columns([]) == []


def test_a_short_send_is_told_in_seconds_and_its_gaps_are_seen() -> None:
    found = columns(counted((0, 5), (0.5, 7)))
    assert [column.seconds for column in found] == [10] * 4
    assert [column.sent for column in found] == [5, 0, 0, 7]
    assert found[0].at == NINE


def test_a_long_send_is_told_in_hours() -> None:
    found = columns(counted(*((minute, 1) for minute in range(0, 60 * 40, 15)), step=900))
    assert {column.seconds for column in found} == {3600}
    assert sum(column.sent for column in found) == 160


def test_what_servers_put_off_is_one_last_column() -> None:
    found = columns(counted((0, 5000), (1, 5000), (900, 3), (901, 2)))
    assert [column.sent for column in found[:-1] if column.sent] == [5000, 5000]
    assert (found[-1].sent, found[-1].at) == (5, found[-2].until)
    assert found[-1].seconds > 3600


STEPS = st.lists(
    st.tuples(st.integers(0, 200_000), st.integers(0, 10**6), st.integers(0, 1000)),
    min_size=1,
    max_size=60,
    unique_by=lambda step: step[0],
)


@given(STEPS, st.sampled_from([10, 60, 900]))
def test_no_delivery_is_lost_or_counted_twice(
    steps: list[tuple[int, int, int]], width: int
) -> None:
    fine = [
        Column(NINE + timedelta(seconds=number * width), width, sent, failed)
        for number, sent, failed in sorted(steps)
    ]
    found = columns(fine)
    assert sum(column.sent for column in found) == sum(step.sent for step in fine)
    assert sum(column.failed for column in found) == sum(step.failed for step in fine)
    assert len(found) <= MOST_COLUMNS + 1
    assert all(one.until == other.at for one, other in itertools.pairwise(found))
    assert len({column.seconds for column in found[:-1]}) <= 1
    assert finest(timedelta(0)) <= found[0].seconds
