"""The first page of the desk: what needs a person, what is running, what is next."""

from dataclasses import dataclass
from datetime import datetime

from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries
from outreach.campaigns.models import Campaign, CampaignState
from outreach.content.faults import Fault, stored_faults
from outreach.events.changes import open_changes
from outreach.events.queries import Listed, translation, upcoming
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs

blueprint = desk_blueprint("home")

MOST = 20
NEXT_EVENTS = 5


@dataclass(frozen=True)
class Running:
    """A campaign that is on its way."""

    campaign: Campaign
    state: str
    """In words."""
    planned: int
    sent: int
    waiting: int
    uncertain: int
    percent: int


@dataclass(frozen=True)
class Coming:
    """An event that is coming up."""

    title: str
    when: str
    url: str


@blueprint.get("/")
@needs(Role.VIEWER)
def home() -> AnyResponse:
    """Show it."""
    with desk_reading() as desk:
        visit = desk.visit
        campaigns = queries.campaigns(visit.session)
        going = [each for each in campaigns if each.state in _GOING]
        running = [_running(desk, each) for each in going[:MOST]]
        planned = sorted(
            (each for each in campaigns if each.state is CampaignState.SCHEDULED),
            key=lambda each: each.send_at,
        )
        listed = upcoming(visit.session, NEXT_EVENTS, "", visit.now)
        return desk.show(
            "home.html",
            section="home",
            faults=_faults(desk),
            changes=[row.slug for row, _ in open_changes(visit.session)],
            running=running,
            planned=[(each, _moment(desk, each.send_at, each.zone)) for each in planned[:MOST]],
            coming=[coming for row in listed if (coming := _coming(desk, row))],
        )


_GOING = frozenset({CampaignState.SENDING, CampaignState.PAUSED})


def _faults(desk: DeskVisit) -> list[Fault]:
    return stored_faults(desk.visit.session)[:MOST]


def _running(desk: DeskVisit, campaign: Campaign) -> Running:
    report = queries.report(desk.visit.session, campaign)
    done = report.planned - report.waiting
    return Running(
        campaign=campaign,
        state=desk.t(campaign.state),
        planned=report.planned,
        sent=report.sent,
        waiting=report.waiting,
        uncertain=report.uncertain,
        percent=100 * done // report.planned if report.planned else 0,
    )


def _coming(desk: DeskVisit, row: Listed) -> Coming | None:
    visit = desk.visit
    text = translation(row, visit.site, visit.language)
    if text is None:
        return None
    when = desk.t.day(row.date)
    if row.starts_at is not None:
        when = _moment(desk, row.starts_at, row.zone)
    return Coming(text.title, when, visit.path("events", row.slug))


def _moment(desk: DeskVisit, moment: datetime, zone: str) -> str:
    return desk.t.moment(moment, zone)
