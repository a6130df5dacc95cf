"""The clock: APScheduler turns the table of `schedule` until it is told to stop.

Its jobs live in memory on purpose: the true schedule is rows, so a restart loses nothing.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from outreach import log
from outreach.bootstrap import Services
from outreach.clock.schedule import SCHEDULE, Entry

logger = log.logger("clock")


def turn_once(services: Services, table: Sequence[Entry] = SCHEDULE) -> None:
    """Do each entry once; an error ends it."""
    for entry in table:
        entry.turn(services)


def run(services: Services, stop: Event, table: Sequence[Entry] = SCHEDULE) -> None:
    """Turn until `stop` is set; what is being done then is finished."""
    # That a turn took longer than its pause is no news; what fails in one is logged by us.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC)
    for entry in table:
        scheduler.add_job(
            _safely,
            "interval",
            args=(services, entry),
            seconds=entry.seconds,
            name=entry.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    logger.info("clock runs", entries=len(table))
    stop.wait()
    scheduler.shutdown(wait=True)
    logger.info("clock stopped")


def _safely(services: Services, entry: Entry) -> None:
    """Do one entry; an error is logged, and the entry comes again in its turn."""
    try:
        entry.turn(services)
    except Exception:  # whatever one entry meets, the clock goes on
        logger.exception("entry failed", entry=entry.name)
