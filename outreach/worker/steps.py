"""What a worker does, each step in a thread of its own: a plain table of functions."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from sqlalchemy import func, select

from outreach import log
from outreach.audience.unsubscribe import drain_unsubscribe_mail
from outreach.bootstrap import Services
from outreach.campaigns import canary, fanout, reports
from outreach.campaigns.fanout import Progress
from outreach.campaigns.models import CanaryState
from outreach.content.site import load_site
from outreach.db import beats
from outreach.delivery import mailbox, sender
from outreach.delivery.batches import PAGE as LARGEST_PAGE
from outreach.delivery.models import WAITING, Tally
from outreach.events import notices, replies, retention, waitlist
from outreach.events.registration import Desk
from outreach.newsletters import forgetting
from outreach.worker import errands

logger = log.logger("worker")


@dataclass(frozen=True)
class Shift:
    """What a step works with: everything wired, when to stop, and whether to stop when idle."""

    services: Services
    stop: Event
    until_idle: bool = False


@dataclass(frozen=True)
class Step:
    """One kind of work. `turn` does what is due and tells whether there was anything."""

    name: str
    turn: Callable[[Shift], bool]
    pause: float
    """Seconds to wait after a turn that found nothing."""


def send_bulk(shift: Shift) -> bool:
    """Send what campaigns have queued."""
    return _send(shift, sender.send_bulk)


def send_transactional(shift: Shift) -> bool:
    """Send confirmations and the like, over a connection of their own."""
    return _send(shift, sender.send_transactional)


def fan_out(shift: Shift) -> bool:
    """Turn campaigns that have started into deliveries, a page a transaction, each in its turn.

    One that cannot be planned keeps no other waiting; its error is raised at the end.
    """
    database, size, worked, last = shift.services.database, fanout.PAGE, False, 0
    failed: list[Exception] = []
    while not shift.stop.is_set():
        with database.reading() as session:
            campaign_id = fanout.next_campaign(session, after=last)
        if campaign_id is None:
            break
        began = time.monotonic()
        try:
            progress = _fan_out_page(shift, campaign_id, size)
        except Exception as error:
            logger.exception("campaign cannot be planned", campaign=campaign_id)
            failed.append(error)
            progress = Progress.NOTHING
        size = next_size(size, time.monotonic() - began)
        worked = worked or progress is not Progress.NOTHING
        if progress is not Progress.MORE:
            last = campaign_id
        database.breathe()
    if failed:
        raise failed[0]
    return worked


def _fan_out_page(shift: Shift, campaign_id: int, size: int) -> Progress:
    """Plan a page; the first wave is chosen before the write begins."""
    database, now = shift.services.database, shift.services.clock()
    with database.reading() as session:
        wave = fanout.wave_of(session, campaign_id, now)
    with database.transaction() as session:
        return fanout.fan_out_page(session, campaign_id, size=size, wave=wave, now=now)


def finish(shift: Shift) -> bool:
    """Mark as sent the campaigns of which nothing waits any more."""
    with shift.services.database.transaction() as session:
        finished = fanout.finish(session, shift.services.clock())
    for campaign_id in finished:
        logger.info("campaign sent", campaign=campaign_id)
    return bool(finished)


def summarise(shift: Shift) -> bool:
    """Sum up the campaigns whose counters have moved: a long look, then one short write each."""
    services = shift.services
    with services.database.reading() as session:
        due = reports.due(session, services.clock())
    for campaign_id in due:
        if shift.stop.is_set():
            return True
        _summarise(services, campaign_id)
        services.database.breathe()
    return bool(due)


def _summarise(services: Services, campaign_id: int) -> None:
    summary = reports.summarise(services.database, campaign_id, services.clock())
    with services.database.transaction() as session:
        reports.store(session, campaign_id, summary)


def judge_canaries(shift: Shift) -> bool:
    """Let campaigns go on whose first wave went well; hold those of which too much failed."""
    with shift.services.database.transaction() as session:
        decided = canary.judge(session, shift.services.clock())
    for campaign_id, state in decided.items():
        held = state is CanaryState.HELD
        (logger.warning if held else logger.info)(f"canary {state}", campaign=campaign_id)
    return bool(decided)


def read_mailbox(shift: Shift) -> bool:
    """Store the mail that came to the incoming mailbox."""
    services = shift.services
    new = mailbox.read_mailbox(services.database, services.settings, services.clock())
    with services.database.transaction() as session:
        name = beats.mailbox(services.settings.mailbox_address)
        beats.beat(session, name, services.clock())
    return new > 0


def drain_unsubscribes(shift: Shift) -> bool:
    """Carry out the unsubscribe requests that came by mail."""
    services = shift.services
    with services.database.transaction() as session:
        return drain_unsubscribe_mail(session, services.links, services.clock()) > 0


def tell_registrants(shift: Shift) -> bool:
    """Post what registrants are to be told, a page a transaction."""
    services, worked = shift.services, False
    while not shift.stop.is_set():
        with services.database.transaction() as session:
            told = notices.tell_page(session, services.outbox, services.clock())
        if not told:
            return worked
        worked = True
        services.database.breathe()
    return worked


def offer_seats(shift: Shift) -> bool:
    """Offer seats that came free to those who wait, a few a transaction."""
    services, worked = shift.services, False
    with services.database.reading() as session:
        waited_for = waitlist.waited_for(session, services.clock())
    for occurrence in waited_for:
        offered = 1
        while offered and not shift.stop.is_set():
            with services.database.transaction() as session:
                site = load_site(session, services.links)
                desk = Desk(session, services.outbox, site, services.clock())
                offered = waitlist.offer_seats(desk, occurrence, services.settings.offer_hours)
            worked = worked or bool(offered)
            services.database.breathe()
    return worked


def purge_registrants(shift: Shift) -> bool:
    """Delete registrants' data that has been kept long enough, a page a transaction."""
    services = shift.services
    with services.database.reading() as session:
        days = services.settings.registrants_kept_days
        due = retention.due(session, days, services.clock())
    for each in due:
        purged = 1
        while purged and not shift.stop.is_set():
            with services.database.transaction() as session:
                purged = retention.purge_page(session, each.occurrence, services.clock())
            services.database.breathe()
    return bool(due)


