"""Event → campaign: an invitation to those who have a topic, frozen in all its languages."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.audience.letters import list_headers
from outreach.audience.models import Topic
from outreach.audience.topics import topic_to_send
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.plan import Segment
from outreach.campaigns.schedule import NO_CANARY, Canary, Frozen, create
from outreach.content.faults import FaultyFiles, stored_faults
from outreach.content.resolver import Cards
from outreach.content.site import Site, load_site
from outreach.delivery.batches import remember_occasion
from outreach.delivery.models import Occasion
from outreach.errors import Refused
from outreach.events import announcing
from outreach.events.announcing import Paper
from outreach.events.models import Event, EventTranslation, Occurrence
from outreach.events.queries import Listed, event, is_past, shown
from outreach.events.registrants import dates_of
from outreach.events.state import TAKES_PLACE, slot_of
from outreach.links import Links
from outreach.mail.compiled import compile_message
from outreach.mail.compose import Composed, Letter, Stationery

_ANNOUNCEMENT = "announcement:"
Message = tuple[Composed, bytes]


@dataclass(frozen=True)
class Request:
    """What staff ask for."""

    event: str
    """Its slug."""
    on: date | None = None
    """Of a series: which date (as it was planned). None for the next one."""
    topic: str = ""
    """Whose subscribers are invited; empty for the event's own topic."""
    again: bool = False
    """Whether those who were invited before are invited once more."""


@dataclass(frozen=True)
class Announcement:
    """An event that is to be announced, and to whom."""

    listed: Listed
    topic: Topic
    occasion: str
    """The name of it: nobody is told twice for one occasion."""

    @property
    def title(self) -> str:
        """Say what staff will know the campaign by."""
        return campaign_title(self.listed)


def chosen(session: Session, request: Request, now: datetime) -> Announcement:
    """Give what is to be announced.

    Refused where it does not take place, is over or belongs to a topic that is gone, and with
    every fault of its files.
    """
    row = event(session, request.event)
    on = request.on
    found = shown(session, row, now) if on is None else Listed(row, dates_of(session, row, on)[0])
    slug = request.topic or row.topic
    if not slug:
        raise Refused("This event has no topic. Say whom to invite, with --topic.")
    topic = topic_to_send(session, slug)
    if found.status not in TAKES_PLACE:
        raise Refused("This event does not take place, so there is nothing to announce.")
    if is_past(found, now):
        raise Refused("This event is over.")
    _refuse_faults(session, found.slug)
    return Announcement(found, topic, _next_occasion(session, found, again=request.again))


def segment(session: Session, announcement: Announcement) -> Segment:
    """Say who would be invited: those who take part already are left out. Changes nothing."""
    known = select(Occasion.id).where(Occasion.name == announcement.occasion)
    listed = announcement.listed
    return Segment(
        announcement.topic.id,
        session.scalars(known).one_or_none(),
        without_event=listed.slug,
        without_on=listed.occurrence.original,
    )


def languages(site: Site, listed: Listed) -> Languages:
    """Give the languages that an announcement speaks."""
    spoken = frozenset(text.language for text in listed.translations)
    return Languages(spoken, site.default_language, site.fallback)


def messages(paper: Paper, stationery: Stationery) -> dict[str, Message]:
    """Compose and compile the announcement in each language that the event has."""
    return written(
        paper, stationery, announcing.invitation, "announcement", calendar=announcing.calendar_file
    )


def written(
    paper: Paper,
    stationery: Stationery,
    write: Callable[[Paper, EventTranslation], Letter],
    sort: str,
    *,
    calendar: Callable[[Paper, EventTranslation], str] = lambda _paper, _text: "",
) -> dict[str, Message]:
    """Compose and compile a letter about an event in each language that it has.

    `sort`: what the mail is, for Feedback-ID; `calendar` gives the file that goes with it.
    """
    feedback, found = f"{paper.listed.slug}:{sort}", {}
    for text in paper.listed.translations:
        composed = stationery.compose(write(paper, text))
        headers = list_headers(paper.site, paper.links, paper.topic, text.language, feedback)
        content = compile_message(composed, headers, published=calendar(paper, text))
        found[text.language] = composed, content
    return found


