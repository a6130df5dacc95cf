"""The registrants of an event as a list: for the people who receive them."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.exports import neutral
from outreach.audience.models import Subscriber
from outreach.delivery.models import Address
from outreach.errors import NotFound
from outreach.events.models import Event, Occurrence
from outreach.events.registration_models import Registration
from outreach.times import zone

COLUMNS = (
    "date",
    "state",
    "name",
    "address",
    "organisation",
    "country",
    "language",
    "registered",
    "confirmed",
    "cancelled",
    "joined",
    "calendar_reply",
)
"""Before the event's own questions."""
_PAGE = 500


def dates_of(session: Session, event: Event, on: date | None) -> Sequence[Occurrence]:
    """Give the occurrences of an event, or the one of an original date; NotFound if none is."""
    query = select(Occurrence).where(Occurrence.event_id == event.id).order_by(Occurrence.original)
    if on is not None:
        query = query.where(Occurrence.original == on)
    found = session.scalars(query).all()
    if not found:
        raise NotFound("This event has no such date.")
    return found


def registrants(
    session: Session, event: Event, on: date | None, zone_name: str
) -> Iterator[dict[str, Any]]:
    """Give every registrant whose data is still there, a page at a time; times in that zone.

    Answers stand under `answer: NAME`, choices in the words of the event's first language.
    """
    ids = [row.id for row in dates_of(session, event, on)]
    after = 0
    while rows := _page(session, ids, after):
        after = rows[-1][0].id
        for registration, address in rows:
            yield _record(event, registration, address, zone_name)


def export_csv(session: Session, out: TextIO, event: Event, on: date | None, zone_name: str) -> int:
    """Write the registrants as CSV; give how many.

    A cell that a spreadsheet would run as a formula gets a ' in front. Open `out` with
    `newline=""` and as `utf-8-sig`, so that spreadsheets read accents.
    """
    columns = [*COLUMNS, *(_column(question) for question in event.questions)]
    writer = csv.writer(out)
    writer.writerow(columns)
    count = 0
    for record in registrants(session, event, on, zone_name):
        writer.writerow([neutral(str(record.get(name) or "")) for name in columns])
        count += 1
    return count


def _page(
    session: Session, occurrences: Sequence[int], after: int
) -> list[tuple[Registration, str]]:
    query = (
        select(Registration, Address.address)
        .join(Subscriber, Subscriber.id == Registration.subscriber_id)
        .join(Address, Address.id == Subscriber.address_id)
        .where(
            Registration.occurrence_id.in_(occurrences),
            Registration.purged_at.is_(None),
            Registration.id > after,
        )
        .order_by(Registration.id)
        .limit(_PAGE)
    )
    return [(registration, address) for registration, address in session.execute(query)]


def _record(
    event: Event, registration: Registration, address: str, zone_name: str
) -> dict[str, Any]:
    def said(moment: datetime | None) -> str:
        return moment.astimezone(zone(zone_name)).strftime("%Y-%m-%d %H:%M") if moment else ""

    record = {
        "date": registration.occurrence.original.isoformat(),
        "state": str(registration.state),
        "name": registration.name,
        "address": address,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "registered": said(registration.created_at),
        "confirmed": said(registration.confirmed_at),
        "cancelled": said(registration.cancelled_at),
        "joined": said(registration.joined_at),
        "calendar_reply": registration.response,
    }
    answers = {
        _column(question): _answer(question, registration.answers.get(str(question["name"]), ""))
        for question in event.questions
    }
    return {**record, **answers}


def _column(question: dict[str, Any]) -> str:
    return f"answer: {question['name']}"


def _answer(question: dict[str, Any], answer: str) -> str:
    """Give a choice in words: what is kept is its number."""
    choices = question["choices"]
    if choices and answer.isdecimal() and 0 < int(answer) <= len(choices):
        return str(next(iter(choices[int(answer) - 1].values())))
    return answer
