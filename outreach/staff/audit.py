"""The audit log: written in the transaction of what it tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
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


def acts(session: Session, *, before: int | None = None, most: int = 50) -> Sequence[Act]:
    """Give the latest lines, or those before the line of that id."""
    query = select(Act).order_by(Act.id.desc()).limit(most)
    if before is not None:
        query = query.where(Act.id < before)
    return session.scalars(query).all()
