"""Freezing a campaign and moving it: schedule, start, pause, resume, cancel."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.segment_rows import name_of, rule_of, segment
from outreach.audience.segment_rules import to_data
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, CampaignState, CanaryState
from outreach.delivery import batches
from outreach.delivery.models import Occasion, Stream
from outreach.errors import Refused, Sentence
from outreach.mail.compose import Composed
from outreach.times import Choice, first_moment, instant

PAST = Sentence("That time is past. Choose a later one, or send now.")


@dataclass(frozen=True)
class Canary:
    """A first wave: the campaign holds by itself if too many of it fail."""

    size: int
    """How many people of each language at most; 0 for no wave."""
    share: int
    """The percentage that may fail in each language."""


NO_CANARY = Canary(0, 0)


@dataclass(frozen=True)
class Frozen:
    """All that is fixed when a campaign is scheduled."""

    title: str
    """How staff will know it, e.g. `wrm/2020-07`."""
    occasion: Occasion
    """Shared by every campaign of one edition: nobody gets it twice."""
    topic: Topic
    messages: Mapping[str, tuple[Composed, bytes]]
    """By language: the composed message and its compiled content (`outreach.mail.compiled`)."""
    languages: Languages
    send_at: datetime
    zone: str
    """The zone in which staff chose the time."""
    checksum: str
    """SHA-256 (hex) of the sources."""
    without_event: str | None = None
    """The slug of an event: whoever takes part in it is left out."""
    without_on: date | None = None
    """The occurrence of that event, by its original date."""
    reached_by: tuple[int, ...] = ()
    """Only those whom one of these occasions has reached."""
    local_time: bool = False
    """Whether everybody gets it at that time of day where they are."""
    canary: Canary = NO_CANARY
    segment: str = ""
    """Only those whom this segment (its slug) selects, by its rule as it is now."""


def create(session: Session, frozen: Frozen, now: datetime) -> Campaign:
    """Schedule a campaign: its batch, its messages, itself. `send_at=now` starts it at once.

    Refused if the time is past, or if a language of the plan has no message.
    """
    if frozen.send_at < now:
        raise Refused(PAST.text)
    _refuse_beside_paused(session, frozen.occasion)
    if frozen.languages.available != frozenset(frozen.messages) or not frozen.messages:
        raise Refused("There is no message to send. Write the edition in at least one language.")
    batch = batches.open_batch(
        session,
        name=f"campaign:new:{secrets.token_hex(8)}",
        stream=Stream.BULK,
        list_name=frozen.topic.slug,
        list_number=frozen.topic.id,
        now=now,
    )
    for _language, (composed, content) in sorted(frozen.messages.items()):
        batches.add_message(session, batch, composed, content)
    campaign = Campaign(
        occasion=frozen.occasion,
        batch=batch,
        topic=frozen.topic,
        title=frozen.title,
        state=CampaignState.SCHEDULED,
        send_at=frozen.send_at,
        zone=frozen.zone,
        chains={language: list(chain) for language, chain in frozen.languages.chains.items()},
        default_language=frozen.languages.default,
        checksum=frozen.checksum,
        missing={language: str(fate) for language, fate in frozen.languages.missing.items()},
        without_event=frozen.without_event,
        without_on=frozen.without_on,
        reached_by=list(frozen.reached_by),
        local_time=frozen.local_time,
        start_at=first_moment(frozen.send_at, frozen.zone) if frozen.local_time else None,
        canary=_first_state(frozen),
        canary_size=frozen.canary.size,
        canary_share=frozen.canary.share,
        **_segment(session, frozen),
        created_at=now,
        cursor=0,
    )
    session.add(campaign)
    session.flush()
    batch.name = f"campaign:{campaign.id}"
    session.flush()
    return campaign


def _refuse_beside_paused(session: Session, occasion: Occasion) -> None:
    """Refuse while a paused campaign of the same has mails waiting: they would count as reached."""
    session.flush()
    paused = session.scalars(
        select(Campaign).where(
            Campaign.occasion_id == occasion.id, Campaign.state == CampaignState.PAUSED
        )
    )
    for campaign in paused:
        waiting = batches.tallies(session, [campaign.batch_id]).waiting
        if waiting:
            raise Refused(
                "Campaign %(number)s of the same is paused, and %(waiting)s of its mails wait. Let "
                "it go on or cancel it first: otherwise those people might get nothing.",
                number=campaign.id,
                waiting=waiting,
            )


def _segment(session: Session, frozen: Frozen) -> dict[str, Any]:
    """Freeze the rule: whoever changes or deletes the segment later changes nothing here."""
    if not frozen.segment:
        return {}
    row = segment(session, frozen.segment)
    return {
        "segment_slug": row.slug,
        "segment_title": name_of(row, frozen.languages.default),
        "segment_names": dict(row.names),
        "segment_rule": to_data(rule_of(row)),
    }


def send_time(
    wall: datetime, zone_name: str, *, choice: Choice | None = None, now: datetime
) -> datetime:
    """Turn the wall time that staff chose into a moment; Refused if skipped, twofold or past."""
    moment = instant(wall, zone_name, choice=choice)
    if moment < now:
        raise Refused(
            "%(wall)s in %(zone)s is past. Choose a later time, or send now.",
            wall=wall,
            zone=zone_name,
        )
    return moment


def _first_state(frozen: Frozen) -> CanaryState:
    """By everybody's own time the earliest zones are the wave: nobody else is kept waiting."""
    if not frozen.canary.size:
        return CanaryState.NONE
    return CanaryState.WATCHED if frozen.local_time else CanaryState.DUE