def forget_readers(shift: Shift) -> bool:
    """Take real subscribers out of the mails of old tests, a page a transaction."""
    services, worked = shift.services, False
    while not shift.stop.is_set():
        with services.database.transaction() as session:
            if not forgetting.forget_readers(session, services.clock()):
                return worked
        worked = True
        services.database.breathe()
    return worked


def drain_replies(shift: Shift) -> bool:
    """Take in what calendars answered to invitations."""
    services = shift.services
    with services.database.transaction() as session:
        return replies.drain_reply(session, services.links, services.clock()) > 0


def look_at_links(shift: Shift) -> bool:
    """Look at the links that the desk asked for."""
    return errands.look_at_links(shift.services, shift.stop)


def judge_letters(shift: Shift) -> bool:
    """Let SpamAssassin judge a letter that the desk asked for."""
    return errands.judge_letter(shift.services)


STEPS = (
    Step("send transactional", send_transactional, 0.5),
    Step("send bulk", send_bulk, 0.5),
    Step("fan out", fan_out, 0.5),
    Step("judge first waves", judge_canaries, 1),
    Step("finish campaigns", finish, 1),
    Step("summarise", summarise, 5),
    Step("tell registrants", tell_registrants, 1),
    Step("offer seats", offer_seats, 2),
    Step("purge registrants", purge_registrants, 600),
    Step("forget readers of tests", forget_readers, 600),
    Step("look at links", look_at_links, 1),
    Step("judge letters", judge_letters, 2),
)
"""What every worker does; every step may run in any number of workers at once."""

MAILBOX_STEPS = (
    Step("read mailbox", read_mailbox, 30),
    Step("drain unsubscribe mail", drain_unsubscribes, 5),
    Step("drain replies", drain_replies, 5),
)
"""What workers do besides where an incoming mailbox is set."""


def steps_for(services: Services) -> tuple[Step, ...]:
    """Give the steps that these settings call for."""
    return (*STEPS, *MAILBOX_STEPS) if services.settings.mailbox_url else STEPS


PAGE_SECONDS = 0.05
"""A write on SQLite keeps every other writer waiting: it must be short (shorter, on slow disks)."""
SMALLEST_PAGE = 50


def next_size(size: int, seconds: float) -> int:
    """Give the size of the next page, after one of this size took so long."""
    if seconds > PAGE_SECONDS:
        return max(SMALLEST_PAGE, size // 2)
    if seconds < PAGE_SECONDS / 2:
        return min(LARGEST_PAGE, size + SMALLEST_PAGE)
    return size


def _send(shift: Shift, send: Callable[..., None]) -> bool:
    """Send until told to stop, or until nothing is due; tell whether any delivery ended."""
    before = _ended(shift)
    send(shift.services, shift.stop, until_idle=shift.until_idle)
    return _ended(shift) != before


def _ended(shift: Shift) -> int:
    """Count the deliveries that wait no more."""
    with shift.services.database.reading() as session:
        return int(
            session.scalar(
                select(func.coalesce(func.sum(Tally.count), 0)).where(Tally.state.not_in(WAITING))
            )
            or 0
        )
