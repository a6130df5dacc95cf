"""All connections to the mail server, driven by one thread: parcels in, results out."""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from outreach.delivery.transports.line import ANSWER_SECONDS, Line
from outreach.delivery.transports.parcels import Fate, Parcel, Result, ServerTrouble
from outreach.delivery.transports.smtp import Connected
from outreach.log import logger

IDLE_SECONDS = 20.0
"""A connection that has nothing to do is given up after this."""
LEAVING_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds for which a server that is away is left alone: doubled each time."""
MOST_DROPS = 8
"""A parcel at which the server hung up this often is to blame itself."""

log = logger("delivery.wire")


class Wire:
    """Hands parcels over on up to `connections` connections, `most` parcels on each.

    See `parcels.Transport`. The thread that drives the sockets starts with the first parcel.
    """

    def __init__(self, connect: Callable[[], Connected], *, connections: int, most: int) -> None:
        self._connect = connect
        self._connections = connections
        self._most = most
        self._lines: dict[int, Line] = {}
        self._connecting = 0
        self._failures = 0
        self._again_at = 0.0
        self._away_until = 0.0
        self._drops: dict[int, int] = {}
        self._inbox: deque[Parcel] = deque()
        self._arrivals: deque[Connected | ServerTrouble] = deque()
        self._results: list[Result] = []
        self._wanted = 1
        self._changed = threading.Condition()
        self._recalled = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._selector = selectors.DefaultSelector()
        self._ear, self._bell = socket.socketpair()
        for end in (self._ear, self._bell):
            end.settimeout(0)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Take parcels to be handed over; returns at once."""
        if not parcels:
            return
        self._inbox.extend(parcels)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
            self._thread.start()
        self._ring()

    def take(self, at_least: int, timeout: float) -> list[Result]:
        """Give the results there are, as soon as there are that many or the time is over."""
        with self._changed:
            self._wanted = at_least
            if len(self._results) < at_least:
                self._changed.wait(timeout)
            taken, self._results = self._results, []
            return taken

    def recall(self) -> None:
        """Give back what has not begun to be handed over."""
        self._recalled = True
        self._ring()

    def away(self) -> float:
        """Give the seconds for which the server is to be left alone."""
        return max(0.0, self._away_until - time.monotonic())

    def close(self) -> list[Result]:
        """Hang up at once; give the last results."""
        self._closing = True
        if self._thread is not None:
            self._ring()
            self._thread.join()
        self._selector.close()
        self._ear.close()
        self._bell.close()
        return self.take(0, 0)

    def _ring(self) -> None:
        with suppress(OSError):  # it is ringing already, or nobody is at home any more
            self._bell.send(b"!")

    def _run(self) -> None:
        """Drive the sockets until `close`."""
        looked = time.monotonic()
        while not self._closing:
            for key, _ in self._selector.select(timeout=0.5):
                if key.data is None:
                    self._heard_the_bell()
                else:
                    self._ready(key.data)
            self._hand_out()
            moment = time.monotonic()
            if moment - looked > 0.4:
                looked = moment
                self._look_after(moment)
        for line in list(self._lines.values()):
            self._inbox.extend(self._end(line))
        self._give_back()
        self._close_arrivals()

    def _heard_the_bell(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        while self._arrivals:
            self._arrived(self._arrivals.popleft())
        if self._recalled:
            self._recalled = False
            self._give_back()

    def _ready(self, line: Line) -> None:
        """Something can be read from or written to a connection."""
        try:
            line.read()
            if not line.leaving:
                while self._inbox and line.talk.room > 0:
                    line.offer(self._inbox.popleft())
            line.write()
        except ServerTrouble as trouble:
            self._lost(line, trouble)
            return
        self._publish(line.talk.results())
        self._after(line)

    def _after(self, line: Line) -> None:
        """See to what a connection needs after it was used."""
        talk = line.talk
        if talk.delivered and self._failures:
            self._failures = 0
        if talk.finished and not line.leaving:
            self._leave(line)
        elif line.leaving and not talk.expects:
            self._end(line)
        if line.number not in self._lines:
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
        if self._selector.get_key(line.socket).events != events:
            self._selector.modify(line.socket, events, line)

    def _hand_out(self) -> None:
        """Spread what waits over the connections, the emptiest first; open more where needed."""
        for filled in (1, 2):
            if not self._inbox:
                return
            for line in list(self._lines.values()):
                if self._inbox and line.talk.alive < filled and line.talk.room > 0:
                    self._begin(line, self._inbox.popleft())
        self._open_more()

    def _begin(self, line: Line, parcel: Parcel) -> None:
        try:
            line.offer(parcel)
            line.write()
        except ServerTrouble as trouble:
            self._lost(line, trouble)
            return
        self._publish(line.talk.results())
        self._after(line)

    def _open_more(self) -> None:
        staying = sum(not line.leaving for line in self._lines.values())
        wanted = min(len(self._inbox), self._connections - staying) - self._connecting
        if wanted <= 0:
            return
        if time.monotonic() < self._again_at:
            if not self._lines and not self._connecting:
                self._give_back()
            return
        for _ in range(wanted):
            self._connecting += 1
            threading.Thread(target=self._call, name="connect", daemon=True).start()

    def _call(self) -> None:
        """Connect, in a thread of its own: names, TLS and greetings take their time."""
        try:
            self._arrivals.append(self._connect())
        except ServerTrouble as trouble:
            self._arrivals.append(trouble)
        except Exception as error:  # noqa: BLE001  (whatever it is, somebody waits for an answer)
            self._arrivals.append(ServerTrouble(f"cannot connect: {error!r}"))
        self._ring()
        if self._closing:
            self._close_arrivals()

    def _close_arrivals(self) -> None:
        """Close connections that were made too late."""
        while self._arrivals:
            answer = self._arrivals.popleft()
            if isinstance(answer, Connected):
                answer.socket.close()

    def _arrived(self, answer: Connected | ServerTrouble) -> None:
        self._connecting -= 1
        if isinstance(answer, ServerTrouble):
            self._troubled(answer)
            return
        line = Line(answer, self._most)
        self._lines[line.number] = line
        self._selector.register(line.socket, selectors.EVENT_READ, line)

    def _lost(self, line: Line, trouble: ServerTrouble) -> None:
        """A connection is gone: only what was on the wire is uncertain, the rest goes elsewhere."""
        kept = self._end(line)
        if kept:
            kept[:1] = self._unless_it_is_to_blame(kept[0], trouble)
        self._inbox.extend(kept)
        if not line.leaving and not line.talk.delivered:
            self._troubled(trouble)

    def _unless_it_is_to_blame(self, parcel: Parcel, trouble: ServerTrouble) -> list[Parcel]:
        """Give up on a parcel for now if the server has hung up on it again and again."""
        drops = self._drops[parcel.id] = self._drops.get(parcel.id, 0) + 1
        if drops < MOST_DROPS:
            return [parcel]
        self._publish([Result(parcel.id, Fate.DEFERRED, 0, str(trouble))])
        return []

    def _end(self, line: Line) -> list[Parcel]:
        """Close a connection, publish its results, give what it did not deliver."""
        self._selector.unregister(line.socket)
        del self._lines[line.number]
        results, kept = line.hang_up()
        self._publish(results)
        return kept

    def _troubled(self, trouble: ServerTrouble) -> None:
        """Leave the server alone for a while; with no connection left, give everything back."""
        if time.monotonic() >= self._again_at:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures, 10))
            self._failures += 1
            self._again_at = time.monotonic() + pause
            log.warning("server_trouble", trouble=str(trouble), pause=pause)
        if not self._lines and not self._connecting:
            self._away_until = self._again_at
            self._give_back()

    def _give_back(self) -> None:
        back = [Result(parcel.id, Fate.RETURNED) for parcel in self._inbox]
        self._inbox.clear()
        self._publish(back)

    def _publish(self, results: Iterable[Result]) -> None:
        results = list(results)
        if not results:
            return
        if self._drops:
            for result in results:
                if result.fate is not Fate.RETURNED:
                    self._drops.pop(result.id, None)
        with self._changed:
            self._results += results
            if len(self._results) >= self._wanted:
                self._changed.notify()

    def _look_after(self, moment: float) -> None:
        """Let go of connections that are silent or idle."""
        for line in list(self._lines.values()):
            silence = line.silent_for(moment)
            if line.talk.alive and silence > ANSWER_SECONDS:
                self._lost(line, ServerTrouble("the server does not answer"))
            elif line.leaving and silence > LEAVING_SECONDS:
                self._end(line)
            elif not line.talk.alive and not line.leaving and silence > IDLE_SECONDS:
                self._leave(line)

    def _leave(self, line: Line) -> None:
        try:
            line.leave()
        except ServerTrouble:
            self._end(line)
