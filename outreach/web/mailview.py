"""A mail's own HTML, as it was sent: the one page with a policy of its own (CALENDAR.md §4)."""

import re

from flask import Blueprint, Response, make_response

from outreach.errors import NotFound
from outreach.newsletters.queries import edition, public_edition
from outreach.newsletters.webview import shown_edition
from outreach.web.security import mail_policy
from outreach.web.visit import reading

blueprint = Blueprint("mailview", __name__)

WHOLE_WINDOW = '<base target="_top">'
"""Links leave the frame: our pages refuse to be framed."""
INSIDE = 'href="#'
"""But those to a section of the letter itself."""


@blueprint.get("/mail/<slug:newsletter>/<slug:slug>/<language:language>")
def mail(newsletter: str, slug: str, language: str) -> Response:
    """Give the letter in one language; personal places show their fallbacks."""
    with reading() as visit:
        public_edition(visit.session, visit.site, f"{newsletter}/{slug}")
        shown = shown_edition(
            visit.session,
            visit.services.stationery,
            visit.services.links,
            edition=edition(visit.session, f"{newsletter}/{slug}"),
            language=language,
            now=visit.now,
        )
        own = visit.services.links.base_url
        here = visit.services.links.to_edition(language, newsletter, slug)
    if shown is None:
        raise NotFound("This edition does not exist in that language.")
    return framed_letter(_without_way_here(shown.html, here), language, own)


def framed_letter(html: str, language: str, own: str) -> Response:
    """Answer with a letter that stands in a frame of one of our pages. `own`: our origin."""
    framed = html.replace("<head>", f"<head>{WHOLE_WINDOW}", 1)
    answer = make_response(framed.replace(INSIDE, f'target="_self" {INSIDE}'))
    answer.headers["Content-Security-Policy"] = mail_policy(own)
    answer.headers["Content-Language"] = language
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _without_way_here(html: str, here: str) -> str:
    """Leave out the links "Read on the web": the reader is there already."""
    return re.sub(rf'<a\b[^>]*\bhref="{re.escape(here)}"[^>]*>[^<]*</a>(\s*<br ?/?>)?', "", html)
