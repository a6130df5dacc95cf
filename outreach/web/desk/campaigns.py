"""Campaigns: the list of all, and one page for each, from scheduled to report."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries, reports
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.queries import Figures
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Role
from outreach.times import zone as zone_of
from outreach.web.desk import words
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.campaign_progress import standing_of
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
from outreach.web.desk.places import CAMPAIGN
from outreach.web.desk.progress import percent_of
from outreach.web.forms import Fault

blueprint = desk_blueprint("campaigns")

PAGE = 25


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


@blueprint.get(CAMPAIGN)
@needs(Role.VIEWER)
def show(number: int) -> AnyResponse:
    """Show one campaign."""
    with desk_reading() as desk:
        return campaign_page(desk, queries.campaign(desk.visit.session, number), [])


@blueprint.get(f"{CAMPAIGN}/progress")
@needs(Role.VIEWER)
def progress(number: int) -> AnyResponse:
    """Give how far it has come, as the part of a page."""
    with desk_reading() as desk:
        campaign = queries.campaign(desk.visit.session, number)
        return desk.show("parts/standing.html", **_standing(desk, campaign))


def campaign_page(desk: DeskVisit, campaign: Campaign, faults: list[Fault]) -> Response:
    """Answer with the page of a campaign."""
    session, t = desk.visit.session, desk.t
    standing = _standing(desk, campaign)
    summary = reports.stored(session, campaign.id)
    return desk.show(
        "campaign.html",
        status=422 if faults else 200,
        section="campaigns",
        faults=faults,
        done=request.args.get("done", ""),
        campaign=campaign,
        heading=heading(desk, campaign, subjects(session, [campaign])[campaign.id]),
        as_of=short_moment(summary.as_of, campaign.zone, t) if summary else "",
        pictures=pictures(desk, campaign, summary),
        failures=reasons_told(summary, t) if summary else [],
        left_out=told_left_out(summary, t) if summary else [],
        acts=_acts(desk, campaign) if desk.may(Role.EDITOR) else [],
        **standing,
    )


def _standing(desk: DeskVisit, campaign: Campaign) -> dict[str, Any]:
    """Give what the part of the page shows that is fetched anew."""
    standing, t = standing_of(desk, campaign), desk.t
    held = campaign.state is CampaignState.PAUSED and desk.may(Role.EDITOR)
    acts = _acts(desk, campaign)[:1] if held else []
    return {
        "standing": standing,
        "figures": standing.figures,
        "began": _began(campaign, t),
        "to_whom": _to_whom(desk, campaign),
        "held_by": " · ".join(acts[0]) if acts else "",
        "rows": [
            (t.say(label), getattr(standing.figures, key), t.say(MEANINGS[key]))
            for key, label, _pattern in FIGURES
        ],
    }


def _to_whom(desk: DeskVisit, campaign: Campaign) -> list[str]:
    """Say to whom a campaign goes, a sentence for each thing that narrows it."""
    t = desk.t
    topic = desk.visit.text(campaign.topic.names) or campaign.topic.slug
    said = [t("to the subscribers of “%(topic)s”", topic=topic)]
    if campaign.segment_title:
        name = desk.visit.text(campaign.segment_names) or campaign.segment_title
        said.append(t("of them those of the segment “%(segment)s”", segment=name))
    if campaign.without_event:
        said.append(t("without those who take part in “%(event)s”", event=campaign.without_event))
    if campaign.reached_by:
        said.append(t("only those who had an earlier mail about it"))
    return said


def _began(campaign: Campaign, t: Phrases) -> str:
    """Say when it began and ended, or is to begin."""
    zone = campaign.zone
    if campaign.ended_at is not None:
        began = short_moment(campaign.started_at or campaign.ended_at, zone, t)
        ended = short_moment(campaign.ended_at, zone, t)
        return t("Began %(began)s, ended %(ended)s", began=began, ended=ended)
    if campaign.started_at is not None:
        return t("Began %(began)s", began=short_moment(campaign.started_at, zone, t))
    if campaign.local_time:
        there = campaign.send_at.astimezone(zone_of(zone))
        return t(
            "Is to begin on %(day)s at %(time)s by everybody’s own time",
            day=t.day(there.date()),
            time=t.clock(there.time()),
        )
    return t("Is to begin %(when)s", when=t.moment(campaign.send_at, zone))


def _listed(desk: DeskVisit, campaign: Campaign, figures: Figures, known: dict[str, str]) -> Listed:
    return Listed(
        campaign=campaign,
        heading=heading(desk, campaign, known),
        topic=desk.visit.text(campaign.topic.names) or campaign.topic.slug,
        when=short_moment(campaign.send_at, campaign.zone, desk.t),
        state=desk.t(campaign.state),
        chip=CHIPS[campaign.state],
        figures=figures,
        percent=percent_of(campaign, figures),
    )


def _acts(desk: DeskVisit, campaign: Campaign) -> list[tuple[str, str, str]]:
    """Tell what people did to it: when, who, what."""
    t = desk.t
    return [
        (short_moment(act.at, campaign.zone, t), words.said_who(act, t), words.said_act(act, t))
        for act in history(desk.visit.session, campaign)
    ]
