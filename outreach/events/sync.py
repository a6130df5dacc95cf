"""Event files → rows. Nobody is ever mailed from here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.content.checking import check
from outreach.content.documents import Document
from outreach.content.faults import Fault, limited
from outreach.content.live import Changes, LiveFiles, compare, live_folders
from outreach.content.references import References
from outreach.content.texts import Folder, Reader, Rules, Text, read_folders, unknown_topic
from outreach.content.translations import write_texts
from outreach.errors import Sentence
from outreach.events.changes import locked, open_change, propose
from outreach.events.columns import columns
from outreach.events.knowledge import misled
from outreach.events.models import Event, EventStatus, EventTranslation, Occurrence
from outreach.events.recurrence import HORIZON, Series
from outreach.events.series_source import read_series
from outreach.events.source import EventSource, EventTextSource
from outreach.events.state import Slot, State, following, rolled, series_state, state_of

PARENT = "content/events"
REFILL = timedelta(days=7)
"""How far the known end of a series may fall behind the horizon."""
RULES = Rules(EventTextSource, needs_text=False)


@dataclass(frozen=True)
class EventFiles:
    """What one folder says."""

    folder: Folder[EventTextSource]
    document: Document | None
    source: EventSource | None
    """None if `event.toml` has faults or is not there."""
    series: Series | None = None

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
    event = locked(session, slug)
    if files is None:
        if event is not None:
            _leave(session, event, now)
    else:
        _sync_rows(session, event, files, now)
    changes.record(session, now)


def short_series(session: Session, now: datetime) -> list[str]:
    """Give the series whose occurrences do not reach far enough ahead any more."""
    query = select(Event.slug).where(Event.expanded_until < now + HORIZON - REFILL)
    return list(session.scalars(query.order_by(Event.slug)))


def extend_series(session: Session, slug: str, now: datetime) -> None:
    """Add the occurrences of a series that have come within the horizon."""
    event = locked(session, slug)
    if event is None or not event.recurrence:
        return
    plan = series_state(Series.from_json(event.recurrence), EventStatus(event.status), now)
    _write(session, event, plan, now)


def _sync_rows(session: Session, event: Event | None, files: EventFiles, now: datetime) -> None:
    if files.source is not None:
        values = columns(files.source, files.series)
        held = None if event is None else _held(event)
        if event is None:
            event = Event(slug=files.folder.slug, **values)
            session.add(event)
            session.flush()
        for name, value in values.items():
            setattr(event, name, value)
        _write(session, event, _plan(files.source, files.series, held, now), now)
    if event is not None:
        event.changed_at = now
        _sync_texts(event, files.folder, now)


def _leave(session: Session, event: Event, now: datetime) -> None:
    """Take an event whose folder is gone off the lists, and cancel it if people may expect it."""
    slots = state_of(event).slots.values()
    expected = any(slot.takes_place and not slot.is_over(now) for slot in slots)
    event.listed, event.recurrence, event.changed_at = False, {}, now
    if expected:
        event.status = EventStatus.CANCELLED
    _write(session, event, State(EventStatus.CANCELLED), now)
    if not expected and not _must_still_be_told(session, event, now):
        event.translations.clear()


def _must_still_be_told(session: Session, event: Event, now: datetime) -> bool:
    """Tell whether somebody's letter is still to come, for which the texts are needed."""
    waits = open_change(session, event) is not None
    return waits or misled(session, event, state_of(event), now)


def _plan(source: EventSource, series: Series | None, held: date | None, now: datetime) -> State:
    if series is not None:
        return series_state(series, source.status, now)
    slot = Slot(source.day, source.starts_at, source.ends_at, source.status)
    return State(source.status, {held or source.day: slot})


def _held(event: Event) -> date | None:
    """Give the original date of the one occurrence of an event that is no series."""
    if event.recurrence:
        return None
    days = [row.original for row in event.occurrences if row.day == event.date]
    return days[0] if days else None


def _write(session: Session, event: Event, plan: State, now: datetime) -> None:
    """Write the occurrences, and propose what registrants and calendars must learn of it."""
    rows = state_of(event)
    after = following(rows, plan, now)
    present = {row.original: row for row in event.occurrences}
    for original, slot in after.slots.items():
        row = present.get(original)
        if row is None:
            row = Occurrence(
                original=original,
                first_start=_first_start(plan, original, slot),
                in_series=plan.series is not None,
            )
            event.occurrences.append(row)
        row.day, row.starts_at, row.ends_at = slot.day, slot.starts_at, slot.ends_at
        row.status = slot.status
    event.expanded_until = None if plan.series is None else now + HORIZON
    if event.announced:
        before = rolled(State.from_json(event.announced), now)
    else:
        before = rows if rows.slots else after
    propose(session, event, before, after, now)


def _first_start(plan: State, original: date, slot: Slot) -> datetime | None:
    """Give when a new occurrence would begin if it were not moved from the beginning."""
    return slot.starts_at if plan.series is None else plan.series.ruled_start(original)


def _read(reader: Reader, folder: Folder[EventTextSource]) -> EventFiles:
    path = f"{folder.path}/event.toml"
    folder.seen.add(path)
    if path not in reader.tree.files:
        folder.faults.append(Fault(path, 1, Sentence("This file is missing. It says when it is.")))
        return EventFiles(folder, None, None)
    document, told = reader.document(path)
    faults = list(told)
    files = EventFiles(folder, document, None)
    if document is not None:
        source, wrong = check(document, EventSource)
        faults += wrong
        if source is not None:
            series, more = read_series(document, source)
            faults += [*more, *_lost(reader, document, source)]
            files = replace(files, source=source, series=series)
    folder.faults += limited(path, faults)
    return replace(files, source=None, series=None) if faults else files


def _lost(reader: Reader, document: Document, source: EventSource) -> Iterator[Fault]:
    """Find a topic, or photographs, that do not exist."""
    if source.topic and source.topic not in reader.inventory.topics:
        sentence = unknown_topic(source.topic, reader.inventory)
        yield Fault(document.path, document.line(("topic",)), sentence)
    references = References(reader.inventory, document.path.rpartition("/")[0])
    for number, person in enumerate(source.people):
        if person.photo is not None and references.picture(person.photo) is None:
            said = "There is no picture “%(name)s” beside this file or in “images”."
            yield document.fault(("people", number, "photo"), said, name=person.photo)


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
