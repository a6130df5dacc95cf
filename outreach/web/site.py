"""What belongs to no language: the way in, the colours, robots, and a sign of life."""

from flask import Blueprint, Response, make_response, redirect
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from outreach.web.visit import present_services, reading

blueprint = Blueprint("site", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
ROBOTS = """User-agent: *
Disallow: /u/
Disallow: /mail/
Disallow: /*/confirm/
Disallow: /*/preferences/
Disallow: /*/personal/
Disallow: /*/seat/
Disallow: /*/join/
Disallow: /*/register
"""


@blueprint.get("/")
def root() -> AnyResponse:
    """Lead to the first page in a language that the browser wishes for."""
    with reading() as visit:
        answer = redirect(visit.home, 302)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@blueprint.get("/theme-<string(length=16):digest>.css")
def theme(digest: str) -> Response:
    """Give the colours; an earlier name gives the present ones, so that no page stands naked."""
    with reading() as visit:
        present = visit.theme
    answer = make_response(present.sheet)
    answer.headers["Content-Type"] = "text/css; charset=utf-8"
    is_present = present.url == f"/theme-{digest}.css"
    answer.headers["Cache-Control"] = FOR_EVER if is_present else "no-cache"
    return answer


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep machines off addresses that are meant for one person."""
    answer = make_response(ROBOTS)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the database answers."""
    with present_services().database.reading() as session:
        session.execute(text("SELECT 1"))
    answer = make_response("ok\n")
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer
