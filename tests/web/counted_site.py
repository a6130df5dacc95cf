"""The site as a server loads it, with one more page that is counted; for a test of its end."""

from flask import Response, make_response

from outreach.web.announced import announced
from outreach.web.feeds import make_public
from outreach.web.ready import keep
from outreach.web.wsgi import app

__all__ = ["app"]


@app.get("/counted")
@announced()
def counted() -> Response:
    """Answer, and count it."""
    answer = make_public(make_response("counted"), "text/plain")
    return keep(answer, counted=(("partner-view", "mines"),))
