"""`subscribers/topics.toml` → rows. A faulty file leaves the topics as they are."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.audience.source import PATH, TopicSource, read_topics
from outreach.content.faults import Fault
from outreach.content.models import ContentFile
from outreach.content.tree import TextFile, read_text


def sync_topics(session: Session, home: Path, now: datetime) -> list[Fault]:
    """Write the topics of the file as rows; give its faults, in which case nothing changes.

    A topic that left the file becomes inactive and comes back when it is there again.
    """
    file = read_text(home / PATH, PATH)
    if isinstance(file, Fault):
        return [file]
    sources, faults = read_topics(file)
    if faults:
        return faults
    known = session.get(ContentFile, PATH)
    if known is None or known.checksum != file.checksum:
        _write(session, sources)
        _keep(session, known, file, now)
    return []


def _write(session: Session, sources: Sequence[TopicSource]) -> None:
    rows = {row.slug: row for row in session.scalars(select(Topic))}
    for row in rows.values():
        row.active = False
    for position, source in enumerate(sources):
        row = rows.get(source.slug) or Topic(slug=source.slug)
        row.position, row.active = position, True
        row.names, row.descriptions = dict(source.name), dict(source.description or {})
        session.add(row)


def _keep(session: Session, known: ContentFile | None, file: TextFile, now: datetime) -> None:
    if known is None:
        known = ContentFile(path=PATH)
        session.add(known)
    known.checksum, known.text, known.synced_at = file.checksum, file.text, now
