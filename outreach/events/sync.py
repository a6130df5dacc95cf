"""Event files → rows. Nobody is ever mailed from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.checking import check
from outreach.content.documents import Document
from outreach.content.faults import Fault, limited
from outreach.content.live import Changes, LiveFiles, compare, live_folders
from outreach.content.texts import Folder, Reader, Rules, Text, read_folders, unknown_topic
from outreach.content.translations import write_texts
from outreach.errors import Sentence
from outreach.events.models import Event, EventTranslation
from outreach.events.source import EventSource, EventTextSource

PARENT = "content/events"
RULES = Rules(EventTextSource, needs_text=False)


@dataclass(frozen=True)
class EventFiles:
    """What one folder says."""

    folder: Folder[EventTextSource]
    document: Document | None
    source: EventSource | None
    """None if `event.toml` has faults or is not there."""

    @property
    def path(self) -> str:
        """Give the path of `event.toml`."""
        return f"{self.folder.path}/event.toml"

    def documents(self) -> Iterator[Document]:
        """Give the documents without faults."""
        if self.document is not None and self.source is not None:
            yield self.document
        yield from self.folder.documents()


def read_events(reader: Reader) -> list[EventFiles]:
    """Read every event's folder."""
    return [_read(reader, folder) for folder in read_folders(reader, PARENT, RULES)]


def stale_events(
    events: list[EventFiles], reader: Reader, live: LiveFiles
) -> Iterator[tuple[str, EventFiles | None, Changes]]:
    """Give each event whose rows are behind its files. Without files, its folder is gone."""
    for each in events:
        changes = compare(reader.tree, each.folder.path, each.documents(), live)
        if changes and (each.source is not None or each.path in live):
            yield each.folder.slug, each, changes
    present = {each.folder.path for each in events}
    for folder in live_folders(PARENT, live):
        if folder not in present:
            changes = compare(reader.tree, folder, (), live)
            if changes:
                yield folder.rpartition("/")[2], None, changes


def sync_event(
    session: Session, slug: str, files: EventFiles | None, changes: Changes, now: datetime
) -> None:
    """Bring one event's rows up to its files."""
    event = session.execute(select(Event).where(Event.slug == slug)).scalar_one_or_none()
    if files is None:
        if event is not None:
            session.delete(event)
    else:
        _sync_rows(session, event, files, now)
    changes.record(session, now)


def _sync_rows(session: Session, event: Event | None, files: EventFiles, now: datetime) -> None:
    if files.source is not None:
        columns = _columns(files.source)
        if event is None:
            event = Event(slug=files.folder.slug, **columns)
            session.add(event)
        for name, value in columns.items():
            setattr(event, name, value)
    if event is not None:
        _sync_texts(event, files.folder, now)


def _read(reader: Reader, folder: Folder[EventTextSource]) -> EventFiles:
    path = f"{folder.path}/event.toml"
    folder.seen.add(path)
    if path not in reader.tree.files:
        folder.faults.append(Fault(path, 1, Sentence("This file is missing. It says when it is.")))
        return EventFiles(folder, None, None)
    document, told = reader.document(path)
    faults = list(told)
    source = None
    if document is not None:
        source, wrong = check(document, EventSource)
        faults += wrong
        if source and source.topic and source.topic not in reader.inventory.topics:
            sentence = unknown_topic(source.topic, reader.inventory)
            faults.append(Fault(path, document.line(("topic",)), sentence))
    folder.faults += limited(path, faults)
    return EventFiles(folder, document, None if faults else source)


def _columns(source: EventSource) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "topic": source.topic or "",
        "date": source.day,
        "starts_at": source.starts_at,
        "ends_at": source.ends_at,
        "zone": source.zone or "",
        "organiser": source.organiser,
        "registration_url": source.registration or "",
        "people": [
            {
                "name": person.name,
                "role": person.role,
                "affiliation": person.affiliation or {},
                "country": person.country or "",
            }
            for person in source.people
        ],
    }


def _sync_texts(event: Event, folder: Folder[EventTextSource], now: datetime) -> None:
    write_texts(event.translations, folder.texts, EventTranslation, partial(_text, now=now))
    event.translations[:] = [row for row in event.translations if row.language in folder.present]


def _text(text: Text[EventTextSource], now: datetime) -> dict[str, Any]:
    return {
        "title": text.source.title,
        "summary": text.source.summary,
        "body": text.document.body,
        "first_line": text.document.first_line,
        "checksum": text.document.checksum,
        "synced_at": now,
    }
