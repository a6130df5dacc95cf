"""The worker: every step in a thread of its own, until it is told to stop or nothing is due."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from sqlalchemy import func, or_, select

from outreach import log
from outreach.bootstrap import Services
from outreach.delivery.models import Batch, BatchState, Delivery, State
from outreach.worker.steps import Shift, Step

logger = log.logger("worker")

GRACE_SECONDS = 9.0
"""How long steps have to end in order; a process manager kills after ten."""

FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
"""Seconds to wait after a step has failed; doubled each time it fails again."""

IDLE_PAUSE = 0.2
"""Seconds that a step rests at the most when the worker is to end once nothing is due."""

FAILURES_IN_A_ROW = 3
"""After so many, `until_idle` no longer waits for a step."""


@dataclass
class Stillness:
    """Finds out when nothing is due: every step has looked and found nothing since the last work.

    One step's work may be another's cue (fan-out, then sending), so a step that found nothing
    before the latest work must look again.
    """

    steps: int
    works: int = 0
    """How many turns did something."""
    quiet_at: dict[str, int] = field(default_factory=dict)
    """The number of works when the step last began a turn that found nothing."""
    lock: Lock = field(default_factory=Lock)

    def begin(self) -> int:
        """Note the beginning of a turn."""
        with self.lock:
            return self.works

    def end(self, step: str, begun: int, *, worked: bool) -> None:
        """Note the end of a turn."""
        with self.lock:
            if worked:
                self.works += 1
            else:
                self.quiet_at[step] = begun

    def reached(self) -> bool:
        """Tell whether nothing is due."""
        with self.lock:
            quiet = [begun for begun in self.quiet_at.values() if begun == self.works]
            return len(quiet) == self.steps


class Crew:
    """The threads of one worker."""

    def __init__(self, shift: Shift, steps: Sequence[Step]) -> None:
        self.shift = shift
        self.stop = shift.stop
        self.stillness = Stillness(len(steps))
        self.failing: set[str] = set()
        self.threads = [
            Thread(target=self._repeat, args=(step,), name=step.name, daemon=True) for step in steps
        ]

    def run(self) -> bool:
        """Work until told to stop or, if so asked, until nothing is due.

        True if all ended in order and no step kept failing.
        """
        for thread in self.threads:
            thread.start()
        while not self.stop.wait(0.05):
            if self.shift.until_idle and self.stillness.reached():
                break
        self.stop.set()
        return self._join() and not self.failing

    def _join(self) -> bool:
        """Wait for the threads; those that do not end in time die with the process."""
        deadline = time.monotonic() + GRACE_SECONDS
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [thread.name for thread in self.threads if thread.is_alive()]
        if late:
            logger.error("steps did not end in time", steps=late)
        return not late

    def _repeat(self, step: Step) -> None:
        failures = 0
        while not self.stop.is_set():
            begun = self.stillness.begin()
            try:
                worked = step.turn(self.shift)
            except Exception:  # whatever one step meets, it tries again and the others go on
                failures += 1
                logger.exception("step failed", step=step.name, in_a_row=failures)
                self._failed(step, failures, begun)
                continue
            failures = 0
            self.failing.discard(step.name)
            self.stillness.end(step.name, begun, worked=worked)
            if not worked:
                self.stop.wait(self._pause(step))

    def _pause(self, step: Step) -> float:
        """Give how long a step rests: somebody who waits for the end wants every step to look."""
        return min(step.pause, IDLE_PAUSE) if self.shift.until_idle else step.pause

    def _failed(self, step: Step, failures: int, begun: int) -> None:
        if failures >= FAILURES_IN_A_ROW:
            self.failing.add(step.name)
            self.stillness.end(step.name, begun, worked=False)
        self.stop.wait(min(FIRST_BACKOFF * 2 ** (failures - 1), LONGEST_BACKOFF))


def run(
    services: Services, steps: Sequence[Step], stop: Event, *, until_idle: bool = False
) -> bool:
    """Run a worker; True if it ended in order. `stop` is set by the caller's signal handlers."""
    logger.info("worker runs", steps=[step.name for step in steps])
    in_order = Crew(Shift(services, stop, until_idle), steps).run()
    logger.info("worker stopped", in_order=in_order)
    return in_order


def still_due(services: Services) -> int:
    """Count what could not be sent, if a worker was idle: what is due and nobody holds.

    What was never tried counts too: a server that is away puts it off by some seconds.
    """
    due = Delivery.due_at <= services.clock()
    with services.database.reading() as session:
        return int(
            session.scalar(
                select(func.count())
                .select_from(Delivery)
                .join(Batch, Batch.id == Delivery.batch_id)
                .where(
                    Delivery.state == State.QUEUED,
                    or_(due, Delivery.tries == 0),
                    Batch.state == BatchState.OPEN,
                )
            )
            or 0
        )
