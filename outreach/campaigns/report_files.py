"""A campaign's report as files: its figures, and one line for each recipient; streamed."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.exports import as_table
from outreach.campaigns.models import Campaign, LanguageReason
from outreach.campaigns.queries import Figures, figures
from outreach.campaigns.summary import FailureLine, Summary
from outreach.db.database import Database
from outreach.delivery.batches import all_of
from outreach.delivery.models import Address, Delivery, Message, Outcome, State
from outreach.delivery.troubles import last_words

COUNTS = ("planned", "waiting", "sent", "failed", "suppressed", "cancelled", "uncertain")
LINE = ("part", "name", "figure", "count")
"""The columns of the figures: one figure a line, so that any spreadsheet can turn them."""
RECIPIENT = (
    "address",
    "language",
    "why_language",
    "state",
    "time",
    "code",
    "enhanced_code",
    "reply",
)
OTHERS = "(others)"
PAGE = 1_000


def counts(found: Figures) -> dict[str, int]:
    """Give the figures of the identity by name, planned first."""
    return {name: getattr(found, name) for name in COUNTS}


def figures_csv(
    languages: Mapping[str, Figures],
    total: Figures,
    summary: Summary | None,
    separator: str = ",",
) -> str:
    """Write the figures of a report as CSV; without a summary only what the counters know."""
    return as_table([LINE, *_figure_lines(languages, total, summary)], separator)


def deliveries_csv(database: Database, campaign_id: int, separator: str = ",") -> Iterator[str]:
    """Write one line for each recipient, a page at a time, each page read by itself."""
    yield as_table([RECIPIENT], separator)
    after = 0
    while True:
        with database.reading() as session:
            lines, after = _page(session, session.get_one(Campaign, campaign_id), after)
        if not lines:
            return
        yield as_table(lines, separator)


def _figure_lines(
    languages: Mapping[str, Figures], total: Figures, summary: Summary | None
) -> Iterator[tuple[object, ...]]:
    yield from _counted("all", "", total)
    for language, found in languages.items():
        yield from _counted("language", language, found)
    if summary is not None:
        yield "as_of", summary.as_of.isoformat(), "", ""
        for reason, count in summary.left_out.items():
            yield "left_out", reason.name.lower(), "people", count
        for domain in summary.domains:
            yield from _counted("domain", domain.domain or OTHERS, figures(domain.states))
        yield from _time_lines(summary)
        for line in summary.failures:
            yield "failure", failure_name(line), line.state.name.lower(), line.count


def failure_name(line: FailureLine) -> str:
    """Name a reason for programs, e.g. `mailbox 550 5.1.1`."""
    parts = (line.kind.name.lower(), line.code, line.enhanced)
    return " ".join(str(part) for part in parts if part)


def _counted(part: str, name: str, found: Figures) -> Iterator[tuple[object, ...]]:
    for figure, count in counts(found).items():
        yield part, name, figure, count


def _time_lines(summary: Summary) -> Iterator[tuple[object, ...]]:
    for column in summary.times:
        name = f"{column.at.isoformat()}/PT{column.seconds}S"
        yield "time", name, "sent", column.sent
        yield "time", name, "failed", column.failed


def _page(session: Session, campaign: Campaign, after: int) -> tuple[list[tuple[object, ...]], int]:
    rows = session.execute(
        select(
            Delivery.id,
            Delivery.state,
            Delivery.reason,
            Delivery.ended_at,
            Address.address,
            Message.language,
        )
        .join(Address, Address.id == Delivery.address_id)
        .join(Message, Message.id == Delivery.message_id)
        .where(all_of(campaign.batch), Delivery.id > after)
        .order_by(Delivery.id)
        .limit(PAGE)
    ).all()
    words = last_words(session, [row.id for row in rows if row.state not in _WITHOUT_WORDS])
    return [_line(row, words.get(row.id)) for row in rows], rows[-1].id if rows else after


_WITHOUT_WORDS = frozenset({State.SENT, State.DELIVERED, State.SUPPRESSED, State.CANCELLED})
"""What was said of an earlier try tells nothing of these."""


def _line(row: Any, outcome: Outcome | None) -> tuple[object, ...]:  # noqa: ANN401  (a Row)
    why = LanguageReason(row.reason).name.lower() if row.reason else ""
    told = (outcome.code, outcome.enhanced, outcome.reply) if outcome else ("", "", "")
    ended = row.ended_at.isoformat() if row.ended_at else ""
    return row.address, row.language, why, row.state.name.lower(), ended, *told
