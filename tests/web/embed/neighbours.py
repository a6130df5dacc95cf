"""Two neighbours on loopback ports: a host whose pages embed us, and a stand-in for our site."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import nh3
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from outreach.web.embed.scripts import COMPONENT, LOADER

FOLDER = Path(__file__).parent
GOLDEN = "https://calendar.example.org"
"""The origin that the golden answers are written for."""
FRESH = "public, max-age=300, stale-while-revalidate=3600"
FRAME = (
    '<!doctype html><html lang="fr"><title>Événements</title><body style="margin:0">'
    '<h2>Événements</h2><div style="height:640px"></div>'
)
TELLS = (
    "<script>new ResizeObserver(() => parent.postMessage({outreach: 'height', version: 1, "
    "height: document.body.scrollHeight}, '*')).observe(document.body)</script>"
)
SCRIPTS = {"/embed/v1.js": COMPONENT, "/embed/v1-frame.js": LOADER}


def golden(name: str, origin: str) -> str:
    """Give an answer of the frozen contract, as if `origin` gave it."""
    text = (FOLDER / "golden" / name).read_text()
    return text.replace(GOLDEN, origin)


class Server:
    """Something that answers on a port of this machine until it goes away."""

    def __init__(self, answer: Callable[[Request], Response], port: int = 0) -> None:
        """Begin to answer; on any free port where none is named."""

        @Request.application
        def application(request: Request) -> Response:
            return answer(request)

        self._server: BaseWSGIServer = make_server("127.0.0.1", port, application, threaded=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        soon = {"poll_interval": 0.02}
        self._thread = Thread(target=self._server.serve_forever, kwargs=soon, daemon=True)
        self._thread.start()
        self._there = True

    def leave(self) -> None:
        """Close the port."""
        if self._there:
            self._there = False
            self._server.shutdown()
            self._thread.join(5)
            self._server.server_close()


class StandIn:
    """What our site answers for embeds, by the golden answers, well or badly."""

    def __init__(self) -> None:
        """Begin well."""
        self.asked: list[str] = []
        """Paths with their queries."""
        self.cookies: list[str] = []
        self.sent: dict[str, list[str]] = {}
        """The form that came last."""
        self.status = 200
        self.broken = ""
        """What stands there in place of JSON."""
        self.tells = True
        """Whether a frame says how high it is."""
        self.keeping = FRESH
        """Cache-Control of the data."""
        self.waits = Event()
        """Clear: the data does not come."""
        self.waits.set()
        self._server = Server(self._answer)
        self.origin = self._server.address

    def leave(self) -> None:
        """Close the port."""
        self.waits.set()
        self._server.leave()

    def data_asked(self) -> list[str]:
        """Give the requests for data."""
        return [path for path in self.asked if ".json" in path]

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.full_path.rstrip("?"))
        self.cookies += [request.headers["Cookie"]] if "Cookie" in request.headers else []
        if request.method == "POST":
            self.sent = request.form.to_dict(flat=False)
        if request.path in SCRIPTS:
            return public(SCRIPTS[request.path], "text/javascript; charset=utf-8", FRESH)
        if request.path.endswith(".json"):
            return self._data(request)
        frame = FRAME + (TELLS if self.tells else "")
        return Response(frame, mimetype="text/html")

    def _data(self, request: Request) -> Response:
        self.waits.wait(30)
        month = "month-empty.json" if request.args.get("month") else "month.json"
        events = month if request.args.get("view") == "month" else "events.json"
        body = golden("signup.json" if "signup" in request.path else events, self.origin)
        for option, usual in (("view", "list"), ("theme", "auto")):
            wished = request.args.get(option, usual)
            body = body.replace(f'"{option}": "{usual}"', f'"{option}": "{wished}"')
        answer = public((self.broken or body).encode(), "application/json", self.keeping)
        answer.status_code = self.status
        return answer


def public(body: bytes, kind: str, keeping: str) -> Response:
    """Answer as our site answers what other sites read."""
    answer = Response(body, content_type=kind)
    answer.headers["Cache-Control"] = keeping
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(hashlib.sha256(body).hexdigest())
    return answer


class Host:
    """A partner's site: the pages in `hosts/`, each with one rung of embedding in it."""

    def __init__(self, origin: str) -> None:
        """Begin to answer; `origin`: of the site that is embedded."""
        self.origin = origin
        self.snippets: dict[str, str] = {}
        self._server = Server(self._answer)
        self.address = self._server.address

    def page(self, name: str, snippet: str) -> str:
        """Put a snippet into a page, and give the address of that."""
        key = hashlib.sha256(snippet.encode()).hexdigest()[:12]
        self.snippets[key] = snippet
        return f"{self.address}/{name}?{key}"

    def leave(self) -> None:
        """Close the port."""
        self._server.leave()

    def _answer(self, request: Request) -> Response:
        if request.path == "/host.css":
            return Response((FOLDER / "hosts" / "host.css").read_text(), mimetype="text/css")
        page = (FOLDER / "hosts" / f"{request.path[1:]}.html").read_text()
        page = page.replace("{{origin}}", self.origin)
        rule, _, rest = page.partition("\n")
        snippet = self.snippets[request.query_string.decode()]
        if rule.startswith("<!-- Strips:"):
            snippet = nh3.clean(snippet, tags={"p", "a"}, link_rel=None)
        answer = Response(page.replace("{{embed}}", snippet), mimetype="text/html")
        if rule.startswith("<!-- Content-Security-Policy: "):
            policy = rule.removeprefix("<!-- Content-Security-Policy: ").removesuffix(" -->")
            answer = Response(rest.replace("{{embed}}", snippet), mimetype="text/html")
            answer.headers["Content-Security-Policy"] = policy
        return answer


@contextmanager
def hosting(origin: str) -> Iterator[Host]:
    """Let a host embed `origin` for a while."""
    host = Host(origin)
    yield host
    host.leave()
