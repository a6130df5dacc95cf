"""How far sends have come: in words, for the first page as for a campaign's own; and as bars.

`templates/web/desk/parts/progress.html` shows a bar; whatever stands in an element with `data-live`
is fetched anew by `static/live.js`.
"""

from dataclasses import dataclass

from sqlalchemy import select

from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.phrases.catalog import Phrases
from outreach.web.desk import places
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import CHIPS, headings

GOING = (CampaignState.SENDING, CampaignState.PAUSED)
"""Under way: nothing more will happen to what is sent or cancelled."""


@dataclass(frozen=True)
class Progress:
    """One send at one moment, as a bar."""

    campaign: Campaign
    heading: str
    """The subject of its mail."""
    url: str
    """Its own page."""
    chip: str
    """The class of its chip."""
    figures: Figures
    percent: int
    parts: list[str]
    """In words: how many of how many, the rate, the time left."""


def going(desk: DeskVisit, most: int) -> list[Progress]:
    """Look at what is being sent or held, by its counters; what began first stands first."""
    session, now = desk.visit.session, desk.visit.now
    found = session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(GOING))
        .order_by(Campaign.send_at, Campaign.id)
        .limit(most)
    ).all()
    standings = queries.standings(session, [each.batch_id for each in found])
    named = headings(desk, found)
    shown = []
    for each in found:
        figures = queries.figures(standings[each.batch_id])
        mean = queries.speed(each, figures, now).per_second
        shown.append(
            Progress(
                campaign=each,
                heading=named[each.id],
                url=places.campaign(each.id),
                chip=CHIPS[each.state],
                figures=figures,
                percent=percent_of(each, figures),
                parts=told(each, figures, mean, desk.t),
            )
        )
    return shown


def percent_of(campaign: Campaign, figures: Figures) -> int:
    """Tell how much is done: 100 only when all is; of a cancelled one, how many have it."""
    is_cancelled = campaign.state is CampaignState.CANCELLED
    done = figures.sent if is_cancelled else figures.planned - figures.waiting
    return 100 * done // figures.planned if figures.planned else 0


def told(campaign: Campaign, figures: Figures, per_second: float, t: Phrases) -> list[str]:
    """Say how many of how many are sent and, while it moves, how fast and for how long still."""
    said = [
        t(
            "%(sent)s of %(planned)s sent",
            sent=t.number(figures.sent),
            planned=t.number(figures.planned),
        )
    ]
    sent_again = campaign.state is CampaignState.SENT and figures.waiting > 0
    if not per_second or not (sent_again or campaign.state is CampaignState.SENDING):
        return said
    said.append(_rate(per_second, t))
    left = queries.time_left(figures.waiting, per_second)
    if left and campaign.batch.planned_final:
        said.append(t("about %(time)s left", time=t.span(left)))
    return said


def _rate(per_second: float, t: Phrases) -> str:
    if per_second >= 1:
        return t("%(rate)s a second", rate=t.number(round(per_second)))
    return t("%(rate)s a minute", rate=t.number(max(1, round(per_second * 60))))
