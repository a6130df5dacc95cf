"""News & events: the first page."""

from flask import Blueprint, Response

from outreach.articles.queries import articles
from outreach.events.queries import events
from outreach.newsletters.queries import public_editions
from outreach.web.entries import article_entry, edition_entry, event_entry, newest_first
from outreach.web.visit import reading

blueprint = Blueprint("news", __name__)


@blueprint.get("/<language:language>/")
def home(language: str) -> Response:
    """Show what is coming up, and then articles, editions and past events in one list."""
    with reading(language) as visit:
        today = visit.now.date()
        announced = [one for one in events(visit.session) if one.translations]
        upcoming = [event_entry(visit, one) for one in announced if one.date >= today]
        entries = newest_first(
            [
                *(edition_entry(visit, one) for one in public_editions(visit.session, visit.site)),
                *(article_entry(visit, one) for one in articles(visit.session)),
                *(event_entry(visit, one) for one in announced if one.date < today),
            ]
        )
        tagline = visit.site.tagline(visit.language)
        return visit.show(
            "home.html",
            addresses=visit.everywhere(),
            section="home",
            tagline=tagline,
            description=tagline,
            upcoming=sorted(upcoming, key=lambda entry: str(entry.day)),
            entries=entries,
        )
