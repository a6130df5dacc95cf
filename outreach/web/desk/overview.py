"""One edition: its languages, how it arrives, how it looks, and what changed since it was sent."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.content.faults import stored_faults
from outreach.errors import NotFound, Refused
from outreach.newsletters.basis import declare_up_to_date, standing
from outreach.newsletters.freshness import freshness
from outreach.newsletters.models import Edition
from outreach.newsletters.reading import PARENT
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, desk_writing, needs
from outreach.web.desk.edition_visit import ADDRESS, opened, show_room
from outreach.web.desk.overview_page import page_values
from outreach.web.forms import sent_text

blueprint = desk_blueprint("overview")


@blueprint.get(ADDRESS)
@needs(Role.VIEWER)
def show(newsletter: str, slug: str) -> AnyResponse:
    """Show it; where no text of it was ever without faults, show these."""
    with desk_reading() as desk:
        try:
            edition = opened(desk, newsletter, slug)
        except NotFound:
            return _not_live(desk, newsletter, slug)
        return _page(desk, edition)


@blueprint.post(f"{ADDRESS}/up-to-date")
@needs(Role.EDITOR)
def take_as_up_to_date(newsletter: str, slug: str) -> AnyResponse:
    """Take a translation as up to date with its source, as whoever presses this has looked."""
    language = sent_text("language")
    try:
        with desk_writing() as desk:
            edition = opened(desk, newsletter, slug)
            _declare(desk, edition, language)
    except Refused as refused:
        with desk_reading() as desk:
            edition = opened(desk, newsletter, slug)
            return _page(desk, edition, refused=desk.t.say(refused))
    known = {text.language for text in edition.translations}
    back = url_for(
        "desk_overview.show",
        newsletter=newsletter,
        slug=slug,
        language=language if language in known else None,
        done="up_to_date",
    )
    return redirect(back, 303)


def _declare(desk: DeskVisit, edition: Edition, language: str) -> None:
    visit = desk.visit
    stood = standing(edition, visit.site).get(language)
    declare_up_to_date(
        visit.session,
        edition,
        visit.site.source_order,
        language=language,
        seen=sent_text("seen"),
    )
    if stood is not None and stood.behind:
        before = {"language": language, "behind": str(stood.behind)}
        desk.actor.did(visit.session, "edition.up_to_date", edition.name, before=before)


def _page(desk: DeskVisit, edition: Edition, refused: str = "") -> Response:
    return show_room(
        desk,
        edition,
        "edition.html",
        room="overview",
        status=422 if refused else 200,
        refused=refused,
        done=request.args.get("done", ""),
        freshness=freshness(desk.visit.session, edition.newsletter.slug, edition.slug),
        **page_values(desk, edition),
    )


def _not_live(desk: DeskVisit, newsletter: str, slug: str) -> Response:
    """Tell why an edition is not there though it has files; NotFound if it has none."""
    folder = f"{PARENT}/{newsletter}/{slug}"
    rows = desk.visit.session
    faults = stored_faults(rows, f"{folder}/", f"{PARENT}/{newsletter}/newsletter.toml")
    faults += [fault for fault in stored_faults(rows, folder) if fault.path == folder]
    if not any(fault.path.startswith(folder) for fault in faults):
        raise NotFound("There is no such edition.")
    return desk.show(
        "edition_not_live.html",
        section="editions",
        edition_name=f"{newsletter}/{slug}",
        newsletter=newsletter,
        slug=slug,
        faults=faults,
        freshness=freshness(rows, newsletter, slug),
    )
