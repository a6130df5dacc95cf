"""What senders do to a campaign: pause, resume, cancel, send the uncertain ones again."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import control, queries
from outreach.campaigns.control import Seen
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.plan import still_to_plan
from outreach.errors import ForbiddenMove, OutreachError, Refused
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.campaign_progress import standing_of
from outreach.web.desk.campaign_words import heading, subjects
from outreach.web.desk.campaigns import campaign_page
from outreach.web.desk.places import CAMPAIGN
from outreach.web.forms import Fault, sent_text

blueprint = desk_blueprint("campaign_acts")

DO: Mapping[str, Callable[..., object]] = {
    "pause": control.pause,
    "resume": control.resume,
    "cancel": control.cancel,
    "resend": control.resend_uncertain,
}
OVER = frozenset({CampaignState.SENT, CampaignState.CANCELLED})


@blueprint.post(CAMPAIGN)
@needs(Role.SENDER)
def act(number: int) -> AnyResponse:
    """Pause, resume, or send the uncertain ones again."""
    wish = sent_text("do")
    return _carried_out(number, "" if wish == "cancel" else wish)


@blueprint.get(f"{CAMPAIGN}/cancel")
@needs(Role.SENDER)
def ask(number: int) -> AnyResponse:
    """Ask before a campaign is ended, with exact numbers."""
    with desk_reading() as desk:
        campaign = queries.campaign(desk.visit.session, number)
        if campaign.state in OVER:
            return redirect(url_for("desk_campaigns.show", number=number), 303)
        return _question(desk, campaign)


@blueprint.post(f"{CAMPAIGN}/cancel")
@needs(Role.SENDER)
def cancel(number: int) -> AnyResponse:
    """End a campaign for good."""
    return _carried_out(number, "cancel")


def _carried_out(number: int, wish: str) -> AnyResponse:
    seen = Seen(sent_text("seen"), request.form.get("uncertain", 0, type=int))
    do = DO.get(wish, _unknown)
    if wish == "cancel":
        seen = replace(seen, to_follow=_to_follow(number))
    try:
        with desk_writing() as desk:
            do(desk.visit.session, number, seen, desk.actor)
    except (Refused, ForbiddenMove) as refused:
        with desk_reading() as desk:
            return _refusal(desk, queries.campaign(desk.visit.session, number), refused)
    return redirect(url_for("desk_campaigns.show", number=number, done=wish), 303)


def _to_follow(number: int) -> int:
    """Count who is yet to be planned, before the write begins: it looks at the whole topic."""
    with desk_reading() as desk:
        campaign = queries.campaign(desk.visit.session, number)
        return still_to_plan(desk.visit.session, campaign, desk.visit.now)


def _unknown(*_of_the_others: object) -> None:
    raise Refused("This button is not known. Open the page again.")


def _refusal(desk: DeskVisit, campaign: Campaign, refused: OutreachError) -> AnyResponse:
    return campaign_page(desk, campaign, [Fault("", desk.t.say(refused))])


def _question(desk: DeskVisit, campaign: Campaign) -> AnyResponse:
    session, standing = desk.visit.session, standing_of(desk, campaign)
    begun = campaign.started_at is not None
    following = still_to_plan(session, campaign, desk.visit.now) if begun else 0
    return desk.show(
        "campaign_cancel.html",
        section="campaigns",
        campaign=campaign,
        heading=heading(desk, campaign, subjects(session, [campaign])[campaign.id]),
        state=standing.state,
        chip=standing.chip,
        figures=standing.figures,
        on_the_wire=standing.on_the_wire,
        not_sent=standing.figures.waiting - standing.on_the_wire + following,
        following=following,
        begun=begun,
    )
