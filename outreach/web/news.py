"""News & events: the first page."""

from flask import Blueprint, Response

from outreach.articles.models import Kind
from outreach.articles.queries import articles
from outreach.events.queries import past, upcoming
from outreach.newsletters.queries import public_editions
from outreach.web.entries import article_entry, edition_entry, event_entries, newest_first
from outreach.web.visit import reading

blueprint = Blueprint("news", __name__)

MOST = 100
"""Of each kind on the first page."""


@blueprint.get("/<language:language>/")
def home(language: str) -> Response:
    """Show what is coming up, and then articles, editions and past events in one list."""
    with reading(language) as visit:
        entries = newest_first(
            [
                *(edition_entry(visit, one) for one in public_editions(visit.session, visit.site)),
                *(article_entry(visit, one) for one in articles(visit.session, Kind.ARTICLE)),
                *event_entries(visit, past(visit.session, MOST, visit.now)),
            ]
        )
        coming = upcoming(visit.session, MOST, "", visit.now)
        tagline = visit.site.tagline(visit.language)
        return visit.show(
            "home.html",
            addresses=visit.everywhere(),
            section="home",
            tagline=tagline,
            description=tagline,
            upcoming=event_entries(visit, coming),
            entries=entries,
        )
