"""Afterwards, to those who were invited and did not register: a campaign to whom it was announced.

Who took part and who could not come are told as registrants (`events.followup`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.campaigns.models import Campaign
from outreach.campaigns.plan import Segment, language_plan
from outreach.campaigns.schedule import Frozen, create
from outreach.content.resolver import Cards
from outreach.content.site import load_site
from outreach.delivery.batches import remember_occasion
from outreach.delivery.models import Occasion
from outreach.events import announcing
from outreach.events.announce import (
    announcements,
    campaign_title,
    checksum,
    languages,
    occasion_name,
    written,
)
from outreach.events.announcing import Paper
from outreach.events.models import Occurrence
from outreach.events.queries import Listed
from outreach.events.registration_models import Purge
from outreach.links import Links
from outreach.mail.compose import Stationery


@dataclass(frozen=True)
class Invited:
    """To whom an event had been announced: those of one topic."""

    topic: Topic
    segment: Segment


def invited(session: Session, row: Occurrence) -> list[Invited]:
    """Give to whom one date had been announced, by topic; who takes part is left out of each.

    Nobody once registrants were purged: then it is not known any more who took part. Changes
    nothing.
    """
    if (
        session.scalars(select(Purge.occurrence_id).where(Purge.occurrence_id == row.id)).first()
        is not None
    ):
        return []
    listed = Listed(row.event, row)
    sent = announcements(session, listed)
    known = select(Occasion.id).where(Occasion.name == _occasion(listed))
    reached = tuple(sorted({campaign.occasion_id for campaign in sent}))
    topics = {campaign.topic_id: campaign.topic for campaign in sent}
    return [
        Invited(
            topic,
            Segment(
                topic.id,
                session.scalars(known).one_or_none(),
                without_event=listed.slug,
                without_on=row.original,
                reached_by=reached,
            ),
        )
        for topic in topics.values()
    ]


def planned_for_invited(
    session: Session, links: Links, row: Occurrence, now: datetime
) -> dict[str, int]:
    """Count, by language, who was invited and did not register. Changes nothing."""
    spoken = languages(load_site(session, links), Listed(row.event, row))
    counted: dict[str, int] = {}
    for each in invited(session, row):
        plan = language_plan(session, each.segment, spoken, now)
        for language, number in plan.by_language.items():
            counted[language] = counted.get(language, 0) + number
    return counted


def tell_invited(
    session: Session,
    stationery: Stationery,
    links: Links,
    cards: Callable[[str], Cards],
    row: Occurrence,
    now: datetime,
) -> Sequence[Campaign]:
    """Start a campaign a topic, at once; nobody gets two. None where nothing was announced."""
    listed, site = Listed(row.event, row), load_site(session, links)
    return [
        _start(
            Paper(session, site, links, cards, listed, each.topic, now), stationery, each.segment
        )
        for each in invited(session, row)
    ]


def _start(paper: Paper, stationery: Stationery, segment: Segment) -> Campaign:
    session, listed = paper.session, paper.listed
    frozen = Frozen(
        title=f"{campaign_title(listed)} (afterwards)",
        occasion=session.get_one(Occasion, remember_occasion(session, _occasion(listed))),
        topic=paper.topic,
        messages=written(paper, stationery, announcing.afterwards, "follow-up"),
        languages=languages(paper.site, listed),
        send_at=paper.now,
        zone=listed.zone or "UTC",
        checksum=checksum(listed),
        without_event=segment.without_event,
        without_on=segment.without_on,
        reached_by=segment.reached_by,
    )
    return create(session, frozen, paper.now)


def _occasion(listed: Listed) -> str:
    return f"follow-up-{occasion_name(listed)}"
