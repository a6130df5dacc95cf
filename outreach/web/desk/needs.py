"""What needs a person: each thing in words, with where it is dealt with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignState
from outreach.content.faults import FaultyFolder, faulty_folders
from outreach.db import beats
from outreach.delivery.models import WAITING, State, Tally
from outreach.errors import Sentence
from outreach.events.changes import open_changes
from outreach.newsletters.models import Edition, Newsletter
from outreach.web.desk import heartbeats, places, translations
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.campaign_words import headings

MOST = 12
"""Of each kind."""
FIRST_FAULTS = 3
HELD_TOO_LONG = timedelta(hours=1)
"""After its time."""
FORGOTTEN = timedelta(days=30)
"""Nobody asks any more about mails of a send that ended so long ago."""

SILENT = Sentence("silent")
UNCERTAIN = Sentence("uncertain")
HELD = Sentence("held")
FAULT = Sentence("fault")
CHANGE = Sentence("change")
TRANSLATION = Sentence("translation")


@dataclass(frozen=True)
class Need:
    """One thing that waits for a person."""

    kind: Sentence
    """One word."""
    text: str
    """What it is, in the reader's language."""
    is_bad: bool = False
    """Whether something does not work, rather than waits."""
    url: str = ""
    """Where it is dealt with; empty where only a file or the command line can."""
    lines: tuple[str, ...] = ()
    """The first details."""
    hint: str = ""
    """What to do, where no page does it."""


def needs_of(desk: DeskVisit) -> list[Need]:
    """Give all of it, what is worst first."""
    return [
        *_silent(desk),
        *_uncertain(desk),
        *_faults(desk),
        *_held(desk),
        *_changes(desk),
        *_translations(desk),
    ]


def _silent(desk: DeskVisit) -> Iterator[Need]:
    t, session, now = desk.t, desk.visit.session, desk.visit.now
    workers = heartbeats.of_workers(session)
    if not heartbeats.is_alive(workers):
        said = t("No worker is at work, so nothing is being sent.")
        yield _without_life(said, _last_sign(desk, heartbeats.last_sign(workers)))
    elif _mailbox_is_silent(desk, heartbeats.working_since(workers)):
        said = t("The incoming mailbox cannot be read: replies and unsubscribe mails wait in it.")
        yield _without_life(said, _last_read(desk))
    clocks = heartbeats.of_clocks(session, now)
    if not heartbeats.is_alive(clocks):
        said = t("No clock is running, so planned sends and reminders do not start.")
        yield _without_life(said, _last_sign(desk, heartbeats.last_sign(clocks)))


def _without_life(said: str, last: str) -> Need:
    return Need(SILENT, said, is_bad=True, url=url_for("desk_system.show"), lines=(last,))


def _mailbox_is_silent(desk: DeskVisit, working_since: datetime) -> bool:
    """Tell whether a worker that is alive should long have read the mailbox that is set."""
    now, address = desk.visit.now, desk.visit.services.settings.mailbox_address
    if not address or now - working_since <= beats.MAILBOX_SILENT:
        return False
    last = beats.last(desk.visit.session, beats.mailbox(address))
    return last is None or now - last > beats.MAILBOX_SILENT


def _last_sign(desk: DeskVisit, last: datetime | None) -> str:
    if last is None:
        return desk.t("There has never been a sign of life.")
    return desk.t("The last sign of life: %(ago)s.", ago=_ago(desk, last))


def _last_read(desk: DeskVisit) -> str:
    address = desk.visit.services.settings.mailbox_address
    last = beats.last(desk.visit.session, beats.mailbox(address))
    if last is None:
        return desk.t("It has never been read.")
    return desk.t("It was last read: %(ago)s.", ago=_ago(desk, last))


def _ago(desk: DeskVisit, last: datetime) -> str:
    return desk.t.ago(max(desk.visit.now - last, timedelta(seconds=1)))


