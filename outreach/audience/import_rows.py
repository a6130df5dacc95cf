"""One batch of an import: what is known of its addresses, and the rows that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, bindparam, insert, literal, select, update
from sqlalchemy.orm import Session

from outreach.audience import ledger
from outreach.audience.ledger import Line
from outreach.audience.models import (
    Action,
    Method,
    Subscriber,
    SubscriberTag,
    Subscription,
    SubscriptionState,
)
from outreach.audience.references import new_reference
from outreach.db.bulk import insert_rows
from outreach.delivery.models import Address, Suppression

PROFILE = ("first_name", "last_name", "time_zone", "country", "organisation", "organisation_type")
"""What an import fills in where it is empty. It never overwrites what somebody told us."""

_ADDRESSES = cast(Table, Address.__table__)
_SUBSCRIBERS = cast(Table, Subscriber.__table__)
_SUBSCRIPTIONS = cast(Table, Subscription.__table__)
_TAGS = cast(Table, SubscriberTag.__table__)


class Fate(StrEnum):
    """What becomes of a line; the names of the counts in the report."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT = "left"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be imported. No two of a batch have the same address."""

    address: str
    normal: str
    domain: str
    hash: bytes
    profile: dict[str, str]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Into:
    """Where the lines of an import go, and what is written beside each."""

    topic_id: int
    topic: str
    language: str
    wording_id: int
    source: str


@dataclass(slots=True)
class Weighed:
    """The entries of a batch by their fate, with what is known of each."""

    fates: list[Fate]
    new: list[Entry]
    address_ids: dict[str, int]
    fill: list[tuple[Entry, Row[Any]]]
    """With a topic to add, a gap to fill or a tag to put on."""
    tags: dict[int, set[str]]
    """Those that known people have, where the batch names any."""


def weigh(session: Session, into: Into, entries: Sequence[Entry], *, lock: bool) -> Weighed:
    """Look up what is known and decide; writes nothing. `lock`: keep the people as they are."""
    ids = _address_ids(session, [entry.normal for entry in entries])
    suppressed = set(
        session.scalars(
            select(Suppression.hash).where(Suppression.hash.in_([entry.hash for entry in entries]))
        )
    )
    people = _people(session, into.topic_id, list(ids.values()), lock=lock)
    named = any(entry.tags for entry in entries)
    tags = _tags_of(session, [person.id for person in people.values()]) if named else {}
    weighed = Weighed([], [], ids, [], tags)
    for entry in entries:
        person = people.get(ids.get(entry.normal, 0))
        fate = Fate.SUPPRESSED if entry.hash in suppressed else _fate(entry, person, tags)
        weighed.fates.append(fate)
        if fate is Fate.NEW:
            weighed.new.append(entry)
        elif fate is Fate.CHANGED and person is not None:
            weighed.fill.append((entry, person))
    return weighed


def write(session: Session, into: Into, weighed: Weighed, now: datetime) -> None:
    """Make the rows that a batch calls for, the ledger's last."""
    references = _add_people(session, into, weighed, now)
    references += _subscribe_known(session, into, weighed, now)
    _fill_gaps(session, weighed)
    _put_tags(session, weighed)
    ledger.record(
        session,
        [
            Line(
                reference,
                into.topic,
                Action.GRANTED,
                Method.IMPORT,
                now,
                into.wording_id,
                into.source,
            )
            for reference in references
        ],
    )


def _address_ids(session: Session, normals: Sequence[str]) -> dict[str, int]:
    columns = _ADDRESSES.c
    rows = session.execute(select(columns.normal, columns.id).where(columns.normal.in_(normals)))
    return {row.normal: row.id for row in rows}


def _people(
    session: Session, topic_id: int, address_ids: Sequence[int], *, lock: bool
) -> dict[int, Row[Any]]:
    if not address_ids:
        return {}
    query = (
        select(
            *(_SUBSCRIBERS.c[name] for name in ("id", "reference", "address_id", "left_at")),
            *(_SUBSCRIBERS.c[name] for name in PROFILE),
            _SUBSCRIPTIONS.c.state,
        )
        .select_from(
            _SUBSCRIBERS.outerjoin(
                _SUBSCRIPTIONS,
                (_SUBSCRIPTIONS.c.subscriber_id == _SUBSCRIBERS.c.id)
                & (_SUBSCRIPTIONS.c.topic_id == topic_id),
            )
        )
        .where(_SUBSCRIBERS.c.address_id.in_(address_ids))
        .order_by(_SUBSCRIBERS.c.id)
    )
    if lock:
        query = query.with_for_update(key_share=True, of=_SUBSCRIBERS)
    rows: Sequence[Any] = session.execute(query).all()
    return {row.address_id: row for row in rows}


def _fate(entry: Entry, person: Row[Any] | None, tags: dict[int, set[str]]) -> Fate:
    if person is None:
        return Fate.NEW
    if person.left_at is not None or person.state == SubscriptionState.UNSUBSCRIBED:
        return Fate.LEFT
    adds = _gaps(entry, person) or set(entry.tags) - tags.get(person.id, set())
    if person.state == SubscriptionState.CONFIRMED and not adds:
        return Fate.UNCHANGED
    return Fate.CHANGED


