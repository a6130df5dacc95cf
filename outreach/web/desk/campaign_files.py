"""A campaign's report to be saved: its figures for everybody, its recipients for senders."""

from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries, reports
from outreach.campaigns.control import subject_of
from outreach.campaigns.report_files import deliveries_csv, figures_csv
from outreach.staff.models import Role
from outreach.web.desk.access import desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.places import CAMPAIGN
from outreach.web.saved import saved, separator
from outreach.web.visit import present_services

blueprint = desk_blueprint("campaign_files")


@blueprint.get(f"{CAMPAIGN}/report.csv")
@needs(Role.VIEWER)
def report(number: int) -> AnyResponse:
    """Give the figures of a report."""
    with desk_reading() as desk:
        session = desk.visit.session
        campaign = queries.campaign(session, number)
        standing = queries.standing(session, campaign)
        text = figures_csv(
            queries.by_language(session, campaign),
            queries.figures(standing),
            reports.stored(session, number),
            separator(desk.t),
        )
    return saved([text], f"campaign-{number}-report.csv")


@blueprint.post(f"{CAMPAIGN}/deliveries.csv")
@needs(Role.SENDER)
def deliveries(number: int) -> AnyResponse:
    """Give one line for each recipient; that somebody took these data stands in the log."""
    with desk_writing() as desk:
        session = desk.visit.session
        campaign = queries.campaign(session, number)
        standing = queries.standing(session, campaign)
        planned = queries.figures(standing).planned
        desk.actor.did(
            session, "campaign.download", subject_of(number), after={"recipients": planned}
        )
        between = separator(desk.t)
    streamed = deliveries_csv(present_services().database, number, between)
    return saved(streamed, f"campaign-{number}-deliveries.csv")
