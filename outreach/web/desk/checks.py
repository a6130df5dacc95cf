"""The checks of an edition: what stands in the way, what to look at, what is in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.newsletters.checks.edition import addresses, ask, check_edition, faulty
from outreach.newsletters.checks.findings import (
    KIND_NAMES,
    CheckResult,
    Finding,
    Kind,
    Level,
)
from outreach.newsletters.compose import Desk, desk_for
from outreach.newsletters.models import Edition
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.edition_visit import ADDRESS, opened, show_room

blueprint = desk_blueprint("checks")


@dataclass(frozen=True)
class Part:
    """What was found in one language, or in what all share."""

    key: str
    language: str
    """Empty for what all share."""
    name: str
    fails: Sequence[Finding]
    warnings: Sequence[Finding]
    passed: Sequence[str]
    unseen: Sequence[str]
    faulty: bool
    """Whether its file has faults, so that nothing else of it can be judged."""


@blueprint.get(f"{ADDRESS}/checks")
@needs(Role.VIEWER)
def show(newsletter: str, slug: str) -> AnyResponse:
    """Show what the checks find now."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        result = check_edition(composing(desk, edition), edition)
        zone = desk.visit.services.settings.staff_zone
        return show_room(
            desk,
            edition,
            "checks.html",
            room="checks",
            result=result,
            parts=_parts(desk, result),
            absent=desk.t.listed(_name(desk, language) for language in result.absent),
            unseen_links=result.links.total - result.links.looked_at,
            looked_when=desk.t.moment(desk.visit.now, zone),
        )


@blueprint.post(f"{ADDRESS}/checks")
@needs(Role.EDITOR)
def look(newsletter: str, slug: str) -> AnyResponse:
    """Ask a worker to look at the links of an edition, and at its letters."""
    again = request.form.get("again") == "yes"
    with desk_reading() as desk:  # to read texts takes longer than a write may last
        edition = opened(desk, newsletter, slug)
        urls = addresses(composing(desk, edition), edition)
    with desk_writing() as desk:
        edition = opened(desk, newsletter, slug)
        asked = ask(desk.visit.session, edition, urls, desk.visit.now, again=again)
        desk.actor.did(
            desk.visit.session, "edition.links", edition.name, after={"links": str(asked)}
        )
    return redirect(url_for("desk_checks.show", newsletter=newsletter, slug=slug), 303)


def composing(desk: DeskVisit, edition: Edition) -> Desk:
    """Give what composing and checking an edition needs."""
    services = desk.visit.services
    return desk_for(
        desk.visit.session,
        services.stationery,
        services.links,
        edition=edition,
        now=desk.visit.now,
    )


def _parts(desk: DeskVisit, result: CheckResult) -> list[Part]:
    return [
        Part(
            key=language or "all",
            language=language,
            name=_name(desk, language) if language else desk.t("For all languages"),
            fails=result.at(Level.FAIL, language),
            warnings=result.at(Level.WARN, language),
            passed=_names(desk, result.passed[language]),
            unseen=_names(desk, result.unseen[language]),
            faulty=bool(language) and language in faulty(result.findings),
        )
        for language in ("", *result.languages)
    ]


def _name(desk: DeskVisit, language: str) -> str:
    return desk.visit.language_title(language)


def _names(desk: DeskVisit, kinds: Sequence[Kind]) -> list[str]:
    return [desk.t.say(KIND_NAMES[kind]) for kind in kinds]
