"""Answers that are ready: made once a change, kept as bytes, and given without asking Flask.

A view of something public marks its answer with `keep`. The layer `Ready` before Flask then has
its bytes, its gzip bytes and their validators, and gives them to whoever asks for that address. Of
a request only the method, the path, the query, `Accept-Encoding` and `If-None-Match` matter then:
neither cookies nor languages nor the host it was asked by. So a view that looks at anything else
(or whose answer sets a cookie) must not call `keep`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, request

from outreach import log
from outreach.web.codings import takes_gzip
from outreach.web.shelf import Answer, Counted, Headers, Kept, Shelf, can_be_kept

logger = log.logger("ready")

MARK = "outreach.ready"
"""Under this name of the environ a view says that its answer is to be kept."""

Raised: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)


@dataclass(frozen=True)
class _Marked:
    """What a view left for the layer."""

    answer: Response
    counted: Counted
    counted_at: tuple[str, ...]


def keep(answer: Response, *, counted: Counted = (), counted_at: tuple[str, ...] = ()) -> Response:
    """Mark a public answer to be kept and given again by the layer before Flask.

    The layer adds ETag, gzip and `Vary`, and answers 304 by itself. Only a 200 is kept, and only
    with `Cache-Control: public`. `counted`: kinds and keys of hits that each time it is given adds
    to (a GET that somebody waits for, no prefetch). `counted_at`: the origins of those pages alone
    whose scripts are counted; empty for any. A request that names no origin always counts.
    """
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        answer.status_code = HTTPStatus.OK  # the layer judges conditions: it knows the codings
    request.environ[MARK] = _Marked(answer, counted, counted_at)
    return answer


class Ready:
    """Gives what is ready, and asks `application` for everything else.

    `clock` gives seconds that only grow. Any number of threads may call it; what is fresh is given
    without waiting for a lock.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        count: Callable[[Counted], None],
        clock: Callable[[], float] = time.monotonic,
        shelf: Shelf | None = None,
    ) -> None:
        self.application = application
        self.clock = clock
        self.shelf = Shelf() if shelf is None else shelf
        self._count = count

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        kept = self.shelf.get((environ["PATH_INFO"], environ.get("QUERY_STRING", "")))
        now = self.clock()
        if kept is None or (now >= kept.again and kept.is_due(now)):
            return self._make(kept, environ, start_response, now)
        kept.used = now
        return self._give(kept.answer, environ, start_response)

    def _make(
        self, old: Kept | None, environ: WSGIEnvironment, start_response: StartResponse, now: float
    ) -> Iterable[bytes]:
        """Ask the application; where it fails, an old answer that is still good stands in."""
        good = old if old is not None and now < old.good_until else None
        call = _Call(environ, start_response, stands_in=good is not None)
        try:
            body = self.application(environ, call)
        except Exception:
            if good is None:
                raise
            logger.exception("an answer could not be made anew")
            call.failed = True
            body = ()
        if call.failed and good is not None:
            _close(body)
            good.rest(now)
            return self._give(good.answer, environ, start_response)
        address = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if call.kept is None:
            if old is not None:
                self.shelf.forget(address)
            return body
        marked: _Marked = environ.pop(MARK)
        answer = self.shelf.answer(marked.answer.get_data(), call.kept)
        answer.counted, answer.counted_at = marked.counted, marked.counted_at
        _close(body)
        self.shelf.put(address, answer, now)
        return self._give(answer, environ, start_response)

    def _give(
        self, answer: Answer, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes]:
        """Give an answer in the form that the request asks for, or tell that it is known."""
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if answer.counted and not is_head and _counts(answer, environ):
            self._count(answer.counted)
        form = answer.plain
        if answer.packed is not None and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            form = answer.packed
        if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        known = answer.known(if_none_match, form) if if_none_match is not None else None
        if known is not None:
            start_response("304 Not Modified", known.brief.copy())
            return []
        start_response("200 OK", form.headers.copy())
        return [] if is_head else [form.body]


def _counts(answer: Answer, environ: WSGIEnvironment) -> bool:
    """Tell whether somebody waits for it, on a page for which it counts."""
    origin = environ.get("HTTP_ORIGIN", "")
    elsewhere = bool(origin and answer.counted_at and origin not in answer.counted_at)
    return not elsewhere and "prefetch" not in environ.get("HTTP_SEC_PURPOSE", "")


class _Call:
    """Stands for `start_response`: holds back what is marked, or failed where something stands in.

    Everything else passes.
    """

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, stands_in: bool
    ) -> None:
        self.kept: Headers | None = None
        """The headers of an answer that is to be kept."""
        self.failed = False
        self._environ = environ
        self._start_response = start_response
        self._stands_in = stands_in

    def __call__(
        self, status: str, headers: Headers, exc_info: Raised = None, /
    ) -> Callable[[bytes], object]:
        """Begin an answer (PEP 3333)."""
        code = int(status[:3])
        if code == HTTPStatus.OK and MARK in self._environ and can_be_kept(headers):
            self.kept = headers
            return _nowhere
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR and self._stands_in:
            self.failed = True
            return _nowhere
        return self._start_response(status, headers, exc_info)


def _nowhere(_data: bytes) -> None:
    """Write what is held back."""


def _close(body: Iterable[bytes]) -> None:
    """Tell an iterable that nobody reads it any more (PEP 3333)."""
    close = getattr(body, "close", None)
    if close is not None:
        close()
