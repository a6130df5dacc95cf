"""Subscribers as a file: CSV for spreadsheets, JSON Lines for programs; streamed."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outreach.audience.models import (
    Subscriber,
    SubscriberTag,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.db.database import Database
from outreach.delivery.models import Address, Suppression

COLUMNS = (
    "address",
    "first_name",
    "last_name",
    "language",
    "country",
    "organisation",
    "organisation_type",
    "tags",
    "time_zone",
    "topics",
    "paused_until",
    "left_at",
    "suppressed",
    "source",
    "created_at",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = 1000


def export(database: Database, out: TextIO, *, kind: str, topic: str | None = None) -> int:
    """Write all subscribers (or those of one topic) as `csv` or `jsonl`; give how many."""
    write = export_csv if kind == "csv" else export_json_lines
    with database.reading() as session:
        return write(session, out, topic=topic)


def export_csv(session: Session, out: TextIO, *, topic: str | None = None) -> int:
    """Write the subscribers (of one topic, by slug) as CSV; give how many.

    A cell that a spreadsheet would run as a formula gets a ' in front; our import takes it away.
    Open `out` with `newline=""`.
    """
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    number = 0
    for record in subscribers(session, topic=topic):
        number += 1
        listed = {"topics": " ".join(record["topics"]), "tags": ";".join(record["tags"])}
        cells = record | listed
        writer.writerow([neutral(str(cells[name] or "")) for name in COLUMNS])
    return number


def export_json_lines(session: Session, out: TextIO, *, topic: str | None = None) -> int:
    """Write the subscribers (of one topic, by slug), one JSON object a line; give how many."""
    number = 0
    for record in subscribers(session, topic=topic):
        number += 1
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return number


def as_table(lines: Iterable[Iterable[object]], separator: str) -> str:
    """Write lines of cells as CSV, none of which a spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    for line in lines:
        writer.writerow([neutral("" if cell is None else str(cell)) for cell in line])
    return out.getvalue()


def neutral(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def subscribers(session: Session, *, topic: str | None = None) -> Iterator[dict[str, Any]]:
    """Give the subscribers, a page at a time, as they are exported."""
    after = 0
    while rows := _page(session, topic, after):
        after = rows[-1].Subscriber.id
        first = rows[0].Subscriber.id
        topics, tags = _topics(session, first, after), _tags(session, first, after)
        for row in rows:
            number = row.Subscriber.id
            yield _record(row, topics.get(number, []), tags.get(number, []))
        session.expunge_all()


def _page(session: Session, topic: str | None, after: int) -> Sequence[Row[Any]]:
    query: Any = (
        select(Subscriber, Address.address, Suppression.reason)
        .join(Address, Address.id == Subscriber.address_id)
        .outerjoin(Suppression, Suppression.hash == Address.hash)
        .where(Subscriber.id > after)
        .order_by(Subscriber.id)
        .limit(_PAGE)
    )
    if topic is not None:
        query = (
            query.join(Subscription, Subscription.subscriber_id == Subscriber.id)
            .join(Topic, Topic.id == Subscription.topic_id)
            .where(Topic.slug == topic, Subscription.state == SubscriptionState.CONFIRMED)
        )
    rows: Sequence[Row[Any]] = session.execute(query).all()
    return rows


def _topics(session: Session, first: int, last: int) -> dict[int, list[str]]:
    """Give the confirmed topics of the people of one page."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Subscription.subscriber_id, Topic.slug)
        .join(Topic, Topic.id == Subscription.topic_id)
        .where(
            Subscription.subscriber_id.between(first, last),
            Subscription.state == SubscriptionState.CONFIRMED,
        )
        .order_by(Topic.position, Topic.id)
    )
    for number, slug in rows:
        found.setdefault(number, []).append(slug)
    return found


def _tags(session: Session, first: int, last: int) -> dict[int, list[str]]:
    """Give the tags of the people of one page."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(SubscriberTag.subscriber_id, SubscriberTag.tag)
        .where(SubscriberTag.subscriber_id.between(first, last))
        .order_by(SubscriberTag.tag)
    )
    for number, tag in rows:
        found.setdefault(number, []).append(tag)
    return found


def _record(row: Row[Any], topics: list[str], tags: list[str]) -> dict[str, Any]:
    person: Subscriber = row.Subscriber
    return {
        "address": row.address,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "country": person.country,
        "organisation": person.organisation,
        "organisation_type": person.organisation_type,
        "tags": tags,
        "time_zone": person.time_zone,
        "topics": topics,
        "paused_until": person.paused_until.isoformat() if person.paused_until else None,
        "left_at": person.left_at.isoformat() if person.left_at else None,
        "suppressed": row.reason,
        "source": person.source,
        "created_at": person.created_at.isoformat(),
    }
