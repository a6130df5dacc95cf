"""All editions: how far each has come, and how each of its languages stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.content.faults import Fault
from outreach.newsletters.basis import standing
from outreach.newsletters.listing import (
    ListedEditions,
    Wanted,
    faults_by_edition,
    listed_editions,
    never_live,
    newsletters,
)
from outreach.newsletters.models import Edition
from outreach.newsletters.queries import EditionState
from outreach.newsletters.staleness import Standing
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.edition_words import STATES
from outreach.web.desk.rooms import EDITION_ROOMS

blueprint = desk_blueprint("editions")

PAGE = 25
FURTHEST = 100_000
"""No list has more pages."""


@dataclass(frozen=True)
class Line:
    """One edition of the list."""

    name: str
    newsletter: str
    slug: str
    title: str
    publication: str
    date: date
    state: EditionState
    standing: Mapping[str, Standing]
    faults: int
    changed: str
    """When its texts last changed, in words."""


@blueprint.get("/editions")
@needs(Role.VIEWER)
def show() -> AnyResponse:
    """List them, the newest first."""
    with desk_reading() as desk:
        wanted = _wanted()
        number = min(max(request.args.get("page", 1, type=int), 1), FURTHEST)
        rows = desk.visit.session
        found = listed_editions(rows, wanted, start=(number - 1) * PAGE, most=PAGE)
        faults = faults_by_edition(rows)
        return desk.show(
            "editions.html",
            section="editions",
            lines=[_line(desk, one, state, faults) for one, state in found.editions],
            found=found,
            wanted=wanted,
            states=STATES,
            newsletters=[(one.slug, desk.visit.text(one.names)) for one in newsletters(rows)],
            broken=_broken(desk, wanted, faults) if number == 1 else {},
            pages=_pages(found, wanted, number),
            edition_rooms=EDITION_ROOMS,
        )


def _wanted() -> Wanted:
    """Read which editions are asked for; whatever is not known asks for all."""
    state = request.args.get("state", "")
    return Wanted(
        newsletter=request.args.get("newsletter", "")[:64],
        state=EditionState(state) if state in list(EditionState) else None,
    )


def _line(
    desk: DeskVisit, one: Edition, state: EditionState, faults: Mapping[str, Sequence[Fault]]
) -> Line:
    visit = desk.visit
    changed = max((text.synced_at for text in one.translations), default=None)
    zone = visit.services.settings.staff_zone
    return Line(
        name=one.name,
        newsletter=one.newsletter.slug,
        slug=one.slug,
        title=visit.text({text.language: text.title for text in one.translations}) or one.name,
        publication=visit.text(one.newsletter.names),
        date=one.date,
        state=state,
        standing=standing(one, visit.site),
        faults=len(faults.get(one.name, ())),
        changed=desk.t.moment(changed, zone, "medium") if changed else "",
    )


def _broken(
    desk: DeskVisit, wanted: Wanted, faults: dict[str, list[Fault]]
) -> dict[str, list[Fault]]:
    """Give the editions that nobody sees yet, as their files were never without faults."""
    if wanted.state not in (None, EditionState.DRAFT):
        return {}
    return {
        name: found
        for name, found in sorted(never_live(desk.visit.session, faults).items())
        if wanted.newsletter in ("", name.partition("/")[0])
    }


def _pages(found: ListedEditions, wanted: Wanted, number: int) -> dict[str, str]:
    """Give the ways to the pages before and behind, where there are any."""
    last = max(ceil(found.total / PAGE), 1)
    around = {"newer": number - 1, "older": number + 1}
    return {
        name: url_for(
            "desk_editions.show",
            newsletter=wanted.newsletter or None,
            state=wanted.state,
            page=page if page > 1 else None,
        )
        for name, page in around.items()
        if 1 <= page <= last
    }
