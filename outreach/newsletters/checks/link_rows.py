"""What is known of links: asked for as rows, looked at by a worker, kept for an hour."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.newsletters.checks.looking import LONGEST_URL, Outcome
from outreach.newsletters.checks.models import LinkCheck, Problem

KEPT = timedelta(hours=1)
"""How long a result counts."""
GIVEN_UP = timedelta(minutes=4)
"""After this a link that a worker took on and never told about is due again."""
PATIENCE = timedelta(minutes=10)
"""After this a link that nobody looked at counts as not asked for."""
AGAIN = timedelta(seconds=30)
"""A result younger than this is not asked for again, however often a button is pressed."""
MOST = 500
"""Links of one edition that are looked at."""
FORGOTTEN = timedelta(days=30)
"""After this nobody knows any more that a link was ever looked at."""


def ask(session: Session, urls: Iterable[str], now: datetime, *, again: bool = False) -> int:
    """Ask for links to be looked at; give how many are new on the list.

    What is known or on the list is left alone; with `again`, only what is on the list.
    """
    session.execute(delete(LinkCheck).where(LinkCheck.asked_at < now - FORGOTTEN))
    wanted = {digest(url): url for url in urls if len(url) <= LONGEST_URL}
    rows = _rows(session, wanted)
    oldest = now - (AGAIN if again else KEPT)
    due = [
        key
        for key in list(wanted)[:MOST]
        if key not in rows or not (is_fresh(rows[key], oldest) or is_pending(rows[key], now))
    ]
    values = [{"digest": key, "url": wanted[key], "asked_at": now} for key in sorted(due)]
    if values:
        insert = insert_into(session, LinkCheck).values(
            [{**each, "status": 0, "final_url": "", "problem": ""} for each in values]
        )
        again_asked = {"asked_at": insert.excluded.asked_at, "claimed_at": None}
        session.execute(
            insert.on_conflict_do_update(index_elements=[LinkCheck.digest], set_=again_asked)
        )
    return len(values)


def known(session: Session, urls: Iterable[str], now: datetime) -> Mapping[str, LinkCheck]:
    """Give the row of each link that was looked at within the last hour, by its address."""
    rows = _rows(session, {digest(url): url for url in urls})
    return {row.url: row for row in rows.values() if is_fresh(row, now - KEPT)}


def pending(session: Session, urls: Iterable[str], now: datetime) -> int:
    """Count the links that were asked for and not looked at yet."""
    rows = _rows(session, {digest(url): url for url in urls})
    return sum(is_pending(row, now) for row in rows.values())


def claim(session: Session, count: int, now: datetime) -> list[str]:
    """Take some links on, the longest asked for first; give their addresses."""
    due = (
        select(LinkCheck.digest)
        .where(_due(now))
        .order_by(LinkCheck.asked_at, LinkCheck.digest)
        .limit(count)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(LinkCheck)
        .where(LinkCheck.digest.in_(select(due.c.digest)))
        .values(claimed_at=now)
        .returning(LinkCheck.url)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(taken))


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether any link waits to be taken on, without writing."""
    query = select(LinkCheck.digest).where(_due(now)).limit(1)
    return session.execute(query).first() is not None


def record(session: Session, outcomes: Mapping[str, Outcome], now: datetime) -> None:
    """Write down how links answered, in the order of their keys so that no two writers lock up."""
    keyed = sorted((digest(url), url, outcome) for url, outcome in outcomes.items())
    if not keyed:
        return
    insert = insert_into(session, LinkCheck).values(
        [
            {
                "digest": key,
                "url": url,
                "asked_at": now,
                "claimed_at": None,
                "checked_at": now,
                "status": outcome.status,
                "final_url": _cleaned(outcome.final_url),
                "problem": str(outcome.problem),
            }
            for key, url, outcome in keyed
        ]
    )
    told = ("claimed_at", "checked_at", "status", "final_url", "problem")
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[LinkCheck.digest], set_={name: insert.excluded[name] for name in told}
        )
    )


def outcome(row: LinkCheck) -> Outcome:
    """Give what a row tells."""
    return Outcome(row.status, row.final_url, Problem(row.problem))


def is_fresh(row: LinkCheck, since: datetime) -> bool:
    """Tell whether a link has been looked at since a moment."""
    return row.checked_at is not None and row.checked_at > since


def is_pending(row: LinkCheck, now: datetime) -> bool:
    """Tell whether a link is on the list of a worker."""
    looked = row.checked_at is not None and row.checked_at >= row.asked_at
    return not looked and row.asked_at >= now - PATIENCE


def digest(url: str) -> str:
    """Give the key of an address."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        LinkCheck.asked_at >= now - PATIENCE,
        or_(LinkCheck.checked_at.is_(None), LinkCheck.checked_at < LinkCheck.asked_at),
        or_(LinkCheck.claimed_at.is_(None), LinkCheck.claimed_at < now - GIVEN_UP),
    )


def _rows(session: Session, wanted: Mapping[str, str] | Sequence[str]) -> dict[str, LinkCheck]:
    query = select(LinkCheck).where(LinkCheck.digest.in_(list(wanted)))
    return {row.digest: row for row in session.scalars(query)} if wanted else {}


def _cleaned(url: str) -> str:
    """Give an address that a row can hold, whatever a server wrote."""
    return "".join(each for each in url[:LONGEST_URL] if each.isprintable())
