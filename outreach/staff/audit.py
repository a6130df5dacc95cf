"""The audit log: written in the transaction of what it tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach.staff.models import Act, Staff

COMMAND_LINE = "command line"
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Actor:
    """Who does something; None is the command line."""

    staff: Staff | None
    now: datetime

    @property
    def who(self) -> str:
        """Give the name that goes into rows: the address, or `command line`."""
        return self.staff.address if self.staff else COMMAND_LINE

    def did(
        self,
        session: Session,
        act: str,
        subject: str,
        *,
        before: Mapping[str, Any] = _NOTHING,
        after: Mapping[str, Any] = _NOTHING,
    ) -> None:
        """Write a line, e.g. `staff.role` of an address, with the values that changed."""
        session.add(
            Act(
                at=self.now,
                staff_id=self.staff.id if self.staff else None,
                who=self.who,
                act=act,
                subject=subject[:254],
                before=dict(before),
                after=dict(after),
            )
        )


@dataclass(frozen=True)
class Wanted:
    """Which lines of the log somebody looks for; all of them without anything."""

    staff_id: int = 0
    command_line: bool = False
    """What was done by nobody of staff, but on the command line."""
    act: str = ""
    """E.g. `staff.role`."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that no longer counts."""


ALL = Wanted()


def acts(
    session: Session, wanted: Wanted = ALL, *, before: int | None = None, most: int = 50
) -> Sequence[Act]:
    """Give the latest lines, or those before the line of that id; each way to look has an index."""
    query = select(Act).order_by(Act.id.desc()).limit(most)
    if before is not None:
        query = query.where(Act.id < before)
    if wanted.staff_id or wanted.command_line:
        query = query.where(Act.staff_id == (wanted.staff_id or None))
    if wanted.act:
        query = query.where(Act.act == wanted.act)
    if wanted.since and wanted.until:
        within = (Act.at >= wanted.since, Act.at < wanted.until)
        query = query.where(*within, *_between(*within))
    return session.scalars(query).all()


def _between(*within: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Bound the numbers of the lines of some time, so that none but these are looked at."""
    first = select(func.min(Act.id)).where(*within).scalar_subquery()
    last = select(func.max(Act.id)).where(*within).scalar_subquery()
    return Act.id >= first, Act.id <= last
