"""Edition → campaign: checked, composed once a language, compiled and frozen."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience.letters import list_headers
from outreach.audience.models import Topic
from outreach.audience.topics import topic_to_send
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign
from outreach.campaigns.schedule import Frozen, create
from outreach.content.faults import FaultyFiles, stored_faults
from outreach.content.site import Site
from outreach.links import Links
from outreach.log import logger
from outreach.mail.compiled import Headers, compile_message
from outreach.mail.compose import Stationery
from outreach.newsletters.compose import Desk, compose_text, desk_for, edition_faults, folder
from outreach.newsletters.models import Edition
from outreach.newsletters.queries import edition_to_send
from outreach.newsletters.snapshots import keep_sources


@dataclass(frozen=True)
class ScheduleRequest:
    """What staff ask for."""

    edition: str
    """E.g. `wrm/2020-07`."""
    topic: str
    """The topic's slug: whoever is subscribed to it gets the edition."""
    send_at: datetime
    """Aware; `campaigns.schedule.send_time` makes it from a wall time."""
    zone: str
    """The zone in which staff chose the time."""
    by: str = ""
    """Who asked."""


def schedule_edition(
    session: Session, stationery: Stationery, links: Links, request: ScheduleRequest, now: datetime
) -> Campaign:
    """Freeze an edition into a scheduled campaign, in the languages that it has.

    Refused with every fault of its files, so that nothing half mended is sent.
    """
    edition = edition_to_send(session, request.edition)
    topic = topic_to_send(session, request.topic)
    desk = desk_for(session, stationery, links, edition=edition, topic=topic, now=now)
    _refuse_faults(desk, edition)
    composed = [compose_text(desk, edition, text) for text in edition.translations]
    frozen = Frozen(
        title=edition.name,
        occasion=edition.occasion,
        topic=topic,
        messages={
            each.language: (
                each,
                compile_message(
                    each,
                    edition_headers(
                        desk.site, links, edition=edition, topic=topic, language=each.language
                    ),
                ),
            )
            for each in composed
        },
        languages=Languages(
            available=frozenset(each.language for each in composed),
            default=desk.site.default_language,
            chains=desk.site.fallback,
        ),
        send_at=request.send_at,
        zone=request.zone,
        checksum=sources_checksum(edition),
    )
    campaign = create(session, frozen, now)
    keep_sources(session, campaign, edition)
    logger("newsletters.publish").debug(
        "scheduled", campaign=campaign.id, edition=edition.name, by=request.by
    )
    return campaign


def edition_headers(
    site: Site, links: Links, *, edition: Edition, topic: Topic, language: str
) -> Headers:
    """Give the headers of an edition in one language."""
    feedback = f"{edition.newsletter.slug}-{edition.slug}:newsletter"
    return list_headers(site, links, topic, language, feedback)


def sources_checksum(edition: Edition) -> str:
    """Give one checksum (SHA-256, hex) of the texts of all languages."""
    lines = (f"{text.language} {text.checksum}\n" for text in edition.translations)
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _refuse_faults(desk: Desk, edition: Edition) -> None:
    """Refuse for what the last sync found, and for what has gone from the rows since."""
    own = f"{folder(edition)}/"
    newsletter = f"content/newsletters/{edition.newsletter.slug}/newsletter.toml"
    found = [*stored_faults(desk.session, own, newsletter), *edition_faults(desk, edition)]
    faults = list({str(fault): fault for fault in found}.values())
    if faults:
        raise FaultyFiles(
            "%(edition)s cannot be scheduled before this is mended:\n%(faults)s",
            faults,
            edition=edition.name,
        )
