"""What was scheduled of an edition, and what changed in its texts since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.campaigns.models import Campaign
from outreach.newsletters.differences import Difference, How, differences
from outreach.newsletters.models import Edition
from outreach.newsletters.proof import campaigns_of
from outreach.newsletters.snapshots import kept_sources
from outreach.web.desk import places
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import subjects
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
    known = subjects(desk.visit.session, rows)
    told = [_sent(desk, row, frozenset(known[row.id])) for row in rows]
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
        same=chosen.checksum == edition.sources_checksum
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


def _sent(desk: DeskVisit, row: Campaign, languages: frozenset[str]) -> Sent:
    return Sent(
        number=row.id,
        topic=desk.visit.text(row.topic.names) or row.topic.slug,
        state=desk.t(row.state),
        send_at=row.send_at,
        zone=row.zone,
        created_at=row.created_at,
        languages=languages,
        url=places.campaign(row.id),
    )
