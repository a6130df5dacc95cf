"""What a campaign came to, summed up from its rows: by domain, over time, why some failed.

It reads every delivery of the campaign, in statements that the database works off by itself: for
the worker and the command line, not for a page. Pages read what `reports` has stored of it.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.orm import Session

from outreach.campaigns import queries
from outreach.campaigns.columns import Column, columns, finest
from outreach.campaigns.models import Campaign, ExclusionReason
from outreach.db.dialects import step_of
from outreach.delivery.batches import all_of
from outreach.delivery.failures import FailureClass
from outreach.delivery.models import SENT, WAITING, Address, Delivery, State
from outreach.delivery.troubles import Trouble, troubles

MOST_DOMAINS = 30
MOST_FAILURES = 60
"""Lines of a report; what is rarer is put together."""


@dataclass(frozen=True)
class DomainLine:
    """How the deliveries to one domain stand."""

    domain: str
    """As an A-label; empty for all the others together."""
    states: Mapping[State, int]


@dataclass(frozen=True)
class FailureLine:
    """How many failed, came back or are uncertain for one reason."""

    state: State
    kind: FailureClass
    code: int | None
    enhanced: str | None
    count: int
    words: str
    """One server's, without what names a person; empty for several reasons put together."""


@dataclass(frozen=True)
class Summary:
    """What a campaign came to, at one moment."""

    as_of: datetime
    mark: str
    took_ms: int
    domain_count: int
    domains: Sequence[DomainLine]
    """The largest first; the others together stand last."""
    times: Sequence[Column]
    failures: Sequence[FailureLine]
    """The most frequent first."""
    left_out: Mapping[ExclusionReason, int]


def mark_of(campaign: Campaign, standing: Mapping[State, int]) -> str:
    """Give a digest of all that moves while a campaign goes on; claims to and fro are no news."""
    waiting = sum(standing.get(state, 0) for state in WAITING)
    ended = sorted((int(state), n) for state, n in standing.items() if state not in WAITING and n)
    told = f"{campaign.cursor} {campaign.batch.planned_final} {waiting} {ended}"
    return sha256(told.encode()).hexdigest()[:32]


def sum_up(
    session: Session, campaign: Campaign, standing: Mapping[State, int], now: datetime
) -> Summary:
    """Read a campaign's rows, in a session that sees one moment (`Database.snapshot`)."""
    began = time.monotonic()
    by_domain = _by_domain(session, campaign)
    times = _times(session, campaign, now)
    failures = _failures(session, campaign)
    left_out = queries.left_out(session, campaign.id)
    return Summary(
        as_of=now,
        mark=mark_of(campaign, standing),
        took_ms=round((time.monotonic() - began) * 1000),
        domain_count=len(by_domain),
        domains=largest(by_domain),
        times=times,
        failures=failures,
        left_out=left_out,
    )


def largest(
    by_domain: Mapping[str, Mapping[State, int]], most: int = MOST_DOMAINS
) -> list[DomainLine]:
    """Give a line for each of the largest domains, and one for the others together."""
    order = sorted(by_domain, key=lambda name: (-sum(by_domain[name].values()), name))
    lines = [DomainLine(name, by_domain[name]) for name in order[:most]]
    others: Counter[State] = Counter()
    for name in order[most:]:
        others.update(by_domain[name])
    return [*lines, DomainLine("", others)] if others else lines


def frequent(counted: Mapping[FailureLine, int], most: int = MOST_FAILURES) -> list[FailureLine]:
    """Give a line for each of the most frequent reasons; the others of a class together."""
    order = sorted(counted, key=lambda line: (-counted[line], line.kind, line.code or 0))
    lines = [replace(line, count=counted[line]) for line in order[:most]]
    others: Counter[tuple[State, FailureClass]] = Counter()
    for line in order[most:]:
        others[line.state, line.kind] += counted[line]
    rest = [FailureLine(state, kind, None, None, n, "") for (state, kind), n in others.items()]
    return [*lines, *sorted(rest, key=lambda line: -line.count)]


def _by_domain(session: Session, campaign: Campaign) -> dict[str, dict[State, int]]:
    rows = session.execute(
        select(Address.domain, Delivery.state, func.count())
        .join(Address, Address.id == Delivery.address_id)
        .where(all_of(campaign.batch))
        .group_by(Address.domain, Delivery.state)
    )
    found: dict[str, dict[State, int]] = {}
    for domain, state, count in rows:
        found.setdefault(domain, {})[state] = count
    return found


def _times(session: Session, campaign: Campaign, now: datetime) -> list[Column]:
    began = campaign.batch.first_sent_at or now
    step = finest((campaign.ended_at or now) - began)
    at = step_of(Delivery.ended_at, literal_column(str(step))).label("at")
    ended = (*SENT, State.FAILED)
    rows = session.execute(
        select(
            at,
            func.sum(case((Delivery.state == State.FAILED, 0), else_=1)),
            func.sum(case((Delivery.state == State.FAILED, 1), else_=0)),
        )
        .where(all_of(campaign.batch), Delivery.state.in_(ended), Delivery.ended_at.is_not(None))
        .group_by(literal_column("at"))
        .order_by(literal_column("at"))
    )
    return columns(
        [
            Column(datetime.fromtimestamp(int(second), UTC), step, int(sent), int(failed))
            for second, sent, failed in rows
        ]
    )


def _failures(session: Session, campaign: Campaign) -> list[FailureLine]:
    counted: Counter[tuple[object, ...]] = Counter()
    words: dict[tuple[object, ...], Trouble] = {}
    for trouble in troubles(session, campaign.batch_id):
        key = (trouble.state, trouble.kind, trouble.code, trouble.enhanced)
        counted[key] += 1
        words.setdefault(key, trouble)
    return frequent(
        {
            FailureLine(one.state, one.kind, one.code, one.enhanced, 0, one.said): counted[key]
            for key, one in words.items()
        }
    )
