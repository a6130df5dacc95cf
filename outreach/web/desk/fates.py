"""How a delivery went, in words and a colour; what a server said stands behind them."""

import re
from dataclasses import dataclass

from outreach.delivery.models import Outcome, State, SuppressionReason
from outreach.errors import Sentence
from outreach.phrases.catalog import Phrases

WORDS: dict[State, tuple[str, Sentence]] = {
    State.QUEUED: ("", Sentence("waiting")),
    State.CLAIMED: ("", Sentence("on its way out")),
    State.SENDING: ("", Sentence("on its way out")),
    State.SENT: ("good", Sentence("handed over")),
    State.DELIVERED: ("good", Sentence("arrived")),
    State.BOUNCED: ("bad", Sentence("came back")),
    State.COMPLAINED: ("bad", Sentence("reported as unwanted")),
    State.FAILED: ("bad", Sentence("not accepted")),
    State.SUPPRESSED: ("warn", Sentence("not sent")),
    State.CANCELLED: ("warn", Sentence("cancelled")),
    State.UNCERTAIN: ("warn", Sentence("cut off: it may have arrived")),
}
"""The colour (`good`, `warn`, `bad` or none) and the word of each state."""
STOPPED: dict[SuppressionReason, Sentence] = {
    SuppressionReason.BOUNCE: Sentence("Mail to this address came back earlier."),
    SuppressionReason.COMPLAINT: Sentence("This address reported our mail as unwanted."),
    SuppressionReason.ERASED: Sentence("The owner of this address asked to be forgotten."),
    SuppressionReason.STAFF: Sentence("Staff have stopped mail to this address."),
}
_MEANT = (
    (r"5\.1\.[0-36]|5\.1\.10", Sentence("This mailbox does not exist.")),
    (r"5\.2\.1|5\.7\.13", Sentence("This mailbox is switched off.")),
    (r"[45]\.2\.2", Sentence("The mailbox is full.")),
    (r"[45]\.3\.4|5\.2\.3", Sentence("The mail is too large for this server.")),
    (r"[45]\.7\.\d+", Sentence("The server does not trust our mail, or its rules forbid it.")),
    (r"4\..*", Sentence("The server cannot take it now; it is tried again by itself.")),
)
"""What enhanced codes (RFC 3463) mean to a person; the first that fits counts."""


@dataclass(frozen=True)
class Fate:
    """How one delivery went."""

    colour: str
    """`good`, `warn`, `bad` or nothing."""
    word: str
    meaning: str
    """A sentence more, or nothing."""
    reply: str
    """The server's own words, or nothing."""


def told(
    state: State, outcome: Outcome | None, suppressed: SuppressionReason | None, t: Phrases
) -> Fate:
    """Say how a delivery went. `outcome`: what the server said last."""
    colour, word = WORDS[state]
    if state is State.SUPPRESSED:
        return Fate(colour, t.say(word), t.say(STOPPED[suppressed]) if suppressed else "", "")
    if outcome is None or state in (State.SENT, State.DELIVERED):
        return Fate(colour, t.say(word), "", "")
    if state is State.QUEUED:
        colour, word = "warn", Sentence("put off")
    return Fate(colour, t.say(word), t.say(meaning(outcome)), said(outcome))


def meaning(outcome: Outcome) -> Sentence:
    """Say what a server's answer means."""
    code = outcome.enhanced or ""
    for pattern, sentence in _MEANT:
        if re.fullmatch(pattern, code):
            return sentence
    if outcome.code is not None and 400 <= outcome.code < 500:
        return _MEANT[-1][1]
    return Sentence("The server did not accept it.")


def said(outcome: Outcome) -> str:
    """Give what the server said, with its codes."""
    codes = [str(outcome.code)] if outcome.code else []
    return " ".join([*codes, *([outcome.enhanced] if outcome.enhanced else []), outcome.reply])
