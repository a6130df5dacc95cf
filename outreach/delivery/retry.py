"""What follows from the fate of a delivery, and when it is tried again. Pure rules."""

from dataclasses import dataclass
from datetime import timedelta

from outreach.delivery.models import State, Stream
from outreach.delivery.transports.parcels import Fate

BACK_OFF = (
    timedelta(minutes=15),
    timedelta(minutes=45),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
)
"""The pause before each further try; after the last one it is given up."""
JITTER = 0.2
"""The part of a pause that varies, so that what was deferred together does not return together."""


@dataclass(frozen=True)
class Decision:
    """What a delivery becomes."""

    state: State
    pause: timedelta | None = None
    """Until the next try, where it is queued again."""
    costs_a_try: bool = False
    notable: bool = True
    """Whether the server's words are kept as an outcome."""


def next_pause(tries: int, chance: float) -> timedelta | None:
    """Give the pause after that many refused tries; None to give up. `chance`: from 0 to 1."""
    if tries > len(BACK_OFF):
        return None
    return BACK_OFF[tries - 1] * (1 - JITTER / 2 + JITTER * chance)


def decide(fate: Fate, stream: Stream, *, tries: int, away: timedelta, chance: float) -> Decision:
    """Decide what becomes of a delivery that has had `tries` tries before this one.

    `away`: how long the server is to be left alone.
    """
    if fate is Fate.SENT:
        return Decision(State.SENT, notable=False)
    if fate is Fate.REFUSED:
        return Decision(State.FAILED)
    if fate is Fate.RETURNED:
        return Decision(State.QUEUED, away, notable=False)
    if fate is Fate.CUT_OFF and stream is Stream.BULK:
        return Decision(State.UNCERTAIN)
    return _again(fate, tries, chance)


def _again(fate: Fate, tries: int, chance: float) -> Decision:
    pause = next_pause(tries + 1, chance)
    if pause is None:
        return Decision(State.FAILED, costs_a_try=True)
    if fate is Fate.CUT_OFF and tries == 0:
        # A transactional mail is waited for: at the first mishap it goes again at once.
        pause = timedelta(seconds=5)
    return Decision(State.QUEUED, pause, costs_a_try=True)
