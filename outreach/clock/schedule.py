"""What happens as time passes: a plain table of functions. The clock only flips rows."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from outreach import log
from outreach.bootstrap import Services
from outreach.campaigns import schedule
from outreach.db import beats
from outreach.events import joining, reminders, waitlist

logger = log.logger("clock")


@dataclass(frozen=True)
class Entry:
    """One line of the schedule."""

    name: str
    seconds: float
    """How often."""
    turn: Callable[[Services], None]


def start_due_campaigns(services: Services) -> None:
    """Start every campaign whose time has come."""
    with services.database.transaction() as session:
        started = schedule.start_due(session, services.clock())
    for campaign_id in started:
        logger.info("campaign started", campaign=campaign_id)


def lapse_offers(services: Services) -> None:
    """Put those who did not take the seat that was offered to them at the end of the list."""
    with services.database.transaction() as session:
        lapsed = waitlist.lapse_offers(session, services.clock())
    if lapsed:
        logger.info("offers lapsed", count=lapsed)


def note_due_reminders(services: Services) -> None:
    """Note the reminders whose time has come; the worker tells them."""
    with services.database.transaction() as session:
        noted = reminders.note_due_reminders(session, services.clock())
    if noted:
        logger.info("reminders noted", count=noted)


def mark_absent(services: Services) -> None:
    """Note who had a seat and did not join, a page a transaction."""
    marked = 1
    while marked:
        with services.database.transaction() as session:
            marked = joining.mark_absent(session, services.clock())
        services.database.breathe()


def heartbeat(services: Services) -> None:
    """Leave a sign of life."""
    with services.database.transaction() as session:
        beats.beat(session, f"{beats.CLOCK}{socket.gethostname()[:80]}", services.clock())


SCHEDULE = (
    Entry("start due campaigns", 1, start_due_campaigns),
    Entry("note due reminders", 20, note_due_reminders),
    Entry("lapse offers", 30, lapse_offers),
    Entry("mark absent", 300, mark_absent),
    Entry("heartbeat", 10, heartbeat),
)
"""Every entry may run in two clocks at once: what it does is a conditional update."""
