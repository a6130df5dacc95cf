"""How far a send has come, as a progress bar tells it: on the first page, and on a page of its own.

`templates/web/desk/parts/progress.html` shows one; whatever stands in an element with `data-live`
is fetched anew by `static/live.js`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Report, Speed
from outreach.phrases.catalog import Phrases
from outreach.web.desk.access import DeskVisit

GOING = (CampaignState.SENDING, CampaignState.PAUSED)
"""Under way: nothing more will happen to what is sent or cancelled."""


@dataclass(frozen=True)
class Progress:
    """One send at one moment."""

    number: int
    title: str
    state: CampaignState
    report: Report
    speed: Speed
    url: str = ""
    """Its own page; empty for a bar that stands there."""

    @property
    def done(self) -> int:
        """Count those that wait no more, however they ended."""
        return self.report.planned - self.report.waiting

    @property
    def percent(self) -> int:
        """Tell how much is done: 100 only when all is."""
        return 100 * self.done // self.report.planned if self.report.planned else 0

    @property
    def is_going(self) -> bool:
        """Tell whether it is worth looking again."""
        return self.state in GOING

    @property
    def is_held(self) -> bool:
        """Tell whether somebody has paused it."""
        return self.state == CampaignState.PAUSED

    def said_rate(self, t: Phrases) -> str:
        """Say how fast it goes; empty while that cannot be told."""
        per_second = self.speed.per_second
        if self.state != CampaignState.SENDING or not per_second:
            return ""
        if per_second >= 1:
            return t("%(rate)s a second", rate=t.number(round(per_second)))
        return t("%(rate)s a minute", rate=t.number(max(1, round(per_second * 60))))

    def said_left(self, t: Phrases) -> str:
        """Say how long it still takes; empty while that cannot be told."""
        left = self.speed.time_left
        if left is None or not self.report.waiting or not self.report.planned_final:
            return ""
        return t("about %(time)s left", time=t.span(max(left, timedelta(seconds=1))))


def progress(desk: DeskVisit, campaign: Campaign, *, url: str = "") -> Progress:
    """Look at one send, by its counters."""
    report = queries.glance(desk.visit.session, campaign)
    speed = queries.speed(campaign, report, desk.visit.now)
    return Progress(campaign.id, campaign.title, campaign.state, report, speed, url)


def going(session: Session, most: int) -> Sequence[Campaign]:
    """Give what is being sent or held, what began first at the top."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(GOING))
        .order_by(Campaign.send_at, Campaign.id)
        .limit(most)
    ).all()
