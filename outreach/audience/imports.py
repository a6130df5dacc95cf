"""Bringing a list from elsewhere: CSV lines become subscribers, with the consent they gave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from outreach.db.database import Database
from outreach.errors import Sentence


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
    raise NotImplementedError
