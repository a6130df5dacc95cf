"""Feeds of the archive: Atom and JSON, and how anything is answered that other sites read."""

from flask import Blueprint, Response, make_response

from outreach.newsletters.feeds import atom, json_feed
from outreach.web.announced import announced
from outreach.web.ready import keep
from outreach.web.visit import reading

blueprint = Blueprint("feeds", __name__)

ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"


@blueprint.get("/<language:language>/newsletters/feed.xml")
@announced()
def as_atom(language: str) -> Response:
    """Give the Atom feed (RFC 4287)."""
    with reading(language) as visit:
        body = atom(visit.session, visit.site, visit.services.links, language)
    return public_answer(body, ATOM)


@blueprint.get("/<language:language>/newsletters/feed.json")
@announced()
def as_json(language: str) -> Response:
    """Give the JSON Feed (jsonfeed.org, version 1.1)."""
    with reading(language) as visit:
        body = json_feed(visit.session, visit.site, visit.services.links, language)
    return public_answer(body, JSON)


def public_answer(body: bytes, kind: str) -> Response:
    """Answer with what other sites and programs read; kept, with ETags and 304 where they have it.

    For a view that is `announced`; of the request it may depend on path and query only.
    """
    return keep(make_public(make_response(body), kind))


def make_public(answer: Response, kind: str) -> Response:
    """Let other sites and programs read an answer, and keep it for some minutes."""
    answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = "public, max-age=300, stale-while-revalidate=3600"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
