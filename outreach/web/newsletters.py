"""The archive of newsletters, and the page of an edition."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from outreach.newsletters.queries import PublicEdition, public_edition, public_editions
from outreach.newsletters.queries import edition as edition_named
from outreach.newsletters.webview import Shown, shown_edition
from outreach.phrases.catalog import language_name
from outreach.web.entries import edition_entry
from outreach.web.height import letter_heights
from outreach.web.visit import Visit, reading

blueprint = Blueprint("newsletters", __name__)


@dataclass(frozen=True)
class EditionPage:
    """An edition as its page shows it."""

    newsletter: str
    title: str
    date: date
    language: str
    frame: str
    """Where the letter's own HTML is."""
    heights: dict[str, int]
    """Of the frame, in pixels, by kind of screen."""
    plain: str
    others: list[tuple[str, str, str]]
    """Tag, name and address of the other languages."""


@blueprint.get("/<language:language>/newsletters")
def archive(language: str) -> Response:
    """List every edition that has appeared."""
    with reading(language) as visit:
        found = public_editions(visit.session, visit.site)
        return visit.show(
            "newsletters.html",
            addresses=visit.everywhere("newsletters"),
            section="newsletters",
            entries=[edition_entry(visit, one) for one in found],
        )


@blueprint.get("/<language:language>/newsletters/<slug:newsletter>/<slug:slug>")
def edition(language: str, newsletter: str, slug: str) -> Response:
    """Show an edition: the letter as it was sent, in a frame, and its text."""
    with reading(language) as visit:
        found = public_edition(visit.session, visit.site, f"{newsletter}/{slug}")
        page = _page(visit, found)
        return visit.show(
            "edition.html",
            addresses=visit.everywhere("newsletters", newsletter, slug),
            written_in=found.languages,
            section="newsletters",
            edition=page,
            description=found.summaries.get(page.language, ""),
            dated=True,
        )


def _page(visit: Visit, found: PublicEdition) -> EditionPage:
    language = visit.site.choose(found.titles, visit.language) or visit.language
    links = visit.services.links
    letter = _letter(visit, found, language)
    return EditionPage(
        newsletter=visit.text(found.newsletter_names),
        title=found.titles[language],
        date=found.date,
        language=language,
        frame=f"/mail/{found.newsletter}/{found.slug}/{language}",
        heights=letter_heights(letter.html),
        plain=letter.text,
        others=[
            (
                other,
                language_name(other),
                visit.local(links.to_edition(other, found.newsletter, found.slug)),
            )
            for other in found.languages
            if other != language and other in visit.site.languages
        ],
    )


def _letter(visit: Visit, found: PublicEdition, language: str) -> Shown:
    """Give the letter's HTML and text, as they were sent."""
    services = visit.services
    shown = shown_edition(
        visit.session,
        services.stationery,
        services.links,
        edition=edition_named(visit.session, found.name),
        language=language,
        now=visit.now,
    )
    return shown or Shown(html="", text="")
