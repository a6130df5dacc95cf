"""Answers that are ready: made once a change, kept as bytes, and given without asking Flask.

A view of something public is `announced` and marks its answer with `keep`. The layer `Ready` before
Flask then has its bytes, its gzip bytes and their validators, and gives them to whoever asks for
that address. Of a request only the method, the path, what the view reads of the query,
`Accept-Encoding` and `If-None-Match` matter then: neither cookies nor languages nor the host it
was asked by. So a view that looks at anything else (or whose answer sets a cookie) must not call
`keep`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import TypeAlias, TypeGuard
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, current_app, request

from outreach import log
from outreach.web.announced import Names, is_announced, reduced
from outreach.web.codings import takes_gzip
from outreach.web.shelf import (
    LONGEST_QUERY,
    Address,
    Answer,
    Counted,
    Headers,
    Kept,
    Shelf,
    can_be_kept,
)
from outreach.web.turns import Turns

logger = log.logger("ready")

MARK = "outreach.ready"
"""Under this name of the environ a view says that its answer is to be kept."""
PATIENCE = 4.0
"""Seconds for which a request waits while another makes the same answer; then it makes it too."""

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
    that are counted; empty for any. A request that tells nothing of its page always counts.
    """
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        answer.status_code = HTTPStatus.OK  # the layer judges conditions: it knows the codings
    if not is_announced(current_app.view_functions[request.endpoint or ""]):
        raise RuntimeError(f"{request.endpoint} keeps its answers and is not announced")
    request.environ[MARK] = _Marked(answer, counted, counted_at)
    return answer


class Ready:
    """Gives what is ready, and asks `application` for everything else.

    `reads` tells of a path what its view reads of the query, or None where nothing is announced
    of it (`announced`); `clock` gives seconds that only grow. Any number of threads may call it;
    what is fresh is given without waiting for a lock.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        reads: Callable[[str], Names | None],
        count: Callable[[Counted], None],
        clock: Callable[[], float] = time.monotonic,
        shelf: Shelf | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.application = application
        self.clock = clock
        self.shelf = Shelf() if shelf is None else shelf
        self._reads = reads
        self._count = count
        self._patience = patience
        self._turns = Turns()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        kept = self.shelf.get((environ["PATH_INFO"], environ.get("QUERY_STRING", "")))
        if kept is not None and self.clock() < kept.again:
            kept.uses += 1
            return self._give(kept.answer, environ, start_response)
        names = self._reads(environ["PATH_INFO"])
        if names is None:
            return self.application(environ, start_response)
        query = environ.get("QUERY_STRING", "")
        if len(query) <= LONGEST_QUERY:
            environ["QUERY_STRING"] = query = reduced(query, names)
        return self._look(_Asked(environ, start_response, (environ["PATH_INFO"], query)))

    def _look(self, asked: "_Asked") -> Iterable[bytes]:
        """Give what is kept; have it made by one request where it is not, or not any more."""
        kept = self.shelf.get(asked.address)
        if (kept is None or self.clock() >= kept.again) and self._is_mine(asked):
            try:
                return self._make(asked)
            finally:
                self._turns.end(asked.address)
        if kept is None or self.clock() >= kept.good_until:
            self._turns.wait(asked.address, self._patience)
            kept = self.shelf.get(asked.address)
        if kept is None or self.clock() >= kept.good_until:
            return self._make(asked)
        return self._use(kept, asked)

    def _is_mine(self, asked: "_Asked") -> bool:
        """Tell whether this request is the one to make the answer; then it has the turn."""
        if not self._turns.take(asked.address):
            return False
        # Only now can nobody else be at it: an answer that is not fresh will not become so.
        kept = self.shelf.get(asked.address)
        if kept is None or self.clock() >= kept.again:
            return True
        self._turns.end(asked.address)
        return False

    def _make(self, asked: "_Asked") -> Iterable[bytes]:
        """Ask the application; where it fails, an old answer that is still good stands in."""
        now, old = self.clock(), self.shelf.get(asked.address)
        stands_in = old is not None and now < old.good_until
        call = _Call(asked.environ, asked.start_response, stands_in=stands_in)
        try:
            body = self.application(asked.environ, call)
        except Exception:
            if not self._is_good(old):
                raise
            logger.exception("an answer could not be made anew")
            return self._instead(old, asked)
        if call.failure is not None:
            if self._is_good(old):
                _close(body)
                return self._instead(old, asked)
            asked.start_response(*call.failure)
            return body
        if call.kept is None:
            if old is not None:
                self.shelf.forget(asked.address)
            return body
        return self._keep(asked, call.kept, body, now)

    def _keep(
        self, asked: "_Asked", headers: Headers, body: Iterable[bytes], now: float
    ) -> Iterable[bytes]:
        marked: _Marked = asked.environ.pop(MARK)
        answer = self.shelf.answer(marked.answer.get_data(), headers)
        answer.counted, answer.counted_at = marked.counted, marked.counted_at
        _close(body)
        self.shelf.put(asked.address, answer, now)
        return self._give(answer, asked.environ, asked.start_response)

    def _is_good(self, old: Kept | None) -> TypeGuard[Kept]:
        """Tell whether an answer is good at this moment: what failed may have taken its time."""
        return old is not None and self.clock() < old.good_until

    def _instead(self, old: Kept, asked: "_Asked") -> Iterable[bytes]:
        old.rest(self.clock())
        return self._use(old, asked)

    def _use(self, kept: Kept, asked: "_Asked") -> Iterable[bytes]:
        kept.uses += 1
        return self._give(kept.answer, asked.environ, asked.start_response)

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
    if "prefetch" in environ.get("HTTP_SEC_PURPOSE", ""):
        return False
    origin = _origin(environ) if answer.counted_at else ""
    return not origin or origin in answer.counted_at


def _origin(environ: WSGIEnvironment) -> str:
    """Give the origin of the page that asks: scripts tell it, and of frames the page before."""
    told: str = environ.get("HTTP_ORIGIN", "")
    return told or "/".join(environ.get("HTTP_REFERER", "").split("/", 3)[:3])


@dataclass(frozen=True)
class _Asked:
    """A request, and the address under which its answer is kept."""

    environ: WSGIEnvironment
    start_response: StartResponse
    address: Address


class _Call:
    """Stands for `start_response`: holds back what is marked, or failed where something stands in.

    Everything else passes.
    """

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, stands_in: bool
    ) -> None:
        self.kept: Headers | None = None
        """The headers of an answer that is to be kept."""
        self.failure: tuple[str, Headers, Raised] | None = None
        """What was held back where an old answer might stand in."""
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
            self.failure = status, headers, exc_info
            return _nowhere
        return self._start_response(status, headers, exc_info)


def _nowhere(_data: bytes) -> None:
    """Write what is held back."""


def _close(body: Iterable[bytes]) -> None:
    """Tell an iterable that nobody reads it any more (PEP 3333)."""
    close = getattr(body, "close", None)
    if close is not None:
        close()
