"""Holding, resuming, ending a campaign and sending again, by a person who sees a page of it.

Whoever acts says what their page showed. If somebody else was faster, they are told, and nothing
is done twice. Each act is a line of the audit log, with before and after.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.campaigns import queries, schedule
from outreach.campaigns.models import Campaign, CampaignState
from outreach.delivery.models import State
from outreach.errors import Refused, Sentence
from outreach.staff.audit import Actor

ON_ITS_WAY = frozenset({CampaignState.SCHEDULED, CampaignState.SENDING})


@dataclass(frozen=True)
class Seen:
    """What the page showed on which somebody acts."""

    state: str
    """`Campaign.seen_as`."""
    uncertain: int = 0
    to_follow: int = 0
    """Who was yet to be planned (`plan.still_to_plan`), counted just before it is cancelled."""


def subject_of(campaign_id: int) -> str:
    """Give what the audit log calls a campaign."""
    return f"campaign {campaign_id}"


def pause(session: Session, campaign_id: int, seen: Seen, actor: Actor) -> Campaign:
    """Hold a campaign. That it has started meanwhile is no reason not to."""
    wanted = ON_ITS_WAY if seen.state in ON_ITS_WAY else {seen.state}
    campaign = _locked(session, campaign_id, wanted)
    _carry_out(session, campaign, "campaign.pause", schedule.pause, actor)
    return campaign


def resume(session: Session, campaign_id: int, seen: Seen, actor: Actor) -> Campaign:
    """Let a paused campaign go on."""
    campaign = _locked(session, campaign_id, {seen.state})
    _carry_out(session, campaign, "campaign.resume", schedule.resume, actor)
    return campaign


def cancel(session: Session, campaign_id: int, seen: Seen, actor: Actor) -> Campaign:
    """End a campaign for good."""
    campaign = _locked(session, campaign_id, {seen.state})
    campaign.never_planned = seen.to_follow if campaign.started_at is not None else 0
    _carry_out(session, campaign, "campaign.cancel", schedule.cancel, actor)
    return campaign


def resend_uncertain(session: Session, campaign_id: int, seen: Seen, actor: Actor) -> int:
    """Queue again what was cut off on the wire; give how many."""
    campaign = _locked(session, campaign_id, None)
    standing = queries.standing(session, campaign)
    uncertain = standing.get(State.UNCERTAIN, 0)
    if uncertain != seen.uncertain:
        raise Refused(
            "Meanwhile %(number)s mails of this campaign are uncertain, not %(seen)s. "
            "Nothing was done: look at it as it is now, then decide.",
            number=uncertain,
            seen=seen.uncertain,
        )
    count = schedule.resend_uncertain(session, campaign, actor.now)
    if count:
        _note_resend(session, campaign, uncertain, count, actor)
    return count


def _note_resend(
    session: Session, campaign: Campaign, uncertain: int, count: int, actor: Actor
) -> None:
    actor.did(
        session,
        "campaign.resend",
        subject_of(campaign.id),
        before={"uncertain": uncertain},
        after={"uncertain": uncertain - count, "again": count},
    )


def _locked(session: Session, campaign_id: int, wanted: Collection[str] | None) -> Campaign:
    """Read a campaign so that nobody else moves it until we are done, if it is as it was seen."""
    campaign = queries.campaign(session, campaign_id)
    session.refresh(campaign, with_for_update={"of": Campaign})
    if wanted is not None and campaign.seen_as not in wanted:
        raise Refused(
            "Meanwhile this campaign is %(state)s. "
            "Nothing was done: look at it as it is now, then decide.",
            state=Sentence(campaign.state),
        )
    return campaign


def _carry_out(
    session: Session,
    campaign: Campaign,
    act: str,
    move: Callable[..., None],
    actor: Actor,
) -> None:
    standing = queries.standing(session, campaign)
    figures = queries.figures(standing)
    before = {"state": str(campaign.state), "sent": figures.sent, "waiting": figures.waiting}
    move(session, campaign, actor.now)
    after = {"state": str(campaign.state)}
    actor.did(session, act, subject_of(campaign.id), before=before, after=after)
