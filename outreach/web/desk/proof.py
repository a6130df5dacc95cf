"""The letter itself as staff see it before anybody gets it, in a frame; and whether it changed."""

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from outreach.errors import NotFound
from outreach.mail.scheme import in_scheme
from outreach.newsletters.compose import desk_for
from outreach.newsletters.freshness import freshness
from outreach.newsletters.models import Edition
from outreach.newsletters.personas import NOBODY, SOMEBODY, Reader
from outreach.newsletters.proof import Proof, campaigns_of, frozen_proof, present_proof
from outreach.staff.models import Role
from outreach.web.desk.access import DeskVisit, desk_blueprint, desk_reading, needs
from outreach.web.desk.edition_visit import ADDRESS, opened
from outreach.web.security import proof_policy

blueprint = desk_blueprint("proof")

NEW_TAB = '<base target="_blank">'
"""Links open beside the desk, which refuses to be framed."""
INSIDE = 'href="#'
"""But those to a section of the letter itself."""


@blueprint.get(f"{ADDRESS}/mail/<language:language>")
@needs(Role.VIEWER)
def mail(newsletter: str, slug: str, language: str) -> AnyResponse:
    """Give the letter's own HTML, in one colour scheme."""
    with desk_reading() as desk:
        edition = opened(desk, newsletter, slug)
        reader = SOMEBODY if request.args.get("named") == "yes" else NOBODY
        number = request.args.get("of", 0, type=int)
        shown = proof(desk, edition, language=language, reader=reader, number=number)
        own = desk.visit.services.links.base_url
    dark = request.args.get("view") == "dark"
    return _framed(in_scheme(shown.html, "dark" if dark else "light"), language, own)


@blueprint.get(f"{ADDRESS}/state")
@needs(Role.VIEWER)
def state(newsletter: str, slug: str) -> AnyResponse:
    """Give a short name for all that the page shows; another one means that there is news."""
    with desk_reading() as desk:
        answer = make_response(freshness(desk.visit.session, newsletter, slug))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer


def proof(
    desk: DeskVisit, edition: Edition, *, language: str, reader: Reader, number: int = 0
) -> Proof:
    """Give one language as it is now, or as the campaign of that number has frozen it."""
    visit = desk.visit
    services = visit.services
    if not number:
        composing = desk_for(
            visit.session, services.stationery, services.links, edition=edition, now=visit.now
        )
        return present_proof(composing, edition, language=language, reader=reader)
    found = (one for one in campaigns_of(visit.session, edition) if one.id == number)
    campaign = next(found, None)
    if campaign is None:
        raise NotFound("This edition has no such campaign.")
    return frozen_proof(
        visit.session, services.links, campaign=campaign, language=language, reader=reader
    )


def _framed(html: str, language: str, own: str) -> Response:
    """Let links lead out of the frame, and our own pictures load under any name of this host."""
    local = html.replace(f'src="{own}/', 'src="/')
    based = local.replace("<head>", f"<head>{NEW_TAB}", 1)
    answer = make_response(based.replace(INSIDE, f'target="_self" {INSIDE}'))
    answer.headers["Content-Security-Policy"] = proof_policy(own)
    answer.headers["Content-Language"] = language
    return answer
