"""Campaigns: the list of all, and one page for each, from scheduled to report."""

from dataclasses import dataclass

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries, reports
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.delivery.models import State
from outreach.staff.models import Act, Role
from outreach.web.desk import words
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.campaign_progress import progress_of
from outreach.web.desk.campaign_report import pictures, reasons_told, told_left_out
from outreach.web.desk.campaign_words import (
    CHIPS,
    FIGURES,
    MEANINGS,
    heading,
    history,
    short_moment,
    subjects,
)
from outreach.web.forms import Fault

blueprint = desk_blueprint("campaigns")

PAGE = 25
NUMBER = "<int(max=9223372036854775807):number>"
"""A campaign's number in an address."""


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    campaign: Campaign
    heading: str
    topic: str
    when: str
    state: str
    chip: str
    figures: Figures
    percent: int


@blueprint.get("/campaigns")
@needs(Role.VIEWER)
def index() -> AnyResponse:
    """List campaigns, the newest first."""
    before = request.args.get("before", 2**62, type=int)
    with desk_reading() as desk:
        session = desk.visit.session
        found = queries.newest(session, before=min(max(before, 0), 2**62), most=PAGE + 1)
        shown = found[:PAGE]
        standings = queries.standings(session, [each.batch_id for each in shown])
        known = subjects(session, shown)
        return desk.show(
            "campaigns.html",
            section="campaigns",
            campaigns=[
                _listed(desk, each, queries.figures(standings[each.batch_id]), known[each.id])
                for each in shown
            ],
            older=shown[-1].id if len(found) > PAGE else 0,
            newer="before" in request.args,
        )


@blueprint.get(f"/campaigns/{NUMBER}")
@needs(Role.VIEWER)
def show(number: int) -> AnyResponse:
    """Show one campaign."""
    with desk_reading() as desk:
        return campaign_page(desk, queries.campaign(desk.visit.session, number), [])


@blueprint.get(f"/campaigns/{NUMBER}/progress")
@needs(Role.VIEWER)
def progress(number: int) -> AnyResponse:
    """Give how far it has come, as the part of a page."""
    with desk_reading() as desk:
        campaign = queries.campaign(desk.visit.session, number)
        found = progress_of(desk, campaign)
        return Response(
            render_template("desk/parts/progress_only.html", progress=found, t=desk.t),
            headers={"Content-Language": desk.visit.language},
        )


def campaign_page(desk: DeskVisit, campaign: Campaign, faults: list[Fault]) -> Response:
    """Answer with the page of a campaign."""
    session, t = desk.visit.session, desk.t
    standing = queries.standings(session, [campaign.batch_id])[campaign.batch_id]
    figures = queries.figures(standing)
    summary = reports.stored(session, campaign.id)
    zone = campaign.zone
    return desk.show(
        "campaign.html",
        status=422 if faults else 200,
        section="campaigns",
        faults=faults,
        done=request.args.get("done", ""),
        campaign=campaign,
        heading=heading(desk, campaign, subjects(session, [campaign])[campaign.id]),
        topic=desk.visit.text(campaign.topic.names) or campaign.topic.slug,
        when=t.moment(campaign.send_at, zone),
        started=short_moment(campaign.started_at, zone, t) if campaign.started_at else "",
        ended=short_moment(campaign.ended_at, zone, t) if campaign.ended_at else "",
        progress=progress_of(desk, campaign, figures),
        figures=figures,
        came_back=standing.get(State.BOUNCED, 0),
        complained=standing.get(State.COMPLAINED, 0),
        rows=[
            (t.say(label), getattr(figures, key), t.say(MEANINGS[key])) for key, label, _ in FIGURES
        ],
        summary=summary,
        as_of=short_moment(summary.as_of, zone, t) if summary else "",
        pictures=pictures(desk, campaign, summary),
        failures=reasons_told(summary, t) if summary else [],
        left_out=told_left_out(summary, t) if summary else [],
        may=_may(desk, campaign, figures),
        acts=_acts(desk, campaign) if desk.may(Role.EDITOR) else [],
    )


def _may(desk: DeskVisit, campaign: Campaign, figures: Figures) -> frozenset[str]:
    """Give what this person may do with it now."""
    if not desk.may(Role.SENDER):
        return frozenset()
    wishes = {
        CampaignState.SCHEDULED: {"pause", "cancel"},
        CampaignState.SENDING: {"pause", "cancel"},
        CampaignState.PAUSED: {"resume", "cancel"},
    }.get(campaign.state, set())
    if figures.uncertain and campaign.state is not CampaignState.CANCELLED:
        wishes = wishes | {"resend"}
    return frozenset(wishes)


def _listed(desk: DeskVisit, campaign: Campaign, figures: Figures, known: dict[str, str]) -> Listed:
    done = figures.planned - figures.waiting
    return Listed(
        campaign=campaign,
        heading=heading(desk, campaign, known),
        topic=desk.visit.text(campaign.topic.names) or campaign.topic.slug,
        when=short_moment(campaign.send_at, campaign.zone, desk.t),
        state=desk.t(campaign.state),
        chip=CHIPS[campaign.state],
        figures=figures,
        percent=100 * done // figures.planned if figures.planned else 0,
    )


def _acts(desk: DeskVisit, campaign: Campaign) -> list[tuple[str, str, str]]:
    """Tell what people did to it: when, who, what."""
    return [
        (short_moment(act.at, campaign.zone, desk.t), words.said_who(act, desk.t), _what(desk, act))
        for act in history(desk.visit.session, campaign)
    ]


def _what(desk: DeskVisit, act: Act) -> str:
    return words.said_act(act, desk.t)
