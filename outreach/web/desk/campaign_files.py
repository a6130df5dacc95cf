"""A campaign's report to be saved: its figures for everybody, its recipients for senders."""

from collections.abc import Iterable
from itertools import chain

from babel.numbers import get_decimal_symbol
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns import queries, reports
from outreach.campaigns.control import subject_of
from outreach.campaigns.report_files import deliveries_csv, figures_csv
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.places import CAMPAIGN
from outreach.web.visit import present_services

blueprint = desk_blueprint("campaign_files")

SIGN = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""The byte order mark: without it spreadsheets read accents wrongly."""


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
            _separator(desk),
        )
    return _saved([text], f"campaign-{number}-report.csv")


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
        separator = _separator(desk)
    streamed = deliveries_csv(present_services().database, number, separator)
    return _saved(streamed, f"campaign-{number}-deliveries.csv")


def _separator(desk: DeskVisit) -> str:
    """Give what spreadsheets in the reader's language take for the end of a cell."""
    return ";" if get_decimal_symbol(desk.t.locale) == "," else ","


def _saved(text: Iterable[str], name: str) -> Response:
    """Give a file; its first sign tells spreadsheets that it is UTF-8."""
    answer = Response(chain([SIGN], text))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