def _uncertain(desk: DeskVisit) -> Iterator[Need]:
    session, t = desk.visit.session, desk.t
    summed = func.sum(Tally.count)
    rows = session.execute(
        select(Campaign.id, summed)
        .join(Tally, Tally.batch_id == Campaign.batch_id)
        .where(
            Tally.state == State.UNCERTAIN,
            Campaign.state != CampaignState.CANCELLED,
            or_(Campaign.ended_at.is_(None), Campaign.ended_at > desk.visit.now - FORGOTTEN),
        )
        .group_by(Campaign.id)
        .having(summed > 0)
        .order_by(Campaign.id.desc())
        .limit(MOST)
    ).all()
    numbers = [number for number, _ in rows]
    named = headings(desk, session.scalars(select(Campaign).where(Campaign.id.in_(numbers))).all())
    for number, count in rows:
        said = t.many(
            "%(title)s: one mail may or may not have arrived.",
            "%(title)s: %(number)s mails may or may not have arrived.",
            int(count),
            title=named[number],
        )
        yield Need(UNCERTAIN, said, url=places.campaign(number))


def _held(desk: DeskVisit) -> Iterator[Need]:
    t, session = desk.t, desk.visit.session
    held = session.scalars(
        select(Campaign)
        .where(
            Campaign.state == CampaignState.PAUSED,
            Campaign.send_at <= desk.visit.now - HELD_TOO_LONG,
        )
        .order_by(Campaign.send_at)
        .limit(MOST)
    ).all()
    named = headings(desk, held)
    for each in held:
        waiting = _waiting(session, each.batch_id)
        if each.started_at is None or not each.batch.planned_final:
            said = t("%(title)s is held, and its time is past.", title=named[each.id])
        else:
            said = t.many(
                "%(title)s is held, and one mail of it still waits.",
                "%(title)s is held, and %(number)s mails of it still wait.",
                waiting,
                title=named[each.id],
            )
        yield Need(HELD, said, url=places.campaign(each.id))


def _waiting(session: Session, batch: int) -> int:
    counted = select(func.sum(Tally.count)).where(Tally.batch_id == batch, Tally.state.in_(WAITING))
    return int(session.scalar(counted) or 0)


def _faults(desk: DeskVisit) -> Iterator[Need]:
    t = desk.t
    folders, number = faulty_folders(desk.visit.session, most=MOST, each=FIRST_FAULTS)
    for folder in folders:
        said = t.many(
            "%(folder)s: one fault. Its last good version stays live.",
            "%(folder)s: %(number)s faults. The last good version stays live.",
            folder.count,
            folder=folder.path,
        )
        lines = [t.say(fault.told) for fault in folder.first]
        if folder.count > len(lines):
            lines.append(t("… and %(number)s more.", number=t.number(folder.count - len(lines))))
        url = _checks_of(desk.visit.session, folder)
        yield Need(FAULT, said, is_bad=True, url=url, lines=tuple(lines))
    if number > len(folders):
        more = t.many(
            "There are faults in one more folder.",
            "There are faults in %(number)s more folders.",
            number - len(folders),
        )
        yield Need(FAULT, more, is_bad=True, hint="outreach sync")


def _checks_of(session: Session, folder: FaultyFolder) -> str:
    """Give the checks of the edition that a folder is, if it ever was one without faults."""
    kind, _, rest = folder.path.removeprefix("content/").partition("/")
    newsletter, _, slug = rest.partition("/")
    if kind != "newsletters" or not slug or "/" in slug:
        return ""
    known = session.scalar(
        select(Edition.id)
        .join(Newsletter, Newsletter.id == Edition.newsletter_id)
        .where(Newsletter.slug == newsletter, Edition.slug == slug)
    )
    return places.checks(f"{newsletter}/{slug}") if known is not None else ""


def _changes(desk: DeskVisit) -> Iterator[Need]:
    visit = desk.visit
    for event, _change in open_changes(visit.session)[:MOST]:
        title = visit.text({text.language: text.title for text in event.translations})
        yield Need(
            CHANGE,
            desk.t(
                "The event “%(event)s” has changed, and its registrants have not been told yet.",
                event=title or event.slug,
            ),
            url=visit.path("events", event.slug) if event.listed else "",
            hint=f"outreach events release {event.slug}",
        )


def _translations(desk: DeskVisit) -> Iterator[Need]:
    t, visit = desk.t, desk.visit
    for each in translations.lacking(desk):
        said = []
        for languages, sentence in (
            (each.missing, Sentence("“%(title)s” is not there yet in %(languages)s.")),
            (each.stale, Sentence("“%(title)s” is older than its original in %(languages)s.")),
        ):
            if languages:
                named = t.listed(visit.in_words(language) for language in languages)
                said.append(t(sentence.text, title=each.title, languages=named))
        yield Need(TRANSLATION, " ".join(said), url=each.url)
