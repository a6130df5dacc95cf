"""Answers as bytes in memory: bare and packed, with their validators, and which of them stay."""

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
GUESTS = 8
"""One part in so many is for what was asked for once: among themselves they make room, so that
whoever makes up addresses drives out nothing that is in use."""
LONGEST_QUERY = 2_000
"""Characters that are read: all topics and kinds of a large site fit, and nobody means more."""
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

    def __init__(self, body: bytes, told: Headers, tag: str, coding: str = "") -> None:
        ours = [("ETag", tag), ("Vary", "Accept-Encoding")]
        self.body = body
        self.tag = tag
        self.brief = [*(pair for pair in told if pair[0].lower() in _WITH_304), *ours]
        """Headers of a 304."""
        self.headers = [*told, *ours, ("Content-Length", str(len(body)))]
        if coding:
            self.headers.append(("Content-Encoding", coding))


class Answer:
    """An answer in all its codings. The tag of each is its own (RFC 9110 §8.8.3).

    A tag stands for the headers too: where those alone change, such as who may frame a page, no
    copy in a browser is good any more.
    """

    __slots__ = ("counted", "counted_at", "made", "packed", "plain")

    def __init__(self, made: "Body", headers: Headers) -> None:
        told = [pair for pair in headers if pair[0].lower() not in _MADE_HERE]
        tag = hashlib.sha256(f"{made.digest}{sorted(told)}".encode()).hexdigest()
        self.counted: Counted = ()
        self.counted_at: tuple[str, ...] = ()
        self.made = made
        self.plain = Form(made.plain, told, f'"{tag}"')
        self.packed = Form(made.packed, told, f'"{tag}-gzip"', "gzip") if made.packed else None

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

    __slots__ = ("again", "answer", "good_until", "uses")

    def __init__(self, answer: Answer, made: float, uses: int = 0) -> None:
        self.answer = answer
        self.again = made + FRESH
        self.good_until = made + GOOD
        self.uses = uses
        """How often it was given since it was made, and half of what was before."""

    def rest(self, now: float) -> None:
        """Leave it a while as it is, for making it anew has failed."""
        self.again = min(now + REST, self.good_until)


class Body:
    """A body, bare and packed where that is smaller; shared by all answers that are alike."""

    __slots__ = ("__weakref__", "digest", "holders", "packed", "plain")

    def __init__(self, plain: bytes, digest: str, *, packs: bool) -> None:
        packed = gzip.compress(plain, LEVEL, mtime=0) if packs else plain
        self.plain = plain
        self.digest = digest
        self.packed = packed if len(packed) < len(plain) else b""
        self.holders = 0
        """How many answers of the shelf have it."""

    @property
    def size(self) -> int:
        """Give how many bytes it takes, the smaller things left out."""
        return len(self.plain) + len(self.packed)


class Shelf:
    """The answers of one process by address.

    Of too many, those go first that are too old to be given, then guests (what was asked for once)
    where they are more than their part, then what is given least.
    """

    def __init__(self, answers: int = MOST_ANSWERS, size: int = MOST_BYTES) -> None:
        self._most = answers
        self._most_bytes = size
        self._kept: dict[Address, Kept] = {}
        """In the order in which they were made."""
        self._bytes = 0
        self._lock = Lock()
        self._alike: WeakValueDictionary[tuple[str, bool], Body] = WeakValueDictionary()
        self.get = self._kept.get
        """Gives what is kept under an address, or None."""

    def __len__(self) -> int:
        """Give how many answers are kept."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Give how many bytes are kept; what answers share counts once."""
        return self._bytes

    def answer(self, body: bytes, headers: Headers) -> Answer:
        """Make an answer; the same bytes as elsewhere on the shelf are not packed once more."""
        packs = _packs(headers)
        key = hashlib.sha256(body).hexdigest(), packs
        made = self._alike.get(key)
        if made is None:
            made = self._alike[key] = Body(body, key[0], packs=packs)
        return Answer(made, headers)

    def put(self, address: Address, answer: Answer, made: float) -> None:
        """Keep an answer that was begun at that moment, unless a later one is there."""
        if len(address[1]) > LONGEST_QUERY or answer.made.size > self._most_bytes:
            return
        with self._lock:
            present = self._kept.get(address)
            if present is None or present.good_until <= made + GOOD:
                # What asked for it to be made anew is a use of it as well.
                uses = (present.uses + 1) // 2 if present else 0
                self._take_away(address)
                self._add(address, Kept(answer, made, uses))
            while self._bytes > self._most_bytes or len(self._kept) > self._most:
                self._take_away(self._least(made))

    def forget(self, address: Address) -> None:
        """Keep nothing under an address any more."""
        with self._lock:
            self._take_away(address)

    def _add(self, address: Address, kept: Kept) -> None:
        body = kept.answer.made
        self._kept[address] = kept
        self._bytes += 0 if body.holders else body.size
        body.holders += 1

    def _take_away(self, address: Address) -> None:
        gone = self._kept.pop(address, None)
        if gone is not None:
            body = gone.answer.made
            body.holders -= 1
            self._bytes -= 0 if body.holders else body.size

    def _least(self, now: float) -> Address:
        """Choose what is missed least."""
        guests: list[Address] = []
        known: list[Address] = []
        for address, kept in self._kept.items():
            if now >= kept.good_until:
                return address
            (known if kept.uses else guests).append(address)
        if not known or self._are_many(guests):
            return guests[0]
        return min(known, key=lambda each: self._kept[each].uses)

    def _are_many(self, guests: list[Address]) -> bool:
        """Tell whether guests take more than their part; the newest may be as large as it is."""
        size = sum(self._kept[each].answer.made.size for each in guests)
        most, most_bytes = self._most // GUESTS, self._most_bytes // GUESTS
        return len(guests) > 1 and (len(guests) > most or size > most_bytes)


def _packs(headers: Iterable[tuple[str, str]]) -> bool:
    kinds = (value for name, value in headers if name.lower() == "content-type")
    kind = next(kinds, "").partition(";")[0].strip().lower()
    return kind == "image/svg+xml" or any(
        kind.startswith(each) if each.endswith("/") else kind.endswith(each)
        for each in _PACKED_WELL
    )
