"""A send over time: how wide the columns of its picture are. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.times import floor_to

WIDTHS = (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400)
"""Seconds that a column may stand for."""
MOST_COLUMNS = 48
MAIN_SHARE = 0.99
"""What has to have gone before the rest, which servers have put off, is told as one column."""


@dataclass(frozen=True)
class Column:
    """What was handed over, or failed, from one moment on."""

    at: datetime
    seconds: int
    """How long it lasts."""
    sent: int
    failed: int

    @property
    def until(self) -> datetime:
        """Give its end."""
        return self.at + timedelta(seconds=self.seconds)


def finest(length: timedelta) -> int:
    """Give the seconds by which a send of this length is counted at first."""
    if length <= timedelta(hours=2):
        return 10
    return 60 if length <= timedelta(days=1) else 900


def columns(counted: Sequence[Column]) -> list[Column]:
    """Put what was counted finely, in order and without empty steps, into columns of one width.

    All but the last hundredth gets at most `MOST_COLUMNS` columns, empty ones too; the rest, if
    it comes later, is one last column as long as it took.
    """
    if not counted:
        return []
    end = _main_end(counted)
    width = timedelta(seconds=_width(counted[0], end))
    first = floor_to(counted[0].at, width)
    spread = [
        Column(first + width * number, int(width.total_seconds()), 0, 0)
        for number in range(-(-(end - first) // width))
    ]
    main_end = spread[-1].until
    for step in counted:
        if step.at < main_end:
            place = (step.at - first) // width
            spread[place] = _added(spread[place], step)
    late = [step for step in counted if step.at >= main_end]
    return [*spread, _together(main_end, late)] if late else spread


def _main_end(counted: Sequence[Column]) -> datetime:
    wanted = MAIN_SHARE * sum(step.sent + step.failed for step in counted)
    gone = 0
    for step in counted:
        gone += step.sent + step.failed
        if gone >= wanted:
            return step.until
    return counted[-1].until


def _width(first: Column, end: datetime) -> int:
    for width in WIDTHS:
        begin = floor_to(first.at, timedelta(seconds=width))
        if width >= first.seconds and (end - begin).total_seconds() <= width * MOST_COLUMNS:
            return width
    span = int((end - first.at).total_seconds())
    return WIDTHS[-1] * -(-span // (WIDTHS[-1] * (MOST_COLUMNS - 1)))


def _added(column: Column, step: Column) -> Column:
    return Column(column.at, column.seconds, column.sent + step.sent, column.failed + step.failed)


def _together(begin: datetime, steps: Sequence[Column]) -> Column:
    seconds = int((steps[-1].until - begin).total_seconds())
    total = Column(begin, seconds, 0, 0)
    for step in steps:
        total = _added(total, step)
    return total
