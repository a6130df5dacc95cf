"""A small application behind the layer that keeps answers, for tests of that layer."""

from collections.abc import Callable

from flask import Flask, Response, make_response, request
from werkzeug.test import Client, TestResponse

from outreach.web.announced import announced, announcements
from outreach.web.feeds import make_public
from outreach.web.ready import Ready, keep
from outreach.web.shelf import Counted, Shelf

TEXT = "text/plain; charset=utf-8"
LONG = "Water and mines. " * 100


class Kitchen:
    """An application of one address, what it says, and how often it was asked."""

    def __init__(self, shelf: Shelf | None = None, *, patience: float = 10.0) -> None:
        self.now = 1000.0
        self.said = LONG
        self.framed_by = "*"
        """What a header says that is no header of ours."""
        self.counted_at: tuple[str, ...] = ()
        self.asked = 0
        self.fails = False
        self.meanwhile: Callable[[], object] = lambda: None
        self.counted: list[Counted] = []
        app = Flask("kitchen")
        view = announced("a", "b")(lambda name: self.view(name))
        app.add_url_rule("/<path:name>", "view", view, methods=["GET", "POST"])
        self.layer = Ready(
            app.wsgi_app,
            reads=announcements(app),
            count=self.counted.append,
            clock=lambda: self.now,
            shelf=shelf,
            patience=patience,
        )
        self.client = Client(self.layer)

    def view(self, name: str) -> Response:
        """Answer by the name in the address."""
        self.asked += 1
        self.meanwhile()
        if self.fails:
            raise RuntimeError("the kitchen burns")
        if name == "gone":
            return make_response("gone", 404)
        answer = self.made(name)
        if name == "cookie":
            answer.set_cookie("who", "you")
        if name == "private":
            answer.headers["Cache-Control"] = "private"
        if name == "bare":
            return answer
        if name == "conditional":
            answer.set_etag("of the view")
            answer.make_conditional(request)
        return keep(answer, counted=(("view", name),), counted_at=self.counted_at)

    def made(self, name: str) -> Response:
        """Make what anybody may have."""
        said = f"{LONG} {request.query_string!r}" if name == "each" else self.said
        answer = make_public(make_response(said), TEXT)
        answer.headers["X-Framed-By"] = self.framed_by
        return answer

    def get(self, path: str = "/soup", method: str = "GET", **headers: str) -> TestResponse:
        """Ask; `headers` with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, headers=named, buffered=True)
