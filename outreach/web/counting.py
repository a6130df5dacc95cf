"""Totals of what is given without asking the database, written to it every few seconds."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from threading import Lock, Timer

from outreach import log
from outreach.db import hits
from outreach.db.database import Database
from outreach.times import Clock

logger = log.logger("counting")

EVERY = 5.0
"""Seconds between two writings, at the least."""


class Counting:
    """Adds to totals in memory, from any thread, and writes them to `hits`.

    What cannot be written is kept for the next time. A process that is killed loses the totals of
    its last seconds; one that ends in order calls `close`.
    """

    def __init__(self, database: Database, clock: Clock, *, every: float = EVERY) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._lock = Lock()
        self._writing = Lock()
        self._totals: Counter[tuple[str, str, date]] = Counter()
        self._timer: Timer | None = None

    def add(self, counted: Iterable[tuple[str, str]]) -> None:
        """Add one to each of these kinds and keys, on the present day."""
        day = self._clock().date()
        with self._lock:
            for kind, key in counted:
                self._totals[kind, key, day] += 1
            if self._timer is None:
                self._timer = self._begin()

    def write(self) -> None:
        """Write the totals in one short transaction; they stay here if that fails."""
        with self._writing:  # closing waits for what the timer has begun
            with self._lock:
                self._timer = None
                totals, self._totals = self._totals, Counter()
            try:
                self._save(totals)
            except Exception:  # nobody who asked for a page may suffer from this
                logger.exception("totals could not be written; they are kept for the next time")
                with self._lock:
                    self._totals.update(totals)
                    self._timer = self._timer or self._begin()

    def close(self) -> None:
        """Write what there is, without another try: for the end of a process."""
        self._cancel()
        self.write()
        self._cancel()

    def _cancel(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _save(self, totals: Counter[tuple[str, str, date]]) -> None:
        if not totals:
            return
        with self._database.transaction() as session:
            # In one order for all processes: rows that two of them add to never lock crosswise.
            for (kind, key, day), count in sorted(totals.items()):
                hits.add(session, kind, key, day=day, count=count)

    def _begin(self) -> Timer:
        timer = Timer(self._every, self.write)
        timer.name, timer.daemon = "counting", True
        timer.start()
        return timer
