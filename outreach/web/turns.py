"""Turns: of many that ask for one thing at once, one makes it, and the others wait for it."""

from threading import Event, Lock

from outreach.web.shelf import Address


class Turns:
    """Who is at work, by address; for any number of threads."""

    def __init__(self) -> None:
        self._under_way: dict[Address, Event] = {}
        self._lock = Lock()

    def take(self, address: Address) -> bool:
        """Tell whether it is on the caller to make it, who then calls `end` whatever happens."""
        with self._lock:
            if address in self._under_way:
                return False
            self._under_way[address] = Event()
            return True

    def end(self, address: Address) -> None:
        """Let those go on who wait."""
        with self._lock:
            self._under_way.pop(address).set()

    def wait(self, address: Address, seconds: float) -> None:
        """Wait until whoever is at it has ended, but no longer than so many seconds."""
        with self._lock:
            begun = self._under_way.get(address)
        if begun is not None:
            begun.wait(seconds)
