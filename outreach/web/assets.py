"""Our own style sheet and script: served for ever under names that carry their hash."""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from whitenoise import WhiteNoise

from outreach.web.ready import Raised

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
SHORT = "public, max-age=60"
"""How long the present file is kept under the name of a former one."""
_HASHED = re.compile(r"/static/([^/]+)-[0-9a-f]{16}(\.[a-z0-9]+)")


class Assets:
    """Answers for static files and passes everything else on to `application`."""

    def __init__(self, application: WSGIApplication, folder: Path = FOLDER) -> None:
        self.urls: dict[str, str] = {}
        self._files = WhiteNoise(
            application,
            allow_all_origins=False,
            add_headers_function=_add_headers,
            immutable_file_test=_is_immutable,
        )
        for path in sorted(folder.iterdir()):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            url = f"{PREFIX}{path.stem}-{digest}{path.suffix}"
            self.urls[path.name] = url
            self._files.add_file_to_dictionary(url, str(path))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333).

        A former hash gives the present file: pages of before a deployment are kept elsewhere, for
        an hour and more (frames by the browsers of partners' visitors), and still ask for it.
        """
        begin, present = start_response, self._present(environ["PATH_INFO"])
        if present:
            environ["PATH_INFO"], begin = present, _for_short(start_response)
        answer: Iterable[bytes] = self._files(environ, begin)
        return answer

    def _present(self, path: str) -> str:
        """Give where a file is now, by an address of before; empty for any other address."""
        found = _HASHED.fullmatch(path) if path.startswith(PREFIX) else None
        url = self.urls.get(f"{found[1]}{found[2]}", "") if found else ""
        return url if url != path else ""

    def url(self, name: str) -> str:
        """Give where a file is served, e.g. `/static/site-0123456789abcdef.css`."""
        return self.urls[name]


def _for_short(start_response: StartResponse) -> StartResponse:
    """Let what is answered be kept for a short time only."""

    def begin(
        status: str, headers: list[tuple[str, str]], exc_info: Raised = None, /
    ) -> Callable[[bytes], object]:
        Headers(headers)["Cache-Control"] = SHORT
        return start_response(status, headers, exc_info)

    return begin


def _is_immutable(_path: str, _url: str) -> bool:
    return True


def _add_headers(headers: Headers, path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    # A frame that its host has sandboxed is of no origin, and so never of ours.
    of_embeds = Path(path).stem == "embed"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if of_embeds else "same-origin"
