"""What is wrong with content files: told with path and line, all of it at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from outreach.content.models import ContentFault
from outreach.errors import Refused, Sentence, is_wall

MOST_OF_ONE_FILE = 100
"""More faults than this in one file help nobody; the rest is counted."""
MOST_LISTED = 50


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the file (relative to the home), the line from 1, and what."""

    path: str
    line: int
    sentence: Sentence

    @property
    def told(self) -> Sentence:
        """Give the whole line that a person reads: path, line, what is wrong."""
        return Sentence(
            "%(path)s, line %(line)s: %(fault)s",
            {"path": self.path, "line": self.line, "fault": self.sentence},
        )

    def __str__(self) -> str:
        """Give it in English."""
        return str(self.told)


class FaultyFiles(Refused):
    """Something was asked for that faulty content files stand in the way of; all are listed."""

    def __init__(self, text: str, faults: Sequence[Fault], **values: object) -> None:
        self.faults = tuple(faults)
        super().__init__(text, faults=listing(self.faults), **values)


def listing(faults: Sequence[Fault]) -> Sentence:
    """Join faults (at least one), each on its line, into one sentence for any language."""
    lines = [fault.told for fault in faults[:MOST_LISTED]]
    if len(faults) > MOST_LISTED:
        rest = len(faults) - MOST_LISTED
        lines.append(Sentence("… and %(number)s more.", {"number": rest}))
    joined = lines[-1]
    for line in reversed(lines[:-1]):
        joined = Sentence("%(first)s\n%(rest)s", {"first": line, "rest": joined})
    return joined


def limited(path: str, faults: Iterable[Fault]) -> list[Fault]:
    """Sort the faults of one file by line, without repetition and not without end."""
    unique = {(fault.line, str(fault)): fault for fault in faults}
    ordered = [unique[key] for key in sorted(unique)]
    if len(ordered) <= MOST_OF_ONE_FILE:
        return ordered
    rest = Sentence("… and %(number)s more.", {"number": len(ordered) - MOST_OF_ONE_FILE})
    return [*ordered[:MOST_OF_ONE_FILE], Fault(path, ordered[MOST_OF_ONE_FILE].line, rest)]


def stored_faults(session: Session, *prefixes: str) -> list[Fault]:
    """Give the faults found by the last sync, of all files or of those that begin with a prefix."""
    rows = session.execute(
        select(ContentFault).order_by(ContentFault.path, ContentFault.line, ContentFault.id)
    ).scalars()
    return [
        Fault(row.path, row.line, _from_json(row.text, row.values))
        for row in rows
        if not prefixes or row.path.startswith(prefixes)
    ]


@dataclass(frozen=True)
class FaultyFolder:
    """What is wrong within one folder."""

    path: str
    """E.g. `content/newsletters/wrm/2020-07`."""
    count: int
    first: tuple[Fault, ...]
    """Some of it, by file and line."""


def faulty_folders(session: Session, *, most: int, each: int) -> tuple[list[FaultyFolder], int]:
    """Give some of the folders with faults, each with its first faults; and how many there are."""
    files: dict[str, dict[str, int]] = {}
    for path, count in session.execute(
        select(ContentFault.path, func.count()).group_by(ContentFault.path)
    ):
        files.setdefault(path.rpartition("/")[0] or path, {})[path] = count
    chosen = [
        FaultyFolder(folder, sum(files[folder].values()), _first_of(session, files[folder], each))
        for folder in sorted(files)[:most]
    ]
    return chosen, len(files)


def _first_of(session: Session, paths: Iterable[str], most: int) -> tuple[Fault, ...]:
    rows = session.scalars(
        select(ContentFault)
        .where(ContentFault.path.in_(sorted(paths)[:most]))
        .order_by(ContentFault.path, ContentFault.line, ContentFault.id)
        .limit(most)
    )
    return tuple(Fault(row.path, row.line, _from_json(row.text, row.values)) for row in rows)


def store_faults(session: Session, faults: Sequence[Fault]) -> None:
    """Replace what the sync before found by what this one found."""
    session.execute(delete(ContentFault))
    rows = [
        {
            "path": fault.path,
            "line": fault.line,
            "text": fault.sentence.text,
            "values": _to_json(fault.sentence)["values"],
        }
        for fault in faults
    ]
    if rows:
        session.execute(insert(ContentFault), rows)


def _to_json(sentence: Sentence) -> dict[str, Any]:
    values = {name: _value_to_json(value) for name, value in sentence.values.items()}
    return {"text": sentence.text, "values": values}


def _value_to_json(value: object) -> object:
    if isinstance(value, Sentence):
        return _to_json(value)
    if is_wall(value):
        return {"wall": value.isoformat()}
    if type(value) is date:
        return {"day": value.isoformat()}
    return value if isinstance(value, int) else str(value)


def _from_json(text: str, values: dict[str, Any]) -> Sentence:
    return Sentence(text, {name: _value_from_json(value) for name, value in values.items()})


def _value_from_json(value: object) -> object:
    match value:
        case {"text": str(text), "values": dict(values)}:
            return _from_json(text, values)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"wall": str(wall)}:
            return datetime.fromisoformat(wall)
    return value
