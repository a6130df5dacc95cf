"""The consent ledger: lines are only ever added, each chained by hash to the one before."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Action, Consent, Method, Wording
from outreach.audience.words import Words
from outreach.db.bulk import insert_rows
from outreach.db.rows import to_microseconds
from outreach.errors import Sentence

EVERYTHING = "*"
"""The topic of a line by which somebody left everything at once."""

ROOT = bytes(32)
"""What the first line is chained to."""

_LOCK = 0x6C656467_6572
"""The number of our advisory lock on PostgreSQL."""

_CONSENTS = cast(Table, Consent.__table__)
_PAGE = 2000
_canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the ledger says."""

    reference: str
    """`Subscriber.reference`."""
    topic: str
    action: Action
    method: Method
    at: datetime
    wording_id: int | None = None
    source: str = ""


@dataclass
class Verification:
    """The outcome of reading the whole chain."""

    lines: int = 0
    problems: list[Sentence] = field(default_factory=list)
    """At most a hundred."""

    @property
    def whole(self) -> bool:
        """Tell whether nothing was changed, removed or put in between."""
        return not self.problems


def record(session: Session, lines: Sequence[Line]) -> None:
    """Append lines. Do it last in a transaction: the chain is locked until the commit.

    On SQLite the transaction itself is the lock (BEGIN IMMEDIATE).
    """
    if not lines:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = session.execute(
        select(Consent.id, Consent.hash).order_by(Consent.id.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.id, last.hash) if last else (0, ROOT)
    checksums = _checksums(session, {line.wording_id for line in lines})
    rows: list[dict[str, Any]] = []
    for line in lines:
        number += 1
        chained = _hash(previous, number, line, checksums.get(line.wording_id, ""))
        rows.append(
            {
                "id": number,
                "reference": line.reference,
                "topic": line.topic,
                "action": line.action,
                "method": line.method,
                "at": line.at,
                "wording_id": line.wording_id,
                "source": line.source,
                "previous_hash": previous,
                "hash": chained,
            }
        )
        previous = chained
    insert_rows(session, _CONSENTS, rows)


def verify(session: Session) -> Verification:
    """Read the whole chain, a page at a time, and say what does not fit."""
    found = Verification()
    previous, number = ROOT, 0
    rows = session.execute(
        select(*_CONSENTS.columns, Wording.checksum, Wording.language)
        .add_columns(Wording.version, Wording.text)
        .outerjoin(Wording, Wording.id == Consent.wording_id)
        .order_by(Consent.id)
        .execution_options(yield_per=_PAGE)
    )
    for row in rows:
        found.lines += 1
        if len(found.problems) < _MOST_PROBLEMS:
            found.problems += _problems(row, number, previous)
        previous, number = row.hash, row.id
    return found


def lines_of(session: Session, reference: str) -> list[Consent]:
    """Give the lines of one person, the oldest first."""
    query = select(Consent).where(Consent.reference == reference).order_by(Consent.id)
    return list(session.scalars(query))


def _checksums(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    known = {each for each in ids if each is not None}
    if not known:
        return {}
    rows = session.execute(select(Wording.id, Wording.checksum).where(Wording.id.in_(known)))
    return {row.id: row.checksum for row in rows}


def _hash(previous: bytes, number: int, line: Line, words: str) -> bytes:
    """SHA-256 over the hash before and the fields as one JSON array; of the words, their sum."""
    fields = [
        number,
        line.reference,
        line.topic,
        str(line.action),
        str(line.method),
        to_microseconds(line.at),
        words,
        line.source,
    ]
    return hashlib.sha256(previous + _canonical(fields).encode()).digest()


def _problems(row: Row[Any], number: int, previous: bytes) -> list[Sentence]:
    line = Line(
        row.reference, row.topic, row.action, row.method, row.at, row.wording_id, row.source
    )
    problems = []
    if row.id != number + 1:
        problems.append(Sentence("Line %(line)s is missing or was moved.", {"line": number + 1}))
    if row.previous_hash != previous:
        problems.append(
            Sentence("Line %(line)s is not chained to the one before.", {"line": row.id})
        )
    if row.hash != _hash(row.previous_hash, row.id, line, row.checksum or ""):
        problems.append(
            Sentence("Line %(line)s was changed after it was written.", {"line": row.id})
        )
    if row.checksum and Words(row.language, row.version, row.text).checksum != row.checksum:
        problems.append(
            Sentence("The words that line %(line)s agrees to were changed.", {"line": row.id})
        )
    return problems
