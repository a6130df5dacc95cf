"""Reads of tests: how the last ones of an edition went, and which texts have changed since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import LanguageReason
from outreach.delivery.models import (
    WAITING,
    Address,
    Delivery,
    Message,
    Outcome,
    State,
    Suppression,
    SuppressionReason,
)
from outreach.newsletters.models import Edition, EditionTest

REMEMBERED = 20
"""Of so many tests we look which texts they had."""
LOST = (State.FAILED, State.SUPPRESSED, State.CANCELLED)
"""What nobody has got, or will get."""


@dataclass(frozen=True)
class Mailed:
    """One mail of a test, and how it went."""

    address: str
    language: str
    state: State
    tries: int
    due_at: datetime
    """When it is tried next, if it waits."""
    ended_at: datetime | None
    reason: LanguageReason | None
    """Why the subscriber would get this language; None for every other."""
    suppressed: SuppressionReason | None
    """Why the address is not to be mailed now."""
    outcome: Outcome | None
    """What the server said last, if it said anything but yes."""

    @property
    def waits(self) -> bool:
        """Tell whether it has not been handed over yet."""
        return self.state in WAITING


@dataclass(frozen=True)
class PastTest:
    """One test of an edition."""

    number: int
    at: datetime
    who: str
    reader: str
    """The key of a persona, or `subscriber`."""
    mails: tuple[Mailed, ...]

    @property
    def waits(self) -> bool:
        """Tell whether any of its mails has not been handed over yet."""
        return any(mail.waits for mail in self.mails)


def last_tests(session: Session, edition: Edition, *, most: int = 5) -> list[PastTest]:
    """Give the last tests of an edition, the newest first."""
    rows = _rows(session, edition, most)
    mails = _mails(session, {number for row in rows for number in row.mails})
    return [
        PastTest(
            row.id,
            row.at,
            row.who,
            row.reader,
            tuple(mails[number] for number in row.mails if number in mails),
        )
        for row in rows
    ]


def untested(session: Session, edition: Edition) -> tuple[list[str], datetime | None]:
    """Give the languages whose present text nobody has been sent, and when the last test was.

    A test of which nothing went out in a language has tested nothing there.
    """
    rows = _rows(session, edition, REMEMBERED)
    present = {text.language: text.checksum for text in edition.translations}
    current = {
        number: {language for language, text in row.texts.items() if present.get(language) == text}
        for row in rows
        for number in row.mails
    }
    went = session.execute(
        select(Delivery.id, Message.language)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.id.in_(current), Delivery.state.not_in(LOST))
    )
    seen = {language for number, language in went if language in current[number]}
    lacking = [language for language in present if language not in seen]
    return lacking, rows[0].at if rows else None


def _rows(session: Session, edition: Edition, most: int) -> Sequence[EditionTest]:
    return session.scalars(
        select(EditionTest)
        .where(EditionTest.occasion_id == edition.occasion_id)
        .order_by(EditionTest.id.desc())
        .limit(most)
    ).all()


def _mails(session: Session, numbers: Iterable[int]) -> dict[int, Mailed]:
    """Read deliveries by id: nothing but the primary key finds them among a million."""
    wanted = list(numbers)
    outcomes = {
        outcome.delivery_id: outcome
        for outcome in session.scalars(
            select(Outcome).where(Outcome.delivery_id.in_(wanted)).order_by(Outcome.id)
        )
    }
    rows = session.execute(
        select(Delivery, Message.language, Address.address, Suppression.reason)
        .join(Message, Message.id == Delivery.message_id)
        .join(Address, Address.id == Delivery.address_id)
        .outerjoin(Suppression, Suppression.hash == Address.hash)
        .where(Delivery.id.in_(wanted))
    )
    return {
        delivery.id: Mailed(
            address,
            language,
            State(delivery.state),
            delivery.tries,
            delivery.due_at,
            delivery.ended_at,
            LanguageReason(delivery.reason) if delivery.reason else None,
            suppressed,
            outcomes.get(delivery.id),
        )
        for delivery, language, address, suppressed in rows
    }