def announce(
    paper: Paper,
    stationery: Stationery,
    announcement: Announcement,
    *,
    send_at: datetime,
    zone: str,
    canary: Canary = NO_CANARY,
) -> Campaign:
    """Freeze an announcement into a scheduled campaign."""
    session = paper.session
    frozen = Frozen(
        title=announcement.title,
        occasion=session.get_one(Occasion, remember_occasion(session, announcement.occasion)),
        topic=announcement.topic,
        messages=messages(paper, stationery),
        languages=languages(paper.site, announcement.listed),
        send_at=send_at,
        zone=zone,
        checksum=checksum(announcement.listed),
        without_event=announcement.listed.slug,
        without_on=announcement.listed.occurrence.original,
        canary=canary,
    )
    return create(session, frozen, paper.now)


def paper_for(
    session: Session,
    links: Links,
    cards: Callable[[str], Cards],
    announcement: Announcement,
    now: datetime,
) -> Paper:
    """Collect what composing an announcement needs."""
    site = load_site(session, links)
    return Paper(session, site, links, cards, announcement.listed, announcement.topic, now)


def campaign_title(listed: Listed) -> str:
    """Name what is sent about an event, e.g. `events/open-hour 2026-12-09`."""
    on = f" {listed.occurrence.original}" if listed.occurrence.in_series else ""
    return f"events/{listed.slug}{on}"


def checksum(listed: Listed) -> str:
    """Give one checksum (SHA-256, hex) of the texts of all languages, and of when it is."""
    lines = [f"{text.language} {text.checksum}\n" for text in listed.translations]
    said = "".join(sorted([*lines, slot_of(listed.occurrence).text]))
    return hashlib.sha256(said.encode()).hexdigest()


def announcements(session: Session, listed: Listed) -> Sequence[Campaign]:
    """Give the campaigns that announced an event, of a series on this date, the oldest first."""
    name = occasion_name(listed)
    return session.scalars(
        select(Campaign)
        .join(Occasion, Occasion.id == Campaign.occasion_id)
        .where(
            or_(Occasion.name == name, Occasion.name.startswith(f"{name}:again:", autoescape=True)),
            Campaign.state != CampaignState.CANCELLED,
        )
        .order_by(Campaign.id)
    ).all()


def stale(session: Session) -> Sequence[Campaign]:
    """Give the announcements that have not ended and say what is not so any more."""
    going = session.scalars(
        select(Campaign)
        .join(Occasion, Occasion.id == Campaign.occasion_id)
        .where(
            Occasion.name.startswith(_ANNOUNCEMENT, autoescape=True),
            Campaign.state.not_in((CampaignState.SENT, CampaignState.CANCELLED)),
        )
        .order_by(Campaign.id)
    )
    return [campaign for campaign in going if not _is_still_so(session, campaign)]


def _is_still_so(session: Session, campaign: Campaign) -> bool:
    found = session.scalars(
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.slug == campaign.without_event, Occurrence.original == campaign.without_on)
    ).one_or_none()
    return found is not None and checksum(Listed(found.event, found)) == campaign.checksum


def occasion_name(listed: Listed) -> str:
    """Name the occasion of the first announcement, e.g. `announcement:open-hour:2026-12-09`."""
    on = f":{listed.occurrence.original}" if listed.occurrence.in_series else ""
    return f"{_ANNOUNCEMENT}{listed.slug}{on}"


def _next_occasion(session: Session, listed: Listed, *, again: bool) -> str:
    name = occasion_name(listed)
    if not again:
        return name
    times = {campaign.occasion_id for campaign in announcements(session, listed)}
    return f"{name}:again:{len(times)}" if times else name


def _refuse_faults(session: Session, slug: str) -> None:
    faults = stored_faults(session, f"content/events/{slug}/")
    if faults:
        raise FaultyFiles(
            "%(event)s cannot be announced before this is mended:\n%(faults)s", faults, event=slug
        )
