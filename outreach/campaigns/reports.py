"""Reports as rows: which are due, writing one, reading one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.campaigns import queries
from outreach.campaigns.columns import Column
from outreach.campaigns.models import Campaign
from outreach.campaigns.report_models import (
    ReportDomain,
    ReportExclusion,
    ReportFailure,
    ReportHead,
    ReportTime,
)
from outreach.campaigns.summary import DomainLine, FailureLine, Summary, mark_of, sum_up
from outreach.db.database import Database
from outreach.db.dialects import insert_into
from outreach.delivery.models import State

AT_MOST_EVERY = timedelta(minutes=1)
REST = 30
"""What took long rests this many times as long: summing up is never more than a thirtieth of it."""
_PARTS = (ReportDomain, ReportTime, ReportFailure, ReportExclusion)


def due(session: Session, now: datetime) -> list[int]:
    """Give the campaigns whose counters have moved since their report, if it is time for another.

    A campaign that has ended since is summed up at once; bounces may make it due again later.
    """
    rows = session.execute(
        select(Campaign, ReportHead)
        .outerjoin(ReportHead, ReportHead.campaign_id == Campaign.id)
        .order_by(Campaign.id)
    ).all()
    standing = queries.standings(session, [campaign.batch_id for campaign, _head in rows])
    return [
        campaign.id
        for campaign, head in rows
        if (standing[campaign.batch_id] or campaign.cursor)
        and _is_due(campaign, head, mark_of(campaign, standing[campaign.batch_id]), now)
    ]


def _is_due(campaign: Campaign, head: ReportHead | None, mark: str, now: datetime) -> bool:
    if head is None:
        return True
    if head.mark == mark:
        return False
    if campaign.ended_at is not None and head.as_of <= campaign.ended_at:
        return True
    return head.as_of + max(AT_MOST_EVERY, timedelta(milliseconds=head.took_ms * REST)) <= now


def summarise(database: Database, campaign_id: int, now: datetime) -> Summary:
    """Sum up one campaign as it stands, and write nothing: a long look, at one moment."""
    with database.snapshot() as session:
        campaign = session.get_one(Campaign, campaign_id)
        return sum_up(session, campaign, queries.standing(session, campaign), now)


def store(session: Session, campaign_id: int, summary: Summary) -> bool:
    """Write a report in the place of an older one; False if another worker was later than we."""
    head = {
        "as_of": summary.as_of,
        "mark": summary.mark,
        "took_ms": summary.took_ms,
        "domains": summary.domain_count,
    }
    written = session.execute(
        insert_into(session, ReportHead)
        .values(campaign_id=campaign_id, **head)
        .on_conflict_do_update(
            index_elements=[ReportHead.campaign_id],
            set_=head,
            where=ReportHead.as_of <= summary.as_of,
        )
        .returning(ReportHead.campaign_id)
    ).all()
    if not written:
        return False
    for part in _PARTS:
        session.execute(delete(part).where(part.campaign_id == campaign_id))
        rows = _rows(part, summary)
        if rows:
            values = [{"campaign_id": campaign_id, **row} for row in rows]
            session.execute(insert_into(session, part), values)
    return True


def stored(session: Session, campaign_id: int) -> Summary | None:
    """Give the last report of a campaign; None if none was written yet."""
    head = session.get(ReportHead, campaign_id, populate_existing=True)
    if head is None:
        return None
    return Summary(
        as_of=head.as_of,
        mark=head.mark,
        took_ms=head.took_ms,
        domain_count=head.domains,
        domains=_domains(session, campaign_id),
        times=[
            Column(row.at, row.seconds, row.sent, row.failed)
            for row in _part(session, ReportTime, campaign_id, ReportTime.at)
        ],
        failures=[
            FailureLine(row.state, row.kind, row.code, row.enhanced, row.count, row.words)
            for row in _part(session, ReportFailure, campaign_id, ReportFailure.position)
        ],
        left_out={
            row.reason: row.count
            for row in _part(session, ReportExclusion, campaign_id, ReportExclusion.reason)
        },
    )


def _domains(session: Session, campaign_id: int) -> list[DomainLine]:
    states: dict[tuple[int, str], dict[State, int]] = {}
    for row in _part(session, ReportDomain, campaign_id, ReportDomain.position):
        states.setdefault((row.position, row.domain), {})[row.state] = row.count
    return [DomainLine(domain, counts) for (_position, domain), counts in states.items()]


def _part(session: Session, part: Any, campaign_id: int, order: Any) -> Sequence[Any]:  # noqa: ANN401
    rows: Sequence[Any] = session.scalars(
        select(part).where(part.campaign_id == campaign_id).order_by(order)
    ).all()
    return rows


def _rows(part: type, summary: Summary) -> list[dict[str, object]]:
    """Give the rows of one table of the report."""
    if part is ReportDomain:
        return [
            {"position": position, "state": state, "domain": line.domain, "count": count}
            for position, line in enumerate(summary.domains)
            for state, count in line.states.items()
        ]
    if part is ReportTime:
        return [
            {"at": each.at, "seconds": each.seconds, "sent": each.sent, "failed": each.failed}
            for each in summary.times
        ]
    if part is ReportFailure:
        return [
            {
                "position": position,
                "state": line.state,
                "kind": line.kind,
                "code": line.code,
                "enhanced": line.enhanced,
                "count": line.count,
                "words": line.words,
            }
            for position, line in enumerate(summary.failures)
        ]
    return [{"reason": reason, "count": count} for reason, count in summary.left_out.items()]
