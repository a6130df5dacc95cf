"""The outbox: one letter to one person, posted in the transaction of whatever is its cause."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.delivery.batches import NewDelivery, add_deliveries, remember_occasion
from outreach.delivery.models import Address, Batch, BatchState, Message, Stream
from outreach.links import Links
from outreach.mail.compiled import Headers, compile_message
from outreach.mail.compose import Composed, Letter, Stationery
from outreach.mail.parts import CALENDAR, EnclosedCalendar


@dataclass(frozen=True)
class Outbox:
    """What posting a letter needs."""

    stationery: Stationery
    links: Links
    suppression_key: bytes
    mailbox_address: str = ""
    """The address of the incoming mailbox, or empty if there is none."""


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to."""

    address: Address
    number: int
    """The subscriber's id, or 0."""


class Posting(TypedDict):
    """What else is said when a letter is posted."""

    occasion: str
    """What it is for, e.g. `confirm:17:3`: posted twice, it is sent once."""
    headers: Headers
    fields: Mapping[str, str | int]
    """Values of the letter's fields; `signup` (a number) where it has `confirm_url`."""
    now: datetime
    calendar: NotRequired[EnclosedCalendar]
    """What calendars are to take from it, this recipient's own."""


def post(
    session: Session, outbox: Outbox, letter: Letter, to: Recipient, **posting: Unpack[Posting]
) -> bool:
    """Queue a transactional letter; False if this address has had one for this occasion."""
    now = posting["now"]
    composed = outbox.stationery.compose(letter)
    calendar = posting.get("calendar")
    content = compile_message(
        composed, posting["headers"], calendar=calendar.method if calendar else ""
    )
    batch_id, message_id = _standing_message(session, composed, content, now)
    fields = dict(posting["fields"])
    if calendar:
        fields[CALENDAR] = calendar.content.decode()
    delivery = NewDelivery(
        batch_id=batch_id,
        message_id=message_id,
        occasion_id=remember_occasion(session, posting["occasion"]),
        address_id=to.address.id,
        recipient=to.number,
        fields=json.dumps(fields, ensure_ascii=False) if fields else None,
        stream=Stream.TRANSACTIONAL,
    )
    return bool(add_deliveries(session, [delivery], now))


def _standing_message(
    session: Session, composed: Composed, content: bytes, now: datetime
) -> tuple[int, int]:
    """Give batch and message that say exactly this: equal letters share one, made at the first."""
    checksum = hashlib.sha256(content).hexdigest()
    name = f"outbox:{composed.language}:{checksum[:40]}"
    known = session.execute(
        select(Message.batch_id, Message.id).join(Batch).where(Batch.name == name)
    ).first()
    if known is not None:
        return known.batch_id, known.id
    return _new_message(session, name, composed, content, now)


def _new_message(
    session: Session, name: str, composed: Composed, content: bytes, now: datetime
) -> tuple[int, int]:
    """Make batch and message; another process may be doing the same at this moment."""
    session.execute(
        insert_into(session, Batch)
        .values(
            name=name,
            stream=Stream.TRANSACTIONAL,
            state=BatchState.OPEN,
            list_number=0,
            planned_final=False,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    batch_id = session.scalars(select(Batch.id).where(Batch.name == name)).one()
    session.execute(
        insert_into(session, Message)
        .values(
            batch_id=batch_id,
            language=composed.language,
            form="full",
            subject=composed.subject,
            html=composed.html,
            text=composed.text,
            content=content,
        )
        .on_conflict_do_nothing()
    )
    message_id = session.scalars(select(Message.id).where(Message.batch_id == batch_id)).one()
    return batch_id, message_id
