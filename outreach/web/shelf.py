"""Answers as bytes in memory: bare and packed, with their validators, and how many are kept."""

import gzip
import hashlib
from collections.abc import Iterable
from threading import Lock
from typing import TypeAlias
from weakref import WeakValueDictionary

from outreach.web.codings import tags_of

Headers: TypeAlias = list[tuple[str, str]]
Counted: TypeAlias = tuple[tuple[str, str], ...]
"""Kinds and keys of hits."""
Address: TypeAlias = tuple[str, str]
"""Path and query, as a WSGI server gives them."""

FRESH = 20.0
"""Seconds during which an answer is given without a further thought."""
GOOD = 50.0
"""Seconds after which it is given no more: with the time that making one takes, a change of the
rows shows within a minute in every process."""
REST = 5.0
"""Seconds until making it is tried again after that failed."""

MOST_ANSWERS = 500
MOST_BYTES = 32 * 1024 * 1024
"""Of each process."""
LONGEST_QUERY = 2_000
LEVEL = 9
"""Of compression: done once a change, it may take its time."""

_MADE_HERE = frozenset({"content-length", "date", "etag", "vary"})
_WITH_304 = frozenset(
    {
        "access-control-allow-origin",
        "cache-control",
        "content-location",
        "cross-origin-resource-policy",
        "expires",
        "strict-transport-security",
        "x-robots-tag",
    }
)
"""What is repeated where nothing changed (RFC 9110 §15.4.5), and what browsers look at first."""
_PACKED_WELL = ("text/", "+json", "+xml", "/json", "/xml", "/javascript")


def can_be_kept(headers: Headers) -> bool:
    """Tell whether an answer is the same for everybody, by what its headers say."""
    named = {name.lower(): value.lower() for name, value in headers}
    return (
        "set-cookie" not in named
        and "content-encoding" not in named
        and named.get("vary", "accept-encoding") == "accept-encoding"
        and "public" in named.get("cache-control", "")
    )


class Form:
    """An answer in one coding."""

    __slots__ = ("body", "brief", "headers", "tag")

    def __init__(self, body: bytes, headers: Headers, tag: str, coding: str = "") -> None:
        ours = [("ETag", tag), ("Vary", "Accept-Encoding")]
        told = [pair for pair in headers if pair[0].lower() not in _MADE_HERE]
        self.body = body
        self.tag = tag
        self.brief = [*(pair for pair in told if pair[0].lower() in _WITH_304), *ours]
        """Headers of a 304."""
        self.headers = [*told, *ours, ("Content-Length", str(len(body)))]
        if coding:
            self.headers.append(("Content-Encoding", coding))


class Answer:
    """An answer in all its codings. The tag of each is its own (RFC 9110 §8.8.3)."""

    __slots__ = ("counted", "counted_at", "packed", "plain")

    def __init__(self, made: "_Bytes", headers: Headers) -> None:
        self.counted: Counted = ()
        self.counted_at: tuple[str, ...] = ()
        self.plain = Form(made.plain, headers, f'"{made.digest}"')
        self.packed = (
            Form(made.packed, headers, f'"{made.digest}-gzip"', "gzip") if made.packed else None
        )

    @property
    def size(self) -> int:
        """Give how many bytes it takes, the smaller things left out."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0)

    def known(self, if_none_match: str, chosen: Form) -> Form | None:
        """Give the form that somebody has already: the one chosen, or the other."""
        if if_none_match == chosen.tag:
            return chosen
        tags = tags_of(if_none_match)
        if chosen.tag in tags or "*" in tags:
            return chosen
        forms = (self.plain, self.packed)
        return next((form for form in forms if form is not None and form.tag in tags), None)


class Kept:
    """An answer on the shelf, and when it is to be made anew."""

    __slots__ = ("again", "answer", "good_until", "turn", "used")

    def __init__(self, answer: Answer, made: float) -> None:
        self.answer = answer
        self.again = made + FRESH
        self.good_until = made + GOOD
        self.used = made
        self.turn = Lock()
        """Held by the one request that makes it anew: for good where that succeeds."""

    def is_due(self, now: float) -> bool:
        """Tell a request whether it is to make the answer anew; while it is good, one of them."""
        if now >= self.good_until:
            return True
        return now >= self.again and self.turn.acquire(blocking=False)

    def rest(self, now: float) -> None:
        """Leave it a while as it is, for making it anew has failed."""
        self.again = min(now + REST, self.good_until)
        self.turn.release()


class _Bytes:
    """A body, bare and packed where that is smaller; shared by all answers that are alike."""

    __slots__ = ("__weakref__", "digest", "packed", "plain")

    def __init__(self, plain: bytes, digest: str, *, packs: bool) -> None:
        packed = gzip.compress(plain, LEVEL, mtime=0) if packs else plain
        self.plain = plain
        self.digest = digest
        self.packed = packed if len(packed) < len(plain) else b""


class Shelf:
    """The answers of one process by address; of too many, those go that were used longest ago."""

    def __init__(self, answers: int = MOST_ANSWERS, size: int = MOST_BYTES) -> None:
        self._most = answers
        self._most_bytes = size
        self._kept: dict[Address, Kept] = {}
        self._bytes = 0
        self._lock = Lock()
        self._alike: WeakValueDictionary[tuple[str, bool], _Bytes] = WeakValueDictionary()
        self.get = self._kept.get
        """Gives what is kept under an address, or None."""

    def __len__(self) -> int:
        """Give how many answers are kept."""
        return len(self._kept)

    def answer(self, body: bytes, headers: Headers) -> Answer:
        """Make an answer; the same bytes as elsewhere on the shelf are not packed once more."""
        packs = _packs(headers)
        key = hashlib.sha256(body).hexdigest(), packs
        made = self._alike.get(key)
        if made is None:
            made = self._alike[key] = _Bytes(body, key[0], packs=packs)
        return Answer(made, headers)

    def put(self, address: Address, answer: Answer, made: float) -> None:
        """Keep an answer that was begun at that moment, unless a later one is there."""
        if len(address[1]) > LONGEST_QUERY or answer.size > self._most_bytes:
            return
        with self._lock:
            present = self._kept.get(address)
            if present is None or present.good_until <= made + GOOD:
                self._take_away(address)
                self._kept[address] = Kept(answer, made)
                self._bytes += answer.size
            while self._bytes > self._most_bytes or len(self._kept) > self._most:
                self._take_away(min(self._kept, key=lambda each: self._kept[each].used))

    def forget(self, address: Address) -> None:
        """Keep nothing under an address any more."""
        with self._lock:
            self._take_away(address)

    def _take_away(self, address: Address) -> None:
        gone = self._kept.pop(address, None)
        if gone is not None:
            self._bytes -= gone.answer.size


def _packs(headers: Iterable[tuple[str, str]]) -> bool:
    kinds = (value for name, value in headers if name.lower() == "content-type")
    kind = next(kinds, "").partition(";")[0].strip().lower()
    return kind == "image/svg+xml" or any(
        kind.startswith(each) if each.endswith("/") else kind.endswith(each)
        for each in _PACKED_WELL
    )
