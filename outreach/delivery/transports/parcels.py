"""What goes into a transport and what comes out of it."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple, Protocol


class Parcel(NamedTuple):
    """One message for one recipient, ready for the wire (a tuple: there is one a message)."""

    id: int
    """The delivery's."""
    sender: str
    """The envelope's sender, where bounces go."""
    recipient: str
    """The address, its domain as an A-label."""
    content: bytes
    """Not dot-stuffed."""
    is_clean: bool = False
    """Whether all its line ends are known to be CRLF, and none of its lines to begin with a dot."""
    envelope_id: str = ""
    """RFC 3461 §4.4: comes back in delivery reports. Letters, digits, `-` and `_` only."""


class Fate(Enum):
    """What became of a parcel."""

    SENT = auto()
    """The server has taken it."""
    REFUSED = auto()
    """For good (5yz)."""
    DEFERRED = auto()
    """For now (4yz): to be tried again later, which counts."""
    CUT_OFF = auto()
    """It was given whole, and the connection broke before the answer: nobody knows."""
    RETURNED = auto()
    """It never went; the server is away. Counts for nothing."""


class Result(NamedTuple):
    """The fate of one parcel, and the server's words."""

    id: int
    fate: Fate
    code: int = 0
    """The reply's code, 0 if there was none."""
    text: str = ""
    """The reply without its code."""


class ServerTrouble(Exception):
    """The server is away, closes, or cannot be trusted: nobody's message is to blame."""


class Transport(Protocol):
    """Hands parcels over, while `take` is called. All methods are called from one thread."""

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Take parcels and begin to hand them over; returns at once."""

    def take(self, at_least: int, timeout: float) -> list[Result]:
        """Give the results, as soon as there are that many or `timeout` seconds have passed."""

    def recall(self) -> None:
        """Give back, as RETURNED results, what has not begun to be handed over."""

    def away(self) -> float:
        """Give the seconds for which the server is to be left alone; 0 if it is there."""

    def close(self) -> list[Result]:
        """Hang up at once; give the last results."""
