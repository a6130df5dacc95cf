"""Edition → campaign: checked, composed once a language, compiled and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience.letters import list_headers
from outreach.audience.models import Topic
from outreach.audience.topics import topic_to_send
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, Missing
from outreach.campaigns.schedule import NO_CANARY, Canary, Frozen, create
from outreach.content.faults import Fault, FaultyFiles
from outreach.content.site import load_site
from outreach.errors import Refused
from outreach.links import Links
from outreach.log import logger
from outreach.mail.compiled import compile_message
from outreach.mail.compose import Composed, Stationery
from outreach.newsletters.checks.edition import all_faults, failing
from outreach.newsletters.compose import Desk, compose_text, desk_for
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
    local_time: bool = False
    """Whether everybody gets it at that time of day where they are."""
    missing: Mapping[str, Missing] = field(default_factory=dict)
    """What becomes of those whose language is missing, by language; others fall back."""
    canary: Canary = NO_CANARY
    segment: str = ""
    """The slug of a segment: of the topic's subscribers, only those whom it selects."""


@dataclass(frozen=True)
class Written:
    """An edition composed and compiled for a topic, checked, and not yet kept."""

    sources: str
    """SHA-256 (hex) of the texts that it was made of."""
    messages: Mapping[str, tuple[Composed, bytes]]


def write_edition(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    topic: Topic,
    now: datetime,
) -> Written:
    """Compose and compile each language; Refused with every fault and failing check.

    Only reads. It takes its time: better before a write begins than within it.
    """
    desk = desk_for(session, stationery, links, edition=edition, topic=topic, now=now)
    _refuse_faults(desk, edition)
    composed = [compose_text(desk, edition, text) for text in edition.translations]
    _refuse_failing(desk, edition, composed)
    messages = {each.language: compiled(desk, edition, each) for each in composed}
    return Written(edition.sources_checksum, messages)


def schedule_edition(
    session: Session, stationery: Stationery, links: Links, request: ScheduleRequest, now: datetime
) -> Campaign:
    """Freeze an edition into a scheduled campaign, in the languages that it has.

    Refused with every fault of its files, so that nothing half mended is sent.
    """
    edition = edition_to_send(session, request.edition)
    topic = topic_to_send(session, request.topic)
    written = write_edition(session, stationery, links, edition=edition, topic=topic, now=now)
    return schedule_written(session, links, written, request, now)


def schedule_written(
    session: Session, links: Links, written: Written, request: ScheduleRequest, now: datetime
) -> Campaign:
    """Freeze what has been written; Refused if the texts have changed since."""
    edition = edition_to_send(session, request.edition)
    if edition.sources_checksum != written.sources:
        raise Refused("Nothing has been scheduled: the edition has changed meanwhile. Try again.")
    site = load_site(session, links)
    frozen = Frozen(
        title=edition.name,
        occasion=edition.occasion,
        topic=topic_to_send(session, request.topic),
        messages=written.messages,
        languages=Languages(
            available=frozenset(written.messages),
            default=site.default_language,
            chains=site.fallback,
            missing=request.missing,
        ),
        send_at=request.send_at,
        zone=request.zone,
        checksum=written.sources,
        local_time=request.local_time,
        canary=request.canary,
        segment=request.segment,
    )
    campaign = create(session, frozen, now)
    keep_sources(session, campaign, edition)
    logger("newsletters.publish").debug(
        "scheduled", campaign=campaign.id, edition=edition.name, by=request.by
    )
    return campaign


def compiled(
    desk: Desk, edition: Edition, composed: Composed, *, sort: str = "newsletter"
) -> tuple[Composed, bytes]:
    """Give a composed language with its compiled content. `sort`: of mail, for Feedback-ID.

    Where the topic has gone, the headers name it all the same.
    """
    topic = desk.topic or Topic(id=0, slug=edition.newsletter.topic, names={})
    feedback = f"{edition.newsletter.slug}-{edition.slug}:{sort}"
    headers = list_headers(desk.site, desk.links, topic, composed.language, feedback)
    return composed, compile_message(composed, headers)


def _refuse_faults(desk: Desk, edition: Edition) -> None:
    """Refuse for what the last sync found, and for what has gone from the rows since."""
    _refuse(edition, all_faults(desk, edition))


def _refuse_failing(desk: Desk, edition: Edition, composed: list[Composed]) -> None:
    """Refuse for what the checks find in the letters, such as dead links."""
    _refuse(edition, [each.fault for each in failing(desk, edition, composed)])


def _refuse(edition: Edition, faults: list[Fault]) -> None:
    if faults:
        raise FaultyFiles(
            "%(edition)s cannot be scheduled before this is mended:\n%(faults)s",
            faults,
            edition=edition.name,
        )
