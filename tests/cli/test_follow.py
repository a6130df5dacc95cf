"""The live line of `campaign show --follow`."""

import pytest

from outreach.campaigns.queries import Report
from outreach.cli.follow import Pace, said


def test_the_rate_is_that_of_the_last_looks() -> None:
    pace = Pace()
    assert pace.per_second(0, 10.0) == 0
    assert pace.per_second(100, 11.0) == 100
    for look in range(100):
        rate = pace.per_second(100 + look * 5, 12.0 + look)
    assert rate == pytest.approx(5)


def test_the_line_says_what_is_sent_how_fast_and_what_went_wrong() -> None:
    report = Report(
        waiting=50,
        sent=100,
        failed=2,
        uncertain=1,
        planned_final=False,
        by_language={},
        left_out={},
    )
    assert said("sending", report, 25.0) == (
        "100/153+ sent, sending, 25 a second, 0:00:02 left, 2 failed, 1 uncertain"
    )
