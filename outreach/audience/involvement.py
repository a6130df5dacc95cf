"""Who took part in what: written by the feature that knows, read by segments."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from outreach.audience.models import Involvement, Part
from outreach.db.dialects import insert_into


def involve(
    session: Session, subscriber: int, event: str, on: date, *, part: Part, at: datetime
) -> None:
    """Write how a subscriber (by id) takes part in one date of an event (by slug)."""
    values = {"subscriber_id": subscriber, "event": event, "on": on, "part": part, "at": at}
    session.execute(
        insert_into(session, Involvement)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["subscriber_id", "event", "on"], set_={"part": part, "at": at}
        )
    )


def withdraw(session: Session, subscriber: int, event: str, on: date) -> None:
    """Take back that a subscriber takes part."""
    session.execute(
        delete(Involvement).where(
            Involvement.subscriber_id == subscriber,
            Involvement.event == event,
            Involvement.on == on,
        )
    )