def pause(session: Session, campaign: Campaign, now: datetime) -> None:
    """Hold a campaign: what is on the wire goes, nothing else does."""
    _lock(session, campaign)
    campaign.move(CampaignState.PAUSED, now)
    batches.pause(session, campaign.batch)


def resume(session: Session, campaign: Campaign, now: datetime) -> None:
    """Let a paused campaign go on where it stood; what became due meanwhile starts at once."""
    _lock(session, campaign)
    if campaign.state != CampaignState.PAUSED:
        raise Refused("This campaign is %(state)s, not paused.", state=Sentence(campaign.state))
    if campaign.canary is CanaryState.HELD:
        campaign.canary = CanaryState.PASSED
    elif campaign.canary is CanaryState.WATCHED:
        campaign.canary_at = now
    begun = campaign.started_at is not None
    campaign.move(CampaignState.SENDING if begun else CampaignState.SCHEDULED, now)
    batches.resume(session, campaign.batch)


def cancel(session: Session, campaign: Campaign, now: datetime) -> None:
    """End a campaign for good: whoever has not got it will not."""
    _lock(session, campaign)
    campaign.move(CampaignState.CANCELLED, now)
    batches.finish_planning(session, campaign.batch)
    batches.close(session, campaign.batch, now)


def take_back(session: Session, campaign: Campaign, now: datetime) -> None:
    """Cancel a campaign before it starts; Refused once it has."""
    _lock(session, campaign)
    if campaign.started_at is not None:
        raise Refused("This has started, so it cannot be taken back any more. It can be cancelled.")
    cancel(session, campaign, now)


def resend_uncertain(session: Session, campaign: Campaign, now: datetime) -> int:
    """Queue again what was cut off on the wire; give how many. Some may arrive twice."""
    _lock(session, campaign)
    if campaign.state == CampaignState.CANCELLED:
        raise Refused("This campaign was cancelled, so nothing of it can be sent again.")
    return batches.resend_uncertain(session, campaign.batch, now)


def start_due(session: Session, now: datetime) -> list[int]:
    """Start every scheduled campaign whose time has come; give their ids. Two clocks do no harm."""
    due = session.scalars(
        select(Campaign)
        .where(
            Campaign.state == CampaignState.SCHEDULED,
            func.coalesce(Campaign.start_at, Campaign.send_at) <= now,
        )
        .order_by(Campaign.id)
        .with_for_update(of=Campaign, skip_locked=True)
    ).all()
    for campaign in due:
        campaign.move(CampaignState.SENDING, now)
    session.flush()
    return [campaign.id for campaign in due]


def _lock(session: Session, campaign: Campaign) -> None:
    """Read the campaign anew and keep others (a fan-out, a clock) off it until we are done."""
    session.flush()
    session.refresh(campaign, with_for_update={"of": Campaign})
    session.refresh(campaign.batch)
