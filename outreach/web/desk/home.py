"""The first page of the desk: what needs a person, what is on its way, what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from outreach.campaigns.models import CampaignState
from outreach.staff.models import Role
from outreach.times import zone
from outreach.web.desk import agenda
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.agenda import Entry
from outreach.web.desk.needs import needs_of
from outreach.web.desk.progress import going
from outreach.web.month import Month, month, weekdays

blueprint = desk_blueprint("home")

MOST_RUNNING = 20
IN_A_CELL = 3
"""Entries of a day that the table shows at once; the rest unfolds."""


@blueprint.get("/")
@needs(Role.VIEWER)
def home() -> AnyResponse:
    """Show it."""
    with desk_reading() as desk:
        today = desk.visit.now.astimezone(zone(_zone_name(desk))).date()
        return desk.show(
            "home.html",
            section="home",
            today=today,
            needs=needs_of(desk),
            **_running(desk),
            **_next(desk, today),
        )


@blueprint.get("/running")
@needs(Role.VIEWER)
def running() -> AnyResponse:
    """Show what is on its way as a part of a page, to be fetched again and again."""
    with desk_reading() as desk:
        return desk.show("parts/running.html", **_running(desk))


@blueprint.get("/needs")
@needs(Role.VIEWER)
def needing() -> AnyResponse:
    """Show what needs a person as a part of a page."""
    with desk_reading() as desk:
        return desk.show("parts/needs.html", needs=needs_of(desk))


@dataclass(frozen=True)
class Cell:
    """One day of the table of a month."""

    day: date
    is_outside: bool
    """Whether it is of the month before or after."""
    is_today: bool
    shown: list[Entry]
    folded: list[Entry]


def _running(desk: DeskVisit) -> dict[str, Any]:
    under_way = going(desk, MOST_RUNNING)
    is_sending = any(each.campaign.state is CampaignState.SENDING for each in under_way)
    return {"running": under_way, "is_sending": is_sending}


def _next(desk: DeskVisit, today: date) -> dict[str, Any]:
    asked, view = request.args.get("month", ""), request.args.get("view", "")
    shown = month(asked, today, desk.t.locale)
    is_asked = asked == shown.name
    table, listed = agenda.shown_days(shown, today, asked=is_asked)
    found = agenda.entries(desk, table, listed)
    return {
        "month": shown,
        "is_asked": is_asked,
        "view": view if view in ("month", "agenda") else "",
        "zone": _zone_name(desk),
        "weekdays": weekdays(shown.weeks[0], desk.t.locale),
        "weeks": _cells(shown, agenda.by_day(found, table), today),
        "days": sorted(agenda.by_day(found, listed).items()),
    }


def _cells(shown: Month, days: Mapping[date, list[Entry]], today: date) -> list[list[Cell]]:
    return [
        [
            Cell(
                day,
                day.month != shown.first.month,
                day == today,
                days.get(day, [])[:IN_A_CELL],
                days.get(day, [])[IN_A_CELL:],
            )
            for day in week
        ]
        for week in shown.weeks
    ]


def _zone_name(desk: DeskVisit) -> str:
    return desk.visit.services.settings.staff_zone