def _gaps(entry: Entry, person: Row[Any]) -> dict[str, str]:
    return {
        name: value
        for name, value in entry.profile.items()
        if name != "language" and not getattr(person, name)
    }


def _add_people(session: Session, into: Into, weighed: Weighed, now: datetime) -> list[str]:
    """Add addresses, people and subscriptions of the new entries; give their references."""
    if not weighed.new:
        return []
    ids = weighed.address_ids
    unknown = [
        {
            "address": entry.address,
            "normal": entry.normal,
            "domain": entry.domain,
            "hash": entry.hash,
        }
        for entry in weighed.new
        if entry.normal not in ids
    ]
    if unknown:
        insert_rows(session, _ADDRESSES, unknown)
        ids |= _address_ids(session, [str(row["normal"]) for row in unknown])
    people = [_person(entry, ids[entry.normal], into, now) for entry in weighed.new]
    insert_rows(session, _SUBSCRIBERS, people)
    new = _SUBSCRIBERS.c.address_id.in_([person["address_id"] for person in people])
    _subscribe(session, into, new, now)
    return [str(person["reference"]) for person in people]


def _person(entry: Entry, address_id: int, into: Into, now: datetime) -> dict[str, object]:
    """Give a new row, its columns in the order of the table."""
    known = entry.profile.get
    return {
        "reference": new_reference(now, address_id),
        "address_id": address_id,
        "first_name": known("first_name", ""),
        "last_name": known("last_name", ""),
        "language": known("language", into.language),
        "time_zone": known("time_zone", ""),
        "country": known("country", ""),
        "organisation": known("organisation", ""),
        "organisation_type": known("organisation_type", ""),
        "source": "import",
        "created_at": now,
    }


def _subscribe_known(session: Session, into: Into, weighed: Weighed, now: datetime) -> list[str]:
    """Give the topic to known people who do not have it; give their references."""
    without = [person for _, person in weighed.fill if person.state is None]
    pending = [person for _, person in weighed.fill if person.state == SubscriptionState.PENDING]
    if without:
        known = _SUBSCRIBERS.c.id.in_([person.id for person in without])
        _subscribe(session, into, known, now)
    if pending:
        session.execute(
            update(_SUBSCRIPTIONS)
            .where(
                _SUBSCRIPTIONS.c.topic_id == into.topic_id,
                _SUBSCRIPTIONS.c.subscriber_id.in_([person.id for person in pending]),
                _SUBSCRIPTIONS.c.state == SubscriptionState.PENDING,
            )
            .values(state=SubscriptionState.CONFIRMED, changed_at=now)
        )
    return [person.reference for person in (*without, *pending)]


def _subscribe(session: Session, into: Into, who: ColumnElement[bool], now: datetime) -> None:
    """Confirm the topic for people who have no subscription to it: one statement, not one each."""
    rows = select(
        literal(into.topic_id),
        _SUBSCRIBERS.c.id,
        literal(SubscriptionState.CONFIRMED, _SUBSCRIPTIONS.c.state.type),
        literal(now, _SUBSCRIPTIONS.c.changed_at.type),
    ).where(who)
    columns = ["topic_id", "subscriber_id", "state", "changed_at"]
    session.execute(insert(_SUBSCRIPTIONS).from_select(columns, rows))


def _fill_gaps(session: Session, weighed: Weighed) -> None:
    rows = [
        {name: getattr(person, name) for name in PROFILE}
        | _gaps(entry, person)
        | {"key": person.id}
        for entry, person in weighed.fill
        if _gaps(entry, person)
    ]
    if rows:
        session.execute(update(_SUBSCRIBERS).where(_SUBSCRIBERS.c.id == bindparam("key")), rows)


def _tags_of(session: Session, people: Sequence[int]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = {}
    for row in session.execute(select(_TAGS).where(_TAGS.c.subscriber_id.in_(people))):
        held.setdefault(row.subscriber_id, set()).add(row.tag)
    return held


def _put_tags(session: Session, weighed: Weighed) -> None:
    """Put on the tags that people do not have yet; an import takes none away."""
    ids = _ids_of(session, [weighed.address_ids[each.normal] for each in weighed.new if each.tags])
    new = [(entry, ids[weighed.address_ids[entry.normal]]) for entry in weighed.new if entry.tags]
    known = [(entry, person.id) for entry, person in weighed.fill]
    rows = [
        {"subscriber_id": number, "tag": tag}
        for entry, number in (*new, *known)
        for tag in entry.tags
        if tag not in weighed.tags.get(number, set())
    ]
    insert_rows(session, _TAGS, rows)


def _ids_of(session: Session, address_ids: Sequence[int]) -> dict[int, int]:
    if not address_ids:
        return {}
    columns = _SUBSCRIBERS.c
    query = select(columns.address_id, columns.id).where(columns.address_id.in_(address_ids))
    return {row.address_id: row.id for row in session.execute(query)}
