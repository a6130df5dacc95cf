"""`subscribers/segments.toml` → rows. A faulty file leaves the segments as they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Origin, Segment, Topic
from outreach.audience.segment_rules import to_data
from outreach.audience.segment_source import PATH, Known, SegmentSource, read_segments
from outreach.content.faults import Fault
from outreach.content.models import ContentFile
from outreach.content.tree import read_text


def sync_segments(
    session: Session, home: Path, events: Iterable[str], now: datetime
) -> list[Fault]:
    """Write the segments of the file as rows; give its faults, in which case nothing changes.

    `events`: the slugs of those that there are. A segment that left the file can no longer be
    chosen, and can again when it is back; a home without the file has none.
    """
    known = session.get(ContentFile, PATH)
    if not (home / PATH).exists():
        if known is not None:
            _write(session, [], now)
            session.delete(known)
        return []
    file = read_text(home / PATH, PATH)
    if isinstance(file, Fault):
        return [file]
    sources, faults = read_segments(file, _known(session, events))
    if faults:
        return faults
    if known is None or known.checksum != file.checksum:
        _write(session, sources, now)
        row = known or ContentFile(path=PATH)
        row.checksum, row.text, row.synced_at = file.checksum, file.text, now
        session.add(row)
    return []


def _known(session: Session, events: Iterable[str]) -> Known:
    topics = session.scalars(select(Topic.slug).order_by(Topic.position, Topic.id))
    desk = session.scalars(select(Segment.slug).where(Segment.origin == Origin.DESK))
    return Known(list(topics), frozenset(events), frozenset(desk))


def _write(session: Session, sources: Sequence[SegmentSource], now: datetime) -> None:
    query = select(Segment).where(Segment.origin == Origin.FILE)
    rows = {row.slug: row for row in session.scalars(query)}
    for row in rows.values():
        row.active = False
    for position, source in enumerate(sources):
        row = rows.get(source.slug) or Segment(slug=source.slug, origin=Origin.FILE, version=1)
        row.position, row.active, row.changed_at = position, True, now
        row.names, row.descriptions = dict(source.name), dict(source.description or {})
        row.rule = to_data(source.rule.to_rule())
        session.add(row)
