"""Segments that staff make in the desk: made, changed and deleted, never over one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.audience.labels import LONGEST, label
from outreach.audience.models import Origin, Segment
from outreach.audience.segment_rules import Rule, to_data
from outreach.audience.segment_source import RESERVED, rule_from
from outreach.content.fields import SLUG
from outreach.errors import Refused

MOST_OF_A_KIND = 200
"""Segments of the desk: a list that somebody can still read."""
FIRST_VERSIONS = 900_000_000
"""Where versions begin is drawn from so many: of one segment that was deleted and another that was
made in its place, nobody takes the one for the other. (Their ids may be the same on SQLite.)"""


@dataclass(frozen=True)
class Draft:
    """What staff wrote."""

    names: Mapping[str, str]
    """By language, none of them empty."""
    descriptions: Mapping[str, str]
    rule: Rule


class Overtaken(Refused):
    """Somebody else has changed it meanwhile; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this segment since you opened it. Nothing of theirs was "
            "overwritten, and what you wrote is still here."
        )


def create(session: Session, draft: Draft, slug: str, now: datetime) -> Segment:
    """Make a segment; an empty slug is made from its name.

    Refused if the slug is taken or cannot be one.
    """
    data = _checked(draft)
    slugs = set(session.scalars(select(Segment.slug).where(Segment.active)))
    if len(slugs) >= MOST_OF_A_KIND:
        raise Refused("There are %(most)s segments already. Delete some first.", most=len(slugs))
    chosen = _slug(slug, slugs) if slug else _free_slug(draft, slugs)
    # Of a segment that has left the file, only the name is left: it may be used again.
    session.execute(delete(Segment).where(Segment.slug == chosen, Segment.active.is_(False)))
    row = Segment(
        slug=chosen,
        position=0,
        names=dict(draft.names),
        descriptions=dict(draft.descriptions),
        rule=data,
        origin=Origin.DESK,
        active=True,
        version=randbelow(FIRST_VERSIONS) + 1,
        changed_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(chosen) from error
    return row


def change(session: Session, row: Segment, draft: Draft, version: int, now: datetime) -> None:
    """Write a new version over the one that was opened; Overtaken if there is another by now."""
    _refuse_file(row)
    values = {
        "names": dict(draft.names),
        "descriptions": dict(draft.descriptions),
        "rule": _checked(draft),
    }
    changed = session.execute(
        update(Segment)
        .where(Segment.id == row.id, Segment.version == version)
        .values(version=version + 1, changed_at=now, **values)
        .execution_options(synchronize_session=False)
        .returning(Segment.id)
    ).first()
    if changed is None:
        raise Overtaken
    session.refresh(row)


def remove(session: Session, row: Segment, version: int) -> None:
    """Delete a segment as it was opened; Overtaken if there is another by now."""
    _refuse_file(row)
    gone = session.execute(
        delete(Segment)
        .where(Segment.id == row.id, Segment.version == version)
        .execution_options(synchronize_session=False)
        .returning(Segment.id)
    ).first()
    if gone is None:
        raise Overtaken


def _checked(draft: Draft) -> dict[str, object]:
    """Give the rule as data, held to the same limits as those of the file."""
    data = to_data(draft.rule)
    rule_from(data)
    return data


def _slug(slug: str, taken: set[str]) -> str:
    if not SLUG.fullmatch(slug):
        raise Refused(
            "“%(value)s” is not a short name: small letters, digits and hyphens, like july-2020.",
            value=slug[:60],
        )
    if slug in RESERVED:
        raise Refused("“%(value)s” is a word of the desk. Choose another short name.", value=slug)
    if slug in taken:
        raise _taken(slug)
    return slug


def _free_slug(draft: Draft, taken: set[str]) -> str:
    """Make a short name of the first name that has letters for one."""
    made = (label(name).encode("ascii", "ignore").decode() for name in draft.names.values())
    base = next((name for each in made if (name := each.strip("-")[: LONGEST - 4])), "segment")
    names = (base, *(f"{base}-{number}" for number in range(2, MOST_OF_A_KIND + 3)))
    return next(name for name in names if name not in taken and name not in RESERVED)


def _taken(slug: str) -> Refused:
    return Refused("There is a segment “%(slug)s” already. Choose another short name.", slug=slug)


def _refuse_file(row: Segment) -> None:
    if row.origin is Origin.FILE:
        raise Refused(
            "This segment stands in the file subscribers/segments.toml and is changed there. "
            "Make a copy to change it here."
        )
