"""`campaign show --follow`: a progress bar that lives until the campaign has ended."""

import time

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from outreach.bootstrap import Services
from outreach.campaigns import queries
from outreach.campaigns.models import CampaignState
from outreach.campaigns.queries import Report
from outreach.cli import tell

LOOK_EVERY = 0.5
"""Seconds."""
ENDED = (CampaignState.SENT, CampaignState.CANCELLED)


def follow(services: Services, number: int) -> None:
    """Show progress, rate and time left; NotFound if there is no such campaign."""
    with Progress(
        TextColumn("Campaign {task.fields[number]}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        console=tell.console(err=True),
        refresh_per_second=4,
    ) as bar:
        task = bar.add_task("", total=None, number=number, said="")
        pace = Pace()
        while not _look(services, number, bar, task, pace):
            time.sleep(LOOK_EVERY)


class Pace:
    """The present rate: what was sent within the last looks, not since the beginning."""

    LOOKS = 20

    def __init__(self) -> None:
        self.looks: list[tuple[float, int]] = []

    def per_second(self, sent: int, moment: float) -> float:
        """Give the rate after another look at a moment (seconds of any clock)."""
        self.looks = [*self.looks[-self.LOOKS :], (moment, sent)]
        (began, before), *_ = self.looks
        return max(0.0, (sent - before) / (moment - began)) if moment > began else 0.0


def _look(services: Services, number: int, bar: Progress, task: TaskID, pace: Pace) -> bool:
    """Update the bar; True once nothing more will happen."""
    with services.database.reading() as session:
        campaign = queries.campaign(session, number)
        report = queries.report(session, campaign)
    per_second = pace.per_second(report.sent, time.monotonic())
    bar.update(
        task,
        total=report.planned or None,
        completed=report.planned - report.waiting,
        said=said(str(campaign.state), report, per_second),
    )
    return campaign.state in ENDED and not report.waiting


def said(state: str, report: Report, per_second: float) -> str:
    """Say how it goes in one line."""
    planned = f"{report.planned}" if report.planned_final else f"{report.planned}+"
    parts = [f"{report.sent}/{planned} sent", state]
    if per_second and report.waiting and state == CampaignState.SENDING:
        left = queries.time_left(report.waiting, per_second)
        parts += [f"{per_second:.0f} a second", f"{tell.lasting(left)} left"]
    parts += [
        f"{count} {name}"
        for name, count in (("failed", report.failed), ("uncertain", report.uncertain))
        if count
    ]
    return ", ".join(parts)
