"""The preview of an edition that has not appeared: for whoever holds its link, for two weeks.

A test leads here where the mail will lead to the archive.
"""

from functools import partial

from flask import Blueprint, Response

from outreach.links import Purpose
from outreach.newsletters.compose import desk_for
from outreach.newsletters.drafts import draft, edition_of, text_in
from outreach.newsletters.models import Edition
from outreach.newsletters.webview import Shown
from outreach.phrases.catalog import language_name
from outreach.web.height import letter_heights
from outreach.web.mailview import framed_letter
from outreach.web.newsletters import EditionPage
from outreach.web.visit import Visit, reading

blueprint = Blueprint("previews", __name__)


@blueprint.get("/<language:language>/preview/<token:token>")
def page(language: str, token: str) -> Response:
    """Show the edition as it would be sent now."""
    with reading(language) as visit:
        edition = _edition(visit, token)
        shown = _shown(visit, edition, token, language)
        others = [text.language for text in edition.translations if text.language != language]
        return visit.show(
            "edition.html",
            switch=visit.everywhere("preview", token),
            preview=True,
            section="newsletters",
            edition=EditionPage(
                newsletter=visit.text(edition.newsletter.names),
                title=text_in(edition, language).title,
                date=edition.date,
                language=language,
                frame=f"/preview/{token}/{language}",
                heights=letter_heights(shown.html),
                plain=shown.text,
                others=[
                    (other, language_name(other), visit.local(_address(visit, token, other)))
                    for other in others
                    if other in visit.site.languages
                ],
            ),
        )


@blueprint.get("/preview/<token:token>/<language:language>")
def letter(token: str, language: str) -> Response:
    """Give the letter's own HTML, for the frame of the page."""
    with reading() as visit:
        shown = _shown(visit, _edition(visit, token), token, language)
        return framed_letter(shown.html, language, visit.services.links.base_url)


def _edition(visit: Visit, token: str) -> Edition:
    numbers = visit.services.links.read_expiring(Purpose.PREVIEW, token, visit.now)
    return edition_of(visit.session, numbers[0])


def _shown(visit: Visit, edition: Edition, token: str, language: str) -> Shown:
    services = visit.services
    text = text_in(edition, language)
    desk = desk_for(
        visit.session, services.stationery, services.links, edition=edition, now=visit.now
    )
    return draft(desk, edition, text, partial(_address, visit, token))


def _address(visit: Visit, token: str, language: str) -> str:
    """Give the same preview in another language: it ends when this one does."""
    return visit.services.links.page(language, "preview", token)
