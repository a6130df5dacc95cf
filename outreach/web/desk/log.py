"""The log: who did what, when, with what was so before and after. For admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from outreach.staff import audit, people
from outreach.staff.audit import Wanted
from outreach.staff.models import Act, Role
from outreach.times import zone
from outreach.web.desk import words
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.log_words import LogWords

blueprint = desk_blueprint("log")

PAGE = 50
COMMAND_LINE = "command-line"
"""In the place of somebody's number."""
ONE_DAY = timedelta(days=1)


@blueprint.get("/log")
@needs(Role.ADMIN)
def show() -> AnyResponse:
    """Show its lines, the latest first: all, or those of somebody, of one kind, of one day."""
    with desk_reading() as desk:
        chosen = _chosen()
        before = min(request.args.get("before", 2**62, type=int), 2**62)
        wanted = _wanted(chosen, desk.visit.services.settings.staff_zone)
        found = audit.acts(desk.visit.session, wanted, before=before, most=PAGE + 1)
        told = LogWords(desk.visit)
        return desk.show(
            "log.html",
            section="log",
            acts=[_line(told, act) for act in found[:PAGE]],
            older=found[PAGE - 1].id if len(found) > PAGE else 0,
            chosen=chosen,
            zone=desk.visit.services.settings.staff_zone,
            is_first=before == 2**62,
            who=_who(desk),
            kinds=sorted(
                ((act, desk.t.say(said)) for act, said in words.ACTS.items()),
                key=lambda each: each[1].casefold(),
            ),
        )


@dataclass(frozen=True)
class Line:
    """One line of the log, in words."""

    when: str
    who: str
    what: str
    subject: str
    details: list[str]
    """What was so before, and what it became."""


def _line(told: LogWords, act: Act) -> Line:
    return Line(
        told.t.timestamp(act.at, told.visit.services.settings.staff_zone),
        words.said_who(act, told.t),
        words.said_act(act, told.t),
        told.subject(act),
        told.details(act),
    )


def _chosen() -> dict[str, str]:
    """Give what the address asks for; without what cannot be understood."""
    asked = {name: request.args.get(name, "").strip() for name in ("who", "kind", "day")}
    if asked["who"] != COMMAND_LINE and not _number(asked["who"]):
        asked["who"] = ""
    if asked["kind"] not in words.ACTS:
        asked["kind"] = ""
    if _day(asked["day"]) is None:
        asked["day"] = ""
    return {name: value for name, value in asked.items() if value}


def _wanted(chosen: Mapping[str, str], zone_name: str) -> Wanted:
    who, day = chosen.get("who", ""), _day(chosen.get("day", ""))
    return Wanted(
        staff_id=_number(who),
        command_line=who == COMMAND_LINE,
        act=chosen.get("kind", ""),
        since=_midnight(day, zone_name) if day else None,
        until=_midnight(day + ONE_DAY, zone_name) if day else None,
    )


def _who(desk: DeskVisit) -> list[tuple[str, str]]:
    known = [(str(one.id), one.address) for one in people.everybody(desk.visit.session)]
    return [*known, (COMMAND_LINE, desk.t.say(words.COMMAND_LINE))]


def _number(text: str) -> int:
    """Give somebody's number; 0 if the text names nobody."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


def _midnight(day: date, zone_name: str) -> datetime:
    return datetime.combine(day, time(), zone(zone_name)).astimezone(UTC)
