"""The segments that there are, whether from the file or from the desk."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Origin, Segment
from outreach.audience.segment_rules import Rule
from outreach.audience.segment_source import rule_from
from outreach.errors import NotFound


def active_segments(session: Session) -> Sequence[Segment]:
    """Give the segments that can be chosen: the file's in its order, then the desk's."""
    query = select(Segment).where(Segment.active)
    found = session.scalars(query.execution_options(populate_existing=True))
    own = {Origin.FILE: 0, Origin.DESK: 1}
    return sorted(found, key=lambda row: (own[row.origin], row.position, row.slug))


def segment(session: Session, slug: str) -> Segment:
    """Give one segment that can be chosen; NotFound if there is none of that name."""
    query = select(Segment).where(Segment.slug == slug, Segment.active)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no segment “%(slug)s”.", slug=slug)
    return found


def rule_of(row: Segment) -> Rule:
    """Give the rule of a segment; Refused if its data is none."""
    return rule_from(row.rule)


def name_of(row: Segment, language: str) -> str:
    """Give the name in a language, or in the first that it has."""
    return row.names.get(language) or next(iter(row.names.values()), row.slug)
