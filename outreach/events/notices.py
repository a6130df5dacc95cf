"""Tells registrants what concerns all of them: each once, a page in a transaction.

Which letter a notice means is looked up in `TELLINGS`; a telling posts one letter at the most and
says whether it did.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import log
from outreach.content.site import Site, load_site
from outreach.delivery.outbox import Outbox
from outreach.errors import OutreachError
from outreach.events.followup import follow_up
from outreach.events.models import Occurrence
from outreach.events.registration_models import (
    Notice,
    NoticeKind,
    Registration,
    RegistrationState,
)
from outreach.events.reminders import remind
from outreach.events.updates import tell_change

logger = log.logger("events.notices")

Telling = Callable[[Session, Outbox, Site, Notice, Registration, datetime], bool]

TELLINGS: Mapping[NoticeKind, Telling] = {
    NoticeKind.CHANGE: tell_change,
    NoticeKind.REMINDER: remind,
    NoticeKind.FOLLOW_UP: follow_up,
}
PAGE = 5
"""Registrations that one transaction tells: on SQLite it keeps every other writer waiting."""


def tell_page(session: Session, outbox: Outbox, now: datetime, *, size: int = PAGE) -> bool:
    """Tell the next registrants of the notice that is due first; False if none is due.

    Locks notice, occurrence and registrations, in this order.
    """
    notice = _due(session, now)
    if notice is None:
        return False
    lock = select(Occurrence.id).where(Occurrence.id == notice.occurrence_id).with_for_update()
    session.execute(lock)
    desk = _Desk(session, outbox, load_site(session, outbox.links), now)
    page = _page(session, notice, size)
    for registration in page:
        notice.told += desk.tell(notice, registration)
        notice.cursor = registration.id
    if len(page) < size:
        notice.done_at = now
        logger.info("registrants told", notice=notice.key, told=notice.told)
    return True


@dataclass(frozen=True)
class _Desk:
    """What one page has in common."""

    session: Session
    outbox: Outbox
    site: Site
    now: datetime

    def tell(self, notice: Notice, registration: Registration) -> bool:
        """Tell one registrant; what is wrong with one keeps nobody else waiting."""
        telling = TELLINGS[notice.kind]
        try:
            with self.session.begin_nested():
                return telling(self.session, self.outbox, self.site, notice, registration, self.now)
        except OutreachError as error:
            logger.warning(
                "registrant not told",
                notice=notice.key,
                registration=registration.id,
                why=str(error),
            )
            return False


def _due(session: Session, now: datetime) -> Notice | None:
    query = (
        select(Notice)
        .where(Notice.done_at.is_(None), Notice.due_at <= now, Notice.kind.in_(TELLINGS))
        .order_by(Notice.due_at, Notice.id)
        .limit(1)
        .with_for_update(of=Notice, skip_locked=True)
    )
    return session.scalars(query).one_or_none()


def _page(session: Session, notice: Notice, size: int) -> Sequence[Registration]:
    """Give the next live registrations that were not purged."""
    query = (
        select(Registration)
        .where(
            Registration.occurrence_id == notice.occurrence_id,
            Registration.id > notice.cursor,
            Registration.state != RegistrationState.CANCELLED,
            Registration.subscriber_id.is_not(None),
            Registration.purged_at.is_(None),
        )
        .order_by(Registration.id)
        .limit(size)
        .with_for_update(of=Registration)
    )
    return session.scalars(query).all()
