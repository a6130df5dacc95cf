"""The state of the system: who is at work, the database, what waits, and the settings."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from werkzeug.wrappers import Response as AnyResponse

from outreach.db.facts import facts
from outreach.delivery import queue
from outreach.delivery.queue import Queue
from outreach.errors import Sentence
from outreach.staff.models import Role
from outreach.web.desk import heartbeats
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.heartbeats import Beat, Life
from outreach.web.desk.settings_shown import shown_settings

blueprint = desk_blueprint("system")

LIVES = {
    Life.ALIVE: Sentence("alive"),
    Life.SILENT: Sentence("silent"),
    Life.ENDED: Sentence("ended"),
}
TONES = {Life.ALIVE: "state-good", Life.SILENT: "state-bad", Life.ENDED: ""}


@blueprint.get("/system")
@needs(Role.VIEWER)
def show() -> AnyResponse:
    """Show it; settings are for admins."""
    with desk_reading() as desk:
        visit = desk.visit
        settings = visit.services.settings
        is_admin = desk.may(Role.ADMIN)
        return desk.show(
            "system.html",
            section="system",
            zone=settings.staff_zone,
            workers=_lines(desk, heartbeats.of_workers(visit.session)),
            clocks=_lines(desk, heartbeats.of_clocks(visit.session, visit.now)),
            database=facts(visit.session),
            queues=_queues(desk),
            version=version("outreach"),
            python=platform.python_version(),
            settings=shown_settings(settings, desk.t) if is_admin else [],
        )


@dataclass(frozen=True)
class Line:
    """One worker or clock, in words."""

    host: str
    process: str
    since: str
    last: str
    life: str
    tone: str
    parts: str
    """How many parts it has, and whether all are at work; empty where it has one."""


@dataclass(frozen=True)
class Waiting:
    """What waits of one stream, in words."""

    name: str
    waiting: str
    oldest: str
    """Empty where nothing is due."""


def _lines(desk: DeskVisit, found: list[Beat]) -> list[Line]:
    t, zone = desk.t, desk.visit.services.settings.staff_zone
    return [
        Line(
            beat.host,
            str(beat.process or ""),
            t.timestamp(beat.since, zone),
            t.timestamp(beat.last, zone),
            t.say(LIVES[beat.life]),
            TONES[beat.life],
            _parts(desk, beat),
        )
        for beat in found
    ]


def _parts(desk: DeskVisit, beat: Beat) -> str:
    if beat.parts == 1:
        return ""
    if beat.alive == beat.parts:
        return desk.t.many("%(number)s part", "%(number)s parts", beat.parts)
    alive, parts = desk.t.number(beat.alive), desk.t.number(beat.parts)
    return desk.t("%(alive)s of %(parts)s parts alive", alive=alive, parts=parts)


def _queues(desk: DeskVisit) -> list[Waiting]:
    t, session = desk.t, desk.visit.session
    return [
        _waiting(desk, t("Confirmations, invitations and the like"), queue.transactional(session)),
        _waiting(desk, t("Editions and announcements"), queue.bulk(session)),
    ]


def _waiting(desk: DeskVisit, name: str, found: Queue) -> Waiting:
    zone = desk.visit.services.settings.staff_zone
    oldest = desk.t.timestamp(found.oldest_due, zone) if found.oldest_due else ""
    return Waiting(name, desk.t.number(found.waiting), oldest)
