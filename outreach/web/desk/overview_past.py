"""What was scheduled of an edition, and what changed in its texts since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from outreach.campaigns.models import Campaign
from outreach.delivery.models import Message
from outreach.newsletters.differences import Difference, How, differences
from outreach.newsletters.models import Edition
from outreach.newsletters.proof import campaigns_of
from outreach.newsletters.publish import sources_checksum
from outreach.newsletters.snapshots import kept_sources
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.overview_wish import Wish

MOST_CAMPAIGNS = 20
MOST_DIFFERENCES = 60
"""Of one language: whoever changed more reads the text itself."""


@dataclass(frozen=True)
class Sent:
    """One campaign of the edition."""

    number: int
    topic: str
    state: str
    """In words."""
    send_at: datetime
    zone: str
    created_at: datetime
    languages: frozenset[str]
    url: str
    """Of its page in the desk; empty if there is none."""


@dataclass(frozen=True)
class Since:
    """One language, since it was scheduled."""

    language: str
    name: str
    how: How
    found: Sequence[Difference]
    more: int
    """Differences that are not shown."""


@dataclass(frozen=True)
class Past:
    """What was scheduled, the latest first."""

    campaigns: Sequence[Sent]
    compared: Sent | None
    """The campaign that the present text is held against."""
    kept: bool
    """Whether it is known what the text was then."""
    same: bool
    """Whether nothing has changed since."""
    since: Sequence[Since]


def past_of(desk: DeskVisit, edition: Edition, wish: Wish) -> Past:
    """Compare with the campaign that is looked at, or with the one that was scheduled last."""
    rows = campaigns_of(desk.visit.session, edition)[:MOST_CAMPAIGNS]
    languages = _languages(desk, rows)
    told = [_sent(desk, row, languages.get(row.batch_id, frozenset())) for row in rows]
    chosen = next((row for row in rows if row.id == wish.of), rows[0] if rows else None)
    if chosen is None:
        return Past(told, None, kept=False, same=True, since=())
    kept = kept_sources(desk.visit.session, chosen)
    now = {text.language: text for text in edition.translations}
    since = [
        _since(tag, desk.visit.language_title(tag), kept.get(tag), now.get(tag))
        for tag in dict.fromkeys([*now, *kept])
        if kept
    ]
    return Past(
        campaigns=told,
        compared=next(one for one in told if one.number == chosen.id),
        kept=bool(kept),
        same=chosen.checksum == sources_checksum(edition)
        or (bool(kept) and all(one.how is How.SAME for one in since)),
        since=since,
    )


def _since(language: str, name: str, before: object, after: object) -> Since:
    if before is None or after is None:
        return Since(language, name, How.ADDED if before is None else How.REMOVED, (), 0)
    found = differences(before, after)  # type: ignore[arg-type]
    how = How.CHANGED if found else How.SAME
    return Since(
        language, name, how, found[:MOST_DIFFERENCES], max(len(found) - MOST_DIFFERENCES, 0)
    )


def _languages(desk: DeskVisit, rows: Sequence[Campaign]) -> Mapping[int, frozenset[str]]:
    query = select(Message.batch_id, Message.language).where(
        Message.batch_id.in_([row.batch_id for row in rows])
    )
    found: dict[int, set[str]] = {}
    for batch, language in desk.visit.session.execute(query):
        found.setdefault(batch, set()).add(language)
    return {batch: frozenset(languages) for batch, languages in found.items()}


def _sent(desk: DeskVisit, row: Campaign, languages: frozenset[str]) -> Sent:
    return Sent(
        number=row.id,
        topic=desk.visit.text(row.topic.names) or row.topic.slug,
        state=desk.t(row.state),
        send_at=row.send_at,
        zone=row.zone,
        created_at=row.created_at,
        languages=languages,
        url=_url(row.id),
    )


def _url(number: int) -> str:
    path = f"/desk/campaigns/{number}"
    return path if current_app.url_map.bind("").test(path, "GET") else ""
