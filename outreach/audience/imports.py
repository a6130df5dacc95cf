"""Bringing a list from elsewhere: CSV lines become subscribers, with the consent they gave."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from outreach.audience import import_rows, topics, words
from outreach.audience.forms import checked_language
from outreach.audience.import_columns import Columns, address, cell, profile, read_header
from outreach.audience.import_lines import Lines, Record
from outreach.audience.import_rows import Entry, Fate, Into
from outreach.content.fields import Wrong
from outreach.db.database import Database
from outreach.delivery.addresses import address_hash
from outreach.errors import OutreachError, Refused, Sentence

SMALLEST_BATCH, FIRST_BATCH, LARGEST_BATCH = 25, 200, 500
LONGEST_WRITE = 0.05
"""Seconds that a transaction may keep other writers of SQLite waiting."""
MOST_TRIES = 5
LONGEST_STATEMENT = 2000


@dataclass(frozen=True)
class ImportRequest:
    """What is to be imported, and by what right."""

    path: Path
    topic: str
    """The slug."""
    statement: str
    """Who collected the consent, when and how; it becomes the wording in the ledger."""
    language: str = "en"
    """For lines that name none."""
    dry_run: bool = False
    """True writes nothing and counts the same."""


@dataclass(frozen=True)
class FaultyLine:
    """A line that was not imported, and why."""

    number: int
    """As an editor counts it, from 1."""
    sentence: Sentence


@dataclass
class ImportReport:
    """What an import did, or would do. `lines` is the sum of the counts beneath it."""

    lines: int = 0
    """Lines read, without the header and empty ones."""
    new: int = 0
    changed: int = 0
    """Known already: now with this topic, or with a gap of the profile filled."""
    unchanged: int = 0
    left: int = 0
    """Unsubscribed before: left alone."""
    suppressed: int = 0
    """Not to be mailed: left alone."""
    repeated: int = 0
    """The same address stood further up in the file."""
    faulty_count: int = 0
    faulty: list[FaultyLine] = field(default_factory=list)
    """Empty when they went to `on_fault`."""
    ignored_columns: tuple[str, ...] = ()


def import_csv(
    database: Database,
    request: ImportRequest,
    *,
    key: bytes,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    on_fault: Callable[[FaultyLine], None] | None = None,
) -> ImportReport:
    """Import a file, a few hundred lines a transaction; safe to run again.

    `key`: the suppression key. `progress(bytes read, bytes in all)` is called after each
    transaction. Refused if the file as a whole cannot be read (no header, two columns for the
    same, no statement), NotFound for an unknown topic.
    """
    report = ImportReport()
    _check(request)
    with Lines(request.path) as lines, closing(_Seen()) as seen:
        delimiter, columns = read_header(lines)
        report.ignored_columns = columns.ignored
        importer = _Importer(
            database=database,
            into=_into(database, request),
            dry_run=request.dry_run,
            seen=seen,
            report=report,
            on_fault=on_fault or report.faulty.append,
            key=key,
            now=now,
        )
        for record in lines.records(delimiter):
            importer.take(record, columns)
            if importer.full:
                importer.flush()
                if progress is not None:
                    progress(lines.position, lines.size)
        importer.flush()
        if progress is not None:
            progress(lines.size, lines.size)
    return report


@dataclass
class _Importer:
    """Collects entries and writes them batch by batch."""

    database: Database
    into: Into
    dry_run: bool
    seen: "_Seen"
    report: ImportReport
    on_fault: Callable[[FaultyLine], None]
    key: bytes
    now: datetime
    size: int = FIRST_BATCH
    entries: list[Entry] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Tell whether a transaction's worth has come together."""
        return len(self.entries) >= self.size

    def take(self, record: Record, columns: Columns) -> None:
        """Read one record: an entry, a repetition, or a fault."""
        self.report.lines += 1
        if record.fault is not None:
            self._refuse(record.number, record.fault)
            return
        try:
            entry = _entry(record, columns, self.key)
        except OutreachError as error:
            self._refuse(record.number, error.sentence)
        except Wrong as error:
            self._refuse(record.number, error.sentence)
        else:
            if self.seen.is_new(entry.hash):
                self.entries.append(entry)
            else:
                self.report.repeated += 1

    def flush(self) -> None:
        """Write (or only weigh) what has come together."""
        if not self.entries:
            return
        fates = self._weigh() if self.dry_run else self._write()
        for fate, number in Counter(fates).items():
            setattr(self.report, fate, getattr(self.report, fate) + number)
        self.entries = []

    def _refuse(self, number: int, sentence: Sentence) -> None:
        self.report.faulty_count += 1
        self.on_fault(FaultyLine(number, sentence))

    def _weigh(self) -> Sequence[Fate]:
        with self.database.reading() as session:
            return import_rows.weigh(session, self.into, self.entries, lock=False).fates

    def _write(self) -> Sequence[Fate]:
        began = time.monotonic()
        fates = self._written()
        self._adapt(time.monotonic() - began)
        self.database.breathe()
        return fates

    def _written(self) -> Sequence[Fate]:
        """Write the batch; on PostgreSQL somebody may sign up between our look and our insert."""
        for _ in range(MOST_TRIES - 1):
            try:
                return self._attempt()
            except IntegrityError:
                continue
        return self._attempt()

    def _attempt(self) -> Sequence[Fate]:
        with self.database.transaction() as session:
            weighed = import_rows.weigh(session, self.into, self.entries, lock=True)
            import_rows.write(session, self.into, weighed, self.now)
        return weighed.fates

    def _adapt(self, seconds: float) -> None:
        """Keep a transaction well within what others can wait for."""
        if seconds > LONGEST_WRITE * 0.8:
            self.size = max(self.size * 3 // 4, SMALLEST_BATCH)
        elif seconds < LONGEST_WRITE * 0.5:
            self.size = min(self.size * 5 // 4, LARGEST_BATCH)


class _Seen:
    """The addresses that stood further up, in a temporary file: memory stays flat."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("CREATE TABLE seen (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def is_new(self, address: bytes) -> bool:
        """Remember an address by its hash; False if it was there."""
        statement = "INSERT OR IGNORE INTO seen VALUES (?)"
        return self._database.execute(statement, (address[:16],)).rowcount == 1

    def close(self) -> None:
        """Forget them all."""
        self._database.close()


def _check(request: ImportRequest) -> None:
    if len(request.statement.split()) < 3:
        raise Refused(
            "Say who collected the consent of these people, when and how, for example: "
            "“Signed the paper list at our conference in Lima, 3 March 2026”."
        )
    if len(request.statement) > LONGEST_STATEMENT:
        raise Refused("The consent statement is too long: at most 2000 characters.")
    try:
        checked_language(request.language)
    except Wrong as error:
        raise Refused(error.sentence.text, **error.sentence.values) from error


def _into(database: Database, request: ImportRequest) -> Into:
    """Find the topic and keep the statement (not in a dry run)."""
    with database.reading() as session:
        topic = topics.topic(session, request.topic)
    wording_id = 0
    if not request.dry_run:
        with database.transaction() as session:
            wording_id = words.keep(session, words.import_words(request.statement))
    source = f"import {request.path.name}"[:200]
    return Into(topic.id, topic.slug, request.language, wording_id, source)


def _entry(record: Record, columns: Columns, key: bytes) -> Entry:
    """Understand one record; Refused or Wrong if it cannot be imported."""
    if any(text.strip() for text in record.cells[columns.width :]):
        raise Wrong(
            "This line has %(cells)s cells, but the first line names %(columns)s columns.",
            cells=len(record.cells),
            columns=columns.width,
        )
    values = {
        field: cell(record.cells[index])
        for index, field in columns.fields.items()
        if index < len(record.cells)
    }
    typed = values.pop("address", "")
    if not typed:
        raise Wrong("This line has no e-mail address.")
    parsed = address(typed)
    checked = profile(values)
    tags = checked.pop("tags", "")
    return Entry(
        parsed.address,
        parsed.normal,
        parsed.domain,
        address_hash(parsed.normal, key),
        checked,
        tuple(tags.split(";")) if tags else (),
    )
