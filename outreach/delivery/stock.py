"""The stock: what a worker has claimed and not yet begun, and which batches it may take from."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from outreach.db.database import Database
from outreach.delivery import batches, claims
from outreach.delivery.claims import Claim
from outreach.delivery.models import Stream

PAGE = 256
"""Deliveries claimed at a time."""
SMALL_PAGE = 8
"""The same for transactional mail, so that several workers share it."""


class Stock:
    """Claims by the page, from each open batch in turn."""

    def __init__(self, database: Database, stream: Stream) -> None:
        self._database = database
        self._stream = stream
        self._claims: deque[Claim] = deque()
        self._open: deque[int] = deque()
        self._closed: list[int] = []
        self._is_due = False

    def __len__(self) -> int:
        """Count what is claimed and not begun."""
        return len(self._claims)

    @property
    def is_low(self) -> bool:
        """Whether there is more to claim and room for it."""
        return self._is_due and len(self._claims) < PAGE // 2

    def look(self, worker: int, now: datetime) -> None:
        """See what is due; give back what belongs to a batch that was paused or closed."""
        with self._database.reading() as session:
            if self._stream is Stream.TRANSACTIONAL:
                self._is_due = claims.is_transactional_due(session, now)
                return
            self._open = deque(claims.due_batches(session, now))
            self._closed = claims.closed_with_rest(session)
            held = {claim.batch_id for claim in self._claims}
            stopped = held - claims.still_open(session, list(held)) if held else set()
        self._is_due = bool(self._open)
        if stopped:
            self._hand_back(worker, [one for one in self._claims if one.batch_id in stopped])

    def fill(self, worker: int, now: datetime) -> None:
        """Claim a page."""
        with self._database.transaction() as session:
            if self._stream is Stream.TRANSACTIONAL:
                page = claims.claim_transactional(session, worker, now, limit=SMALL_PAGE)
                self._is_due = bool(page)
            else:
                batch = self._open[0]
                page = claims.claim_bulk(session, batch, worker, now, limit=PAGE)
                self._next_batch(exhausted=not page)
        self._claims.extend(page)

    def take(self, most: int) -> list[Claim]:
        """Take out up to so many, the longest due first."""
        return [self._claims.popleft() for _ in range(min(most, len(self._claims)))]

    def first(self, most: int) -> list[Claim]:
        """Show what `take` would take out."""
        return list(islice(self._claims, most))

    def put_back(self, unused: Sequence[Claim]) -> None:
        """Put back what was taken out and cannot go yet."""
        self._claims.extendleft(reversed(unused))

    def hand_back(self, worker: int) -> None:
        """Queue all of it again, for whoever can send it."""
        if self._claims:
            self._hand_back(worker, list(self._claims))

    def forget(self) -> None:
        """Let go of everything; the rows have been given back."""
        self._claims.clear()

    def cancel_closed(self, now: datetime) -> None:
        """Cancel one page of what a closed batch has left."""
        if not self._closed:
            return
        with self._database.transaction() as session:
            if not batches.cancel_page(session, self._closed[0], now):
                self._closed.pop(0)

    @property
    def is_cancelling(self) -> bool:
        """Whether a closed batch still has something queued."""
        return bool(self._closed)

    def _next_batch(self, *, exhausted: bool) -> None:
        if exhausted:
            self._open.popleft()
        else:
            self._open.rotate(-1)
        self._is_due = bool(self._open)

    def _hand_back(self, worker: int, some: Sequence[Claim]) -> None:
        with self._database.transaction() as session:
            claims.release(session, worker, some)
        gone = {claim.id for claim in some}
        self._claims = deque(claim for claim in self._claims if claim.id not in gone)
