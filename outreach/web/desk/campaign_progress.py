"""How far a campaign has come, as a part of any page of the desk, and by itself for its script.

The part: `{% from "desk/parts/progress.html" import live %}{{ live(progress, t) }}`, with a
`Progress` from `progress_of`, and the script `live.js`, which asks for it again every two seconds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import request, url_for

from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.phrases.catalog import Phrases
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import CHIPS, identity, lasting

SOON = timedelta(minutes=10)
"""A scheduled campaign is watched from so long before its time."""
LONGEST_LOOK = timedelta(minutes=2)
"""What a page knows from longer ago says nothing of the present rate."""


@dataclass(frozen=True)
class Progress:
    """How far one campaign has come."""

    campaign: Campaign
    url: str
    """Where the part is had again."""
    state: str
    """In words."""
    chip: str
    """The class of its chip."""
    figures: Figures
    percent: int
    """Rounded down: 100 only when nothing waits."""
    parts: list[str]
    """In words: how many of how many, the rate, the time left."""
    identity: str
    said: str
    """For ears: changes with the state and with every tenth only."""
    going: bool
    """Whether it moves by itself."""
    grows: bool
    """Whether the plan is not final yet."""
    at: float
    """When this was, in seconds since 1970."""


def progress_of(desk: DeskVisit, campaign: Campaign, figures: Figures | None = None) -> Progress:
    """Say how far a campaign has come; `figures` if they are known already."""
    visit, t = desk.visit, desk.t
    found = figures or _figures(desk, campaign)
    done = found.planned - found.waiting
    percent = 100 * done // found.planned if found.planned else 0
    state = t(campaign.state)
    return Progress(
        campaign=campaign,
        url=url_for("desk_campaigns.progress", number=campaign.id),
        state=state,
        chip=CHIPS[campaign.state],
        figures=found,
        percent=percent,
        parts=_parts(campaign, found, percent, t, visit.now),
        identity=identity(found, t),
        said=t("%(state)s, %(percent)s %% done", state=state, percent=percent // 10 * 10),
        going=is_going(campaign, found, visit.now),
        grows=campaign.state is CampaignState.SENDING and not campaign.batch.planned_final,
        at=visit.now.timestamp(),
    )


def is_going(campaign: Campaign, figures: Figures, now: datetime) -> bool:
    """Tell whether a campaign moves by itself: it is sent, starts soon, or is being taken back."""
    if campaign.state is CampaignState.PAUSED:
        return False
    if campaign.state is CampaignState.SCHEDULED:
        return campaign.send_at <= now + SOON
    return campaign.state is CampaignState.SENDING or figures.waiting > 0


def _sent_again(campaign: Campaign, figures: Figures) -> bool:
    """Tell whether a campaign that was over is sending uncertain ones again."""
    return campaign.state is CampaignState.SENT and figures.waiting > 0


def _figures(desk: DeskVisit, campaign: Campaign) -> Figures:
    standing = queries.standings(desk.visit.session, [campaign.batch_id])
    return queries.figures(standing[campaign.batch_id])


def _parts(
    campaign: Campaign, figures: Figures, percent: int, t: Phrases, now: datetime
) -> list[str]:
    said = [
        t(
            "%(percent)s %%: %(sent)s of %(planned)s sent",
            percent=percent,
            sent=t.number(figures.sent),
            planned=t.number(figures.planned),
        )
    ]
    if campaign.state is not CampaignState.SENDING and not _sent_again(campaign, figures):
        return said
    per_second = _present_rate(figures, now)
    if per_second is None:
        per_second = queries.speed(campaign, figures, now).per_second
    if per_second:
        said.append(_rate(per_second, t))
        left = queries.time_left(figures.waiting, per_second)
        if left is not None and figures.waiting:
            said.append(t("%(time)s left", time=lasting(left, t)))
    return said


def _rate(per_second: float, t: Phrases) -> str:
    if per_second >= 1:
        return t("%(number)s a second", number=t.number(round(per_second)))
    return t("%(number)s a minute", number=t.number(round(per_second * 60)))


def _present_rate(figures: Figures, now: datetime) -> float | None:
    """Give the rate since what the page that asks has seen (`sent`, `at`), None if it says nothing.

    The mean since the beginning would be wrong after every pause.
    """
    before = request.args.get("sent", -1, type=int)
    seconds = request.args.get("at", 0.0, type=float)
    if not 0 <= before <= figures.sent or not 0 < seconds < 1e11:
        return None
    span = now - datetime.fromtimestamp(seconds, UTC)
    if not timedelta(seconds=1) <= span <= LONGEST_LOOK:
        return None
    return (figures.sent - before) / span.total_seconds()
