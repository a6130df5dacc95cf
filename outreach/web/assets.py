"""Our own style sheet and script: served for ever under names that carry their hash."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from whitenoise import WhiteNoise

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"


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
        """Answer one request (PEP 3333)."""
        answer: Iterable[bytes] = self._files(environ, start_response)
        return answer

    def url(self, name: str) -> str:
        """Give where a file is served, e.g. `/static/site-0123456789abcdef.css`."""
        return self.urls[name]


def _is_immutable(_path: str, _url: str) -> bool:
    return True


def _add_headers(headers: Headers, path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    # A frame that its host has sandboxed is of no origin, and so never of ours.
    of_embeds = Path(path).stem == "embed"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if of_embeds else "same-origin"
