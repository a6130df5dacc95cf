"""Which texts lack a language, or have one that is older than the original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from outreach.content.site import Site
from outreach.events.queries import upcoming
from outreach.newsletters.models import Edition
from outreach.web.desk import places
from outreach.web.desk.access import DeskVisit

RECENT = timedelta(days=90)
MOST = 12
"""Of each kind."""


class Standing(StrEnum):
    """How a language of a text stands."""

    READY = "ready"
    MISSING = "missing"
    STALE = "stale"
    """Its original has changed since."""


@dataclass(frozen=True)
class Lacking:
    """A text some of whose languages need somebody who translates."""

    title: str
    url: str
    missing: tuple[str, ...]
    stale: tuple[str, ...]


def standing(edition: Edition, site: Site) -> Mapping[str, Standing]:
    """Say how each language of the site stands in an edition."""
    return _there([text.language for text in edition.translations], site)


def lacking(desk: DeskVisit) -> list[Lacking]:
    """Give the editions of the last months, and the events to come, that lack a language."""
    return [*_editions(desk), *_events(desk)]


def _editions(desk: DeskVisit) -> list[Lacking]:
    visit = desk.visit
    rows = visit.session.scalars(
        select(Edition)
        .where(Edition.date >= (visit.now - RECENT).date())
        .order_by(Edition.date.desc(), Edition.id.desc())
        .limit(MOST)
    )
    found = (
        _lacking(
            visit.text({text.language: text.title for text in row.translations}) or row.name,
            places.edition(row.name),
            standing(row, visit.site),
        )
        for row in rows
    )
    return [each for each in found if each.missing or each.stale]


def _events(desk: DeskVisit) -> list[Lacking]:
    visit = desk.visit
    until = (visit.now + RECENT).date()
    found = (
        _lacking(
            visit.text({text.language: text.title for text in row.translations}),
            visit.path("events", row.slug),
            _there([text.language for text in row.translations], visit.site),
        )
        for row in upcoming(visit.session, MOST, "", visit.now)
        if row.date <= until and row.takes_place
    )
    return [each for each in found if each.missing or each.stale]


def _there(written: Sequence[str], site: Site) -> dict[str, Standing]:
    return {
        language: Standing.READY if language in written else Standing.MISSING
        for language in site.languages
    }


def _lacking(title: str, url: str, languages: Mapping[str, Standing]) -> Lacking:
    return Lacking(
        title,
        url,
        tuple(each for each, how in languages.items() if how == Standing.MISSING),
        tuple(each for each, how in languages.items() if how == Standing.STALE),
    )
