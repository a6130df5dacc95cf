"""How a campaign stands at this moment, as the part of its page that is fetched anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import request, url_for

from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.campaigns.report_models import ReportHead
from outreach.delivery.models import State
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import CHIPS, identity
from outreach.web.desk.progress import percent_of, told

SOON = timedelta(minutes=10)
"""A scheduled campaign is watched closely from so long before its time."""
CLOSELY, SELDOM = 2, 15
"""Seconds between two looks: while it moves, and while it waits for a person or for its time."""
LONGEST_LOOK, HALF_LOOK = timedelta(seconds=30), timedelta(seconds=12)
"""What a page saw longer ago says nothing of the present rate; from the half on it looks anew."""
Look = tuple[datetime, int]
"""When somebody looked, and how many had been sent."""


@dataclass(frozen=True)
class Standing:
    """How one campaign stands."""

    campaign: Campaign
    url: str
    """Where the part is had again; it carries what was seen at earlier looks."""
    every: int
    """Seconds until the next look."""
    state: str
    """In words."""
    chip: str
    """The class of its chip."""
    figures: Figures
    on_the_wire: int
    came_back: int
    complained: int
    """Of those that were sent."""
    percent: int
    """Rounded down: 100 only when nothing waits."""
    parts: list[str]
    """In words: how many of how many, the rate, the time left."""
    identity: str
    said: str
    """For ears: changes with the state and with every tenth only."""
    going: bool
    """Whether it moves by itself."""
    done: bool
    """Whether nothing more will change, the report included."""
    grows: bool
    """Whether the plan is not final yet."""
    starts_in: int
    """Seconds until it starts, if it is scheduled."""
    may: frozenset[str]
    """What this person may do with it now."""


def standing_of(desk: DeskVisit, campaign: Campaign) -> Standing:
    """Say how a campaign stands."""
    visit, t = desk.visit, desk.t
    states = queries.standing(visit.session, campaign)
    figures = queries.figures(states)
    percent = percent_of(campaign, figures)
    going = is_going(campaign, figures, visit.now)
    looks = _looks(figures, visit.now)
    per_second = _rate(campaign, figures, looks, visit.now)
    return Standing(
        campaign=campaign,
        url=_url(campaign, figures, looks, visit.now),
        every=CLOSELY if going else SELDOM,
        state=t(campaign.state),
        chip=CHIPS[campaign.state],
        figures=figures,
        on_the_wire=states.get(State.SENDING, 0),
        came_back=states.get(State.BOUNCED, 0),
        complained=states.get(State.COMPLAINED, 0),
        percent=percent,
        parts=[
            _how_far(campaign, percent, t),
            *told(campaign, figures, per_second, t),
            *_failed(figures, t),
        ],
        identity=identity(figures, t),
        said=f"{t(campaign.state)}, {t.percent(percent // 10 * 10)}",
        going=going,
        done=not going and _is_reported(desk, campaign),
        grows=campaign.state is CampaignState.SENDING and not campaign.batch.planned_final,
        starts_in=max(0, round((starts_at(campaign) - visit.now).total_seconds())),
        may=_may(desk, campaign, figures),
    )


def _how_far(campaign: Campaign, percent: int, t: Phrases) -> str:
    """Say that it has ended, and how; or how much is done."""
    ends = {CampaignState.SENT: t("Finished"), CampaignState.CANCELLED: t("Stopped")}
    return ends.get(campaign.state) or t.percent(percent)


def _failed(figures: Figures, t: Phrases) -> list[str]:
    return [t.many("one failed", "%(number)s failed", figures.failed)] if figures.failed else []


def starts_at(campaign: Campaign) -> datetime:
    """Give when it starts, which by everybody's own time is before the time that staff chose."""
    return campaign.start_at or campaign.send_at


def is_going(campaign: Campaign, figures: Figures, now: datetime) -> bool:
    """Tell whether a campaign moves by itself: it is sent, starts soon, or is being taken back."""
    if campaign.state is CampaignState.PAUSED:
        return False
    if campaign.state is CampaignState.SCHEDULED:
        return starts_at(campaign) <= now + SOON
    return campaign.state is CampaignState.SENDING or figures.waiting > 0


def _is_reported(desk: DeskVisit, campaign: Campaign) -> bool:
    """Tell whether a campaign has ended and its report is of after that."""
    if campaign.ended_at is None:
        return False
    head = desk.visit.session.get(ReportHead, campaign.id)
    nobody = not campaign.cursor and campaign.batch.first_delivery is None
    return nobody or (head is not None and head.as_of >= campaign.ended_at)


def _may(desk: DeskVisit, campaign: Campaign, figures: Figures) -> frozenset[str]:
    """Give what this person may do now. Before it starts it is taken back, not cancelled."""
    if not desk.may(Role.SENDER):
        return frozenset()
    wishes = {
        CampaignState.SCHEDULED: {"pause", "take back"},
        CampaignState.SENDING: {"pause", "cancel"},
        CampaignState.PAUSED: {"resume", "cancel"},
    }.get(campaign.state, set())
    if figures.uncertain and campaign.state is not CampaignState.CANCELLED:
        wishes = wishes | {"resend"}
    return frozenset(wishes)


def _rate(campaign: Campaign, figures: Figures, looks: list[Look], now: datetime) -> float:
    """Give how many go a second since the earliest look; without one, since the first one left.

    The mean since the beginning would be wrong after every pause.
    """
    if not looks or now - looks[0][0] < timedelta(seconds=1):
        return queries.speed(campaign, figures, now).per_second
    at, sent = looks[0]
    return (figures.sent - sent) / (now - at).total_seconds()


def _looks(figures: Figures, now: datetime) -> list[Look]:
    """Read what the page saw at earlier looks from its address: `seen=1200@1795478400,…`."""
    found = []
    for each in request.args.get("seen", "").split(",")[:2]:
        sent, _, second = each.partition("@")
        if sent.isdecimal() and second.isdecimal() and len(sent) < 12 and len(second) == 10:
            look = (datetime.fromtimestamp(int(second), UTC), int(sent))
            if look[1] <= figures.sent and now - LONGEST_LOOK <= look[0] <= now:
                found.append(look)
    return found


def _url(campaign: Campaign, figures: Figures, looks: list[Look], now: datetime) -> str:
    """Give the address of the next look: it carries two, and lets go of the one that gets old."""
    kept = looks
    if not looks or now - looks[-1][0] >= HALF_LOOK:
        kept = [*looks[-1:], (now, figures.sent)]
    seen = ",".join(f"{sent}@{int(at.timestamp())}" for at, sent in kept)
    return url_for("desk_campaigns.progress", number=campaign.id, seen=seen)
