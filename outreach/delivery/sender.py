"""The sender: claims what is queued, writes each message, hands it over, records how it went.

What the worker calls, each in a thread of its own (`services` is anything with `database`,
`settings`, `links` and `clock`):

* `send_bulk(services, stop, until_idle=False)`: sends the bulk stream until `stop` is set, or
  until nothing is due. Pausing and closing of batches take hold by themselves.
* `send_transactional(services, stop, until_idle=False)`: the same for the transactional stream,
  over a connection of its own.

`take_back_claims(database)` of `outreach.delivery.workers` is called by both when they begin and
every few seconds: the worker need not call it. When `stop` is set, both finish what is on the
wire, give the rest back and return within ten seconds.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outreach.db.database import GAP_SECONDS, database_now
from outreach.delivery import pace, workers
from outreach.delivery.claims import Claim
from outreach.delivery.collaborators import Collaborators
from outreach.delivery.models import Stream
from outreach.delivery.personal import Return, Writer
from outreach.delivery.records import Ending, Recorder
from outreach.delivery.stock import Stock
from outreach.delivery.transports.choice import transport
from outreach.delivery.transports.parcels import Fate, Parcel, Result
from outreach.log import logger

WINDOW = 4
"""Deliveries on the wire for each connection: what a kill can leave uncertain."""
LOOK_SECONDS = 1.0
"""How often we look which batches are open."""
BEAT_SECONDS = 5.0
FILL_UP_SECONDS = 0.02
"""How long a group of results may fill up."""
QUICK_SECONDS = 0.01
"""A server that answers a group so fast is near: larger groups cost less and nothing waits."""
REST_SECONDS = 0.25
"""How long we sleep when nothing is due."""
FINISH_SECONDS = 8.0
"""How long we wait for the last replies when we are told to stop."""
SOON = timedelta(seconds=10)
PATIENCE_SECONDS = 5.0
"""With `until_idle`: a server that is away for longer is not waited for."""

log = logger("delivery.sender")


def send_bulk(services: Collaborators, stop: Event, *, until_idle: bool = False) -> None:
    """Send the bulk stream until `stop` is set (or nothing is due, with `until_idle`)."""
    connections = max(1, services.settings.mail_connections - 1)
    Sender(services, Stream.BULK, connections=connections).run(stop, until_idle=until_idle)


def send_transactional(services: Collaborators, stop: Event, *, until_idle: bool = False) -> None:
    """Send the transactional stream, on a connection of its own."""
    Sender(services, Stream.TRANSACTIONAL, connections=1).run(stop, until_idle=until_idle)


class Sender:
    """Sends one stream, in one thread."""

    def __init__(self, services: Collaborators, stream: Stream, *, connections: int) -> None:
        settings = services.settings
        self._services = services
        self._database = services.database
        self._stream = stream
        self._connections = connections
        self._window = WINDOW * connections
        self._limits = pace.limits(settings.mail_per_second, settings.mail_per_hour)
        self._writer = Writer(
            services.database,
            services.links,
            settings.suppression_key,
            Return.to(settings.mailbox_address),
        )
        self._transport = transport(settings, connections=connections)
        self._stock = Stock(services.database, stream)
        self._outstanding: dict[int, Claim] = {}
        """On the wire, or so close to it that their rows say so."""
        self._results: list[Result] = []
        """Not yet committed."""
        self._written: dict[int, Parcel | Result] = {}
        """Written ahead, at most a second ago."""
        self._recorder = Recorder(0, stream)
        self._looked_at = self._beat_at = self._wrote_at = self._paced_until = 0.0
        self._cycle = 0.0
        """Seconds between the last two commits."""

    def run(self, stop: Event, *, until_idle: bool = False) -> None:
        """Send until `stop` is set, or until nothing is due or the server stays away."""
        self._sign_on()
        try:
            while not stop.is_set():
                try:
                    busy = self._turn()
                except DBAPIError as error:
                    log.warning("database_trouble", error=type(error.orig).__name__)
                    self._start_afresh(stop)
                    continue
                if not busy:
                    if until_idle and self._is_idle():
                        break
                    stop.wait(REST_SECONDS)
        finally:
            self._sign_off()

    def _turn(self) -> bool:
        """Go round once; False if there was nothing to do."""
        self._look_round()
        may_go = self._may_go()
        if may_go and self._stock.is_low:
            self._breathe()
            self._stock.fill(self._worker, self._services.clock())
            self._wrote_at = time.monotonic()
        self._hear()
        room = self._window - len(self._outstanding) + len(self._results)
        group = self._stock.take(room) if may_go else []
        if self._results or group:
            self._commit(group)
            self._write_ahead()
        elif self._stock.is_cancelling:
            self._breathe()
            self._stock.cancel_closed(self._services.clock())
            return True
        return bool(self._outstanding or (may_go and len(self._stock)))

    def _hear(self) -> None:
        """Collect results until there are enough for a group, but not if the wire runs dry."""
        half = self._window // 2
        waiting = len(self._outstanding) - len(self._results)
        runs_dry = waiting < half and len(self._stock)
        enough = half if self._cycle > QUICK_SECONDS else half + half // 2
        missing = min(waiting, enough - len(self._results))
        timeout = 0.0 if missing <= 0 or (runs_dry and not self._results) else FILL_UP_SECONDS
        self._results += self._transport.take(missing, timeout)

    def _commit(self, group: Sequence[Claim]) -> None:
        """Write what happened and what happens next, in one transaction; then hand it over."""
        self._breathe()
        now = self._services.clock()
        away = timedelta(seconds=max(1.0, self._transport.away()))
        endings = [Ending(self._outstanding[one.id], one) for one in self._results]
        with self._database.transaction() as session:
            self._recorder.record(session, endings, now, away=away)
            granted = self._granted(session, len(group))
            going = self._recorder.intend(session, group[:granted])
            self._recorder.settle(session)
        moment = time.monotonic()
        self._cycle, self._wrote_at = moment - self._wrote_at, moment
        self._stock.put_back(group[granted:])
        for one in self._results:
            del self._outstanding[one.id]
        self._results.clear()
        self._hand_over(going)

    def _hand_over(self, going: Sequence[Claim]) -> None:
        parcels: list[Parcel] = []
        for claim in going:
            self._outstanding[claim.id] = claim
            parcel = self._written.pop(claim.id, None) or self._write(claim)
            if isinstance(parcel, Parcel):
                parcels.append(parcel)
            else:
                self._results.append(parcel)
        self._transport.put(parcels)

    def _write_ahead(self) -> None:
        """Write what goes next, in the gap between two commits, and keep the wire busy."""
        for number, claim in enumerate(self._stock.first(self._window)):
            if claim.id not in self._written:
                self._written[claim.id] = self._write(claim)
                if number % 4 == 0:
                    self._results += self._transport.take(0, 0)

    def _write(self, claim: Claim) -> Parcel | Result:
        """Write one message; one bad row must not stop all the others."""
        try:
            return self._writer.write(claim, self._services.clock())
        except Exception as error:  # noqa: BLE001
            log.warning("cannot_write", delivery=claim.id, error=type(error).__name__)
            words = f"5.6.0 the message could not be written: {type(error).__name__}"
            return Result(claim.id, Fate.REFUSED, 0, words)

    def _granted(self, session: Session, wanted: int) -> int:
        """Ask the limits that all workers share how many may go now."""
        if not self._limits or not wanted:
            return wanted
        now = database_now(session)
        granted = pace.take(session, wanted, self._limits, now)
        if granted < wanted:
            pause = pace.next_window(self._limits, now).total_seconds()
            self._paced_until = time.monotonic() + pause
        return granted

    def _may_go(self) -> bool:
        """Tell whether anything may be sent; while the server is away, others may have a try."""
        if self._transport.away():
            self._stock.hand_back(self._worker)
            return False
        return time.monotonic() >= self._paced_until

    def _look_round(self) -> None:
        """Do what is to be done every second, and every few."""
        moment = time.monotonic()
        if moment - self._beat_at >= BEAT_SECONDS:
            self._beat_at = moment
            self._beat()
        rest = REST_SECONDS if self._stream is Stream.TRANSACTIONAL else LOOK_SECONDS
        if moment - self._looked_at >= rest:
            self._looked_at = moment
            self._written.clear()
            self._stock.look(self._worker, self._services.clock())

    def _beat(self) -> None:
        with self._database.transaction() as session:
            lives = workers.beat(session, self._worker)
            if self._limits:
                pace.forget(session, database_now(session))
        self._wrote_at = time.monotonic()
        workers.take_back_claims(self._database)
        if not lives:
            log.warning("taken_for_dead", worker=self._worker)
            self._finish_the_wire()
            self._sign_on()

    def _is_idle(self) -> bool:
        if self._transport.away() > PATIENCE_SECONDS:
            return True
        self._stock.look(self._worker, self._services.clock() + SOON)
        idle = not self._stock.is_low and not self._stock.is_cancelling
        self._looked_at = 0.0
        return idle

    @property
    def _worker(self) -> int:
        return self._recorder.worker

    def _sign_on(self) -> None:
        """Register as a worker that holds nothing."""
        self._stock.forget()
        with self._database.transaction() as session:
            worker = workers.register(session)
        self._recorder = Recorder(worker, self._stream)
        self._looked_at = self._beat_at = 0.0

    def _finish_the_wire(self) -> None:
        """Begin nothing more; wait for what is on the wire, write down how it went."""
        self._transport.recall()
        deadline = time.monotonic() + FINISH_SECONDS
        while self._outstanding and time.monotonic() < deadline:
            self._results += self._transport.take(len(self._outstanding), 0.1)
            if self._results:
                self._commit([])
        self._results += self._transport.close()
        if self._results:
            self._commit([])
        self._transport = transport(self._services.settings, connections=self._connections)

    def _sign_off(self) -> None:
        """Finish what is on the wire, give back the rest."""
        self._finish_the_wire()
        self._transport.close()
        with self._database.transaction() as session:
            workers.leave(session, self._worker)

    def _start_afresh(self, stop: Event) -> None:
        """After trouble with the database nobody knows what was committed: begin anew."""
        while not stop.wait(1.0):
            try:
                self._finish_the_wire()
                with self._database.transaction() as session:
                    workers.leave(session, self._worker)
                self._sign_on()
            except DBAPIError as error:
                log.warning("database_trouble", error=type(error.orig).__name__)
            else:
                return

    def _breathe(self) -> None:
        """Leave other writers their turn since our last commit, and see to the wire meanwhile."""
        gap = GAP_SECONDS - (time.monotonic() - self._wrote_at)
        if gap > 0 and self._database.is_sqlite:
            self._results += self._transport.take(self._window, gap)
            time.sleep(max(0.0, GAP_SECONDS - (time.monotonic() - self._wrote_at)))
