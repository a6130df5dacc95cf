"""All connections to the mail server, driven by whoever asks for results.

No thread of its own: handing parcels from one thread to another costs more than sending them (the
interpreter's lock changes hands at every system call). Between two calls the kernel goes on with
what has been written. Only connecting, which may take seconds, is done in threads.
"""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from outreach.delivery.transports.line import ANSWER_SECONDS, Line
from outreach.delivery.transports.parcels import Fate, Parcel, Result, ServerTrouble
from outreach.delivery.transports.smtp import Connected
from outreach.log import logger

IDLE_SECONDS = 20.0
"""A connection that has nothing to do is given up after this."""
LEAVING_SECONDS = 3.0
LOOK_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds for which a server that is away is left alone: doubled each time."""
MOST_DROPS = 8
"""A parcel at which the server hung up this often is to blame itself."""

log = logger("delivery.wire")


class Wire:
    """Hands parcels over on up to `connections` connections, `most` parcels on each.

    See `parcels.Transport`.
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
        self._closed = False
        self._looked = 0.0
        self._selector = selectors.DefaultSelector()
        self._ear, self._bell = socket.socketpair()
        for end in (self._ear, self._bell):
            end.settimeout(0)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Take parcels and begin to hand them over."""
        self._inbox.extend(parcels)
        self._hand_out()

    def take(self, at_least: int, timeout: float) -> list[Result]:
        """Drive the sockets until there are that many results or the time is over; give them."""
        deadline = time.monotonic() + timeout
        wait = 0.0 if len(self._results) >= at_least else timeout
        while True:
            self._drive(wait)
            wait = deadline - time.monotonic()
            if wait <= 0 or len(self._results) >= at_least:
                taken, self._results = self._results, []
                return taken

    def recall(self) -> None:
        """Give back what has not begun to be handed over."""
        self._give_back()

    def away(self) -> float:
        """Give the seconds for which the server is to be left alone."""
        return max(0.0, self._away_until - time.monotonic())

    def close(self) -> list[Result]:
        """Hang up at once; give the last results."""
        self._closed = True
        for line in list(self._lines.values()):
            self._inbox.extend(self._end(line))
        self._give_back()
        self._close_arrivals()
        self._selector.close()
        self._ear.close()
        self._bell.close()
        taken, self._results = self._results, []
        return taken

    def _drive(self, wait: float) -> None:
        """See to the sockets that have something, after at most so many seconds."""
        for key, _ in self._selector.select(wait):
            if key.data is None:
                self._heard_the_bell()
            else:
                self._ready(key.data)
        self._hand_out()
        moment = time.monotonic()
        if moment - self._looked > LOOK_SECONDS:
            self._looked = moment
            self._look_after(moment)

    def _heard_the_bell(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        while self._arrivals:
            self._arrived(self._arrivals.popleft())

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
        if line.wants_to_write != line.is_watched_for_writing:
            line.is_watched_for_writing = line.wants_to_write
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
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
        with suppress(OSError):  # it is ringing already, or nobody is at home any more
            self._bell.send(b"!")
        if self._closed:
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

    def _publish(self, results: Sequence[Result]) -> None:
        if self._drops:
            for result in results:
                if result.fate is not Fate.RETURNED:
                    self._drops.pop(result.id, None)
        self._results += results

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
