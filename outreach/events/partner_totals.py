"""What came of a partner's embeds, in total and by month; nothing in it is about a person.

Whoever watches a total while trying addresses learns nothing of them: what counts is that a form
was sent, whether or not we know the address, or that somebody clicked in a mail of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outreach.audience.exports import as_table
from outreach.db import hits
from outreach.db.models import Hit
from outreach.events.partner_models import Partner
from outreach.events.partners import partners

MONTHS = 12
"""Of a partner's own page, the present one included."""
RECENT = timedelta(days=30)
"""Of the list of staff: these last days, today included."""
KINDS = {
    "views": hits.PARTNER_VIEW,
    "registrations": hits.PARTNER_REGISTRATION,
    "outward": hits.PARTNER_OUTWARD,
    "signups": hits.PARTNER_SIGNUP,
}


@dataclass(frozen=True)
class Totals:
    """How often each came about."""

    views: int = 0
    """An embed was loaded."""
    registrations: int = 0
    """Somebody who came by it sent the form of an event that had places, on the wait list too."""
    outward: int = 0
    """The way to a registration page elsewhere was taken."""
    signups: int = 0
    """Somebody confirmed a subscription that they asked for by it."""

    def __add__(self, other: "Totals") -> "Totals":
        """Add each to its like."""
        return Totals(*(mine + theirs for mine, theirs in zip(self.all, other.all, strict=True)))

    @property
    def all(self) -> tuple[int, ...]:
        """Give them in the order of the table."""
        return tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class Account:
    """What a partner is shown."""

    months: Mapping[date, Totals]
    """By the first day of the month, the oldest first."""
    ever: Totals


@dataclass(frozen=True)
class Listed:
    """A partner with its totals, as staff see them."""

    partner: Partner
    recent: Totals
    """Of the last 30 days."""
    ever: Totals


def account(session: Session, partner: Partner, today: date) -> Account:
    """Sum up what a partner may see."""
    months = _months(today)
    found = dict.fromkeys(months, Totals())
    ever = Totals()
    query = select(Hit.kind, Hit.day, Hit.count).where(
        Hit.kind.in_(KINDS.values()), Hit.key == partner.slug
    )
    for kind, day, count in session.execute(query):
        counted = _counted({kind: count})
        ever += counted
        month = day.replace(day=1)
        if month in found:
            found[month] += counted
    return Account(found, ever)


def listed(session: Session, now: datetime) -> list[Listed]:
    """Give all partners of the file with their totals."""
    since = (now - RECENT).date()
    recent = func.sum(case((Hit.day > since, Hit.count), else_=0))
    query = (
        select(Hit.key, Hit.kind, recent, func.sum(Hit.count))
        .where(Hit.kind.in_(KINDS.values()))
        .group_by(Hit.key, Hit.kind)
    )
    lately: dict[str, dict[str, int]] = {}
    ever: dict[str, dict[str, int]] = {}
    for slug, kind, few, many in session.execute(query):
        lately.setdefault(slug, {})[kind] = int(few)
        ever.setdefault(slug, {})[kind] = int(many)
    return [
        Listed(each, _counted(lately.get(each.slug, {})), _counted(ever.get(each.slug, {})))
        for each in partners(session)
    ]


def as_csv(found: Account, heads: Sequence[str], ever: str, separator: str) -> str:
    """Write an account as CSV; `heads`: of the columns, the month's first; `ever`: of all time."""
    lines = ((f"{month:%Y-%m}", *totals.all) for month, totals in found.months.items())
    return as_table([heads, *lines, (ever, *found.ever.all)], separator)


def _months(today: date) -> list[date]:
    """Give the first days of the last months."""
    last = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(last - MONTHS + 1, last + 1)]


def _counted(by_kind: Mapping[str, int]) -> Totals:
    return Totals(**{name: by_kind.get(kind, 0) for name, kind in KINDS.items()})
