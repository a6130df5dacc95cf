"""Why a mail did not arrive: a server's codes and words, told in a sentence. Pure rules.

Codes: RFC 5321 §4.2 (reply), RFC 3463 and its registry (enhanced). The enhanced code is believed
first, then plain words of the reply, then the reply code; what says nothing is told as that.
"""

import re
from enum import IntEnum

from outreach.delivery.models import State
from outreach.errors import Sentence


class FailureClass(IntEnum):
    """What kind of trouble it was."""

    MAILBOX = 1
    """There is no such mailbox."""
    DOMAIN = 2
    """There is no such domain, or it takes no mail."""
    ADDRESS = 3
    """The address cannot be written to as it is."""
    DISABLED = 4
    FULL = 5
    SPAM = 6
    """Taken for spam, or a matter of reputation or of the receiver's rules."""
    IDENTITY = 7
    """The receiver could not make sure that it comes from us (SPF, DKIM, DMARC)."""
    SIZE = 8
    CONTENT = 9
    LATER = 10
    """Put off each time, until we gave up."""
    SERVER = 11
    """The receiver's system or the way to it is at fault."""
    CUT_OFF = 12
    """Nobody knows whether it arrived."""
    COMPLAINT = 13
    """They marked it as spam."""
    OTHER = 14


SENTENCES: dict[FailureClass, Sentence] = {
    FailureClass.MAILBOX: Sentence("The mailbox does not exist."),
    FailureClass.DOMAIN: Sentence("The domain does not exist, or takes no mail."),
    FailureClass.ADDRESS: Sentence("The address cannot be written to as it is."),
    FailureClass.DISABLED: Sentence("The mailbox is closed or blocked."),
    FailureClass.FULL: Sentence("The mailbox is full."),
    FailureClass.SPAM: Sentence("The server took it for spam, or does not want mail from us."),
    FailureClass.IDENTITY: Sentence("The server could not make sure that the mail is ours."),
    FailureClass.SIZE: Sentence("The mail was too large for this server."),
    FailureClass.CONTENT: Sentence("The server did not like something in the mail."),
    FailureClass.LATER: Sentence("The server said “try later” for so long that we gave up."),
    FailureClass.SERVER: Sentence("The server on the other side is out of order."),
    FailureClass.CUT_OFF: Sentence("The connection broke: it may or may not have arrived."),
    FailureClass.COMPLAINT: Sentence("The reader marked it as spam."),
    FailureClass.OTHER: Sentence("The server refused it for a reason that we do not know."),
}
"""What staff read, in the order of the classes."""

_EXACT = {
    "1.1": FailureClass.MAILBOX,
    "1.2": FailureClass.DOMAIN,
    "1.3": FailureClass.ADDRESS,
    "1.6": FailureClass.MAILBOX,  # moved, no forwarding address
    "1.10": FailureClass.DOMAIN,  # null MX (RFC 7505 §4)
    "2.1": FailureClass.DISABLED,
    "2.2": FailureClass.FULL,
    "2.3": FailureClass.SIZE,
    "3.1": FailureClass.SERVER,
    "3.4": FailureClass.SIZE,
    "4.4": FailureClass.DOMAIN,  # unable to route
    "6.7": FailureClass.ADDRESS,  # non-ASCII address (RFC 6531 §3.7.4.1)
    "6.8": FailureClass.ADDRESS,
    "6.9": FailureClass.ADDRESS,
    "7.13": FailureClass.DISABLED,  # (RFC 5248)
    "7.17": FailureClass.MAILBOX,  # its owner has changed (RFC 7293)
    "7.20": FailureClass.IDENTITY,  # 20 to 29: DKIM, SPF, rDNS, ARC (RFC 7372, RFC 8617)
    "7.21": FailureClass.IDENTITY,
    "7.22": FailureClass.IDENTITY,
    "7.23": FailureClass.IDENTITY,
    "7.24": FailureClass.IDENTITY,
    "7.25": FailureClass.IDENTITY,
    "7.26": FailureClass.IDENTITY,
    "7.27": FailureClass.DOMAIN,  # the sender's has a null MX
    "7.29": FailureClass.IDENTITY,
    "7.515": FailureClass.IDENTITY,  # Microsoft's, for DMARC
}
_SUBJECTS = {
    "1": FailureClass.ADDRESS,
    "2": FailureClass.DISABLED,
    "3": FailureClass.SERVER,
    "4": FailureClass.SERVER,
    "5": FailureClass.CONTENT,
    "6": FailureClass.CONTENT,
    "7": FailureClass.SPAM,
}
_VAGUE = frozenset({"0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "7.0", "7.1"})
"""Codes that many servers give for anything: their words say more."""

_WORDS = (
    (FailureClass.FULL, r"mailbox (?:is )?full|over ?quota|quota exceeded|insufficient storage"),
    (
        FailureClass.MAILBOX,
        r"(?:user|mailbox|recipient|account|address) (?:is )?(?:unknown|not found|unavailable)"
        r"|(?:unknown|no such|invalid) (?:local )?(?:user|mailbox|recipient|account)"
        r"|(?:user|mailbox|account|recipient|address) (?:does not|doesn.t) exist"
        r"|no mailbox here",
    ),
    (FailureClass.DISABLED, r"(?:disabled|inactive|suspended|deactivated|closed)\b"),
    (FailureClass.DOMAIN, r"(?:domain|host) (?:is )?(?:unknown|not found)|does not accept mail"),
    (FailureClass.IDENTITY, r"\b(?:spf|dkim|dmarc)\b|not authenticated|unauthenticated"),
    (
        FailureClass.SPAM,
        r"\bspam|blacklist|block ?list|blocked|reputation|unsolicited|policy|spamhaus|banned",
    ),
    (FailureClass.SIZE, r"(?:message|mail|size).{0,20}(?:too (?:large|big)|exceeds)"),
    (FailureClass.LATER, r"gr[ea]ylist|try again|too many|rate limit"),
)
_KNOWN = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _WORDS)
_CODES = {
    421: FailureClass.LATER,
    450: FailureClass.LATER,
    451: FailureClass.LATER,
    452: FailureClass.FULL,
    510: FailureClass.ADDRESS,
    511: FailureClass.ADDRESS,
    521: FailureClass.DOMAIN,  # takes no mail (RFC 7504)
    550: FailureClass.OTHER,
    551: FailureClass.MAILBOX,
    552: FailureClass.FULL,
    553: FailureClass.ADDRESS,
    556: FailureClass.DOMAIN,
}
_SOFT = frozenset({FailureClass.ADDRESS, FailureClass.CONTENT, FailureClass.SERVER})
"""Classes that a “for now” (4yz) does not yet prove."""

_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")


def failure_class(
    code: int | None, enhanced: str | None, reply: str, *, state: State = State.FAILED
) -> FailureClass:
    """Tell what kind of trouble it was.

    `code`: of the reply, such as 550; `enhanced`: such as `5.1.1`; `state`: what the delivery
    became, which alone tells a complaint and a connection that broke.
    """
    if state is State.COMPLAINED:
        return FailureClass.COMPLAINT
    if state is State.UNCERTAIN:
        return FailureClass.CUT_OFF
    for_now, _, detail = (enhanced or "").partition(".")
    found = _told_by(detail, reply)
    if found is None:
        found = _CODES.get(code or 0, FailureClass.OTHER)
    only_for_now = for_now == "4" or (not for_now and (code or 0) // 100 == 4)
    if only_for_now and (found in _SOFT or found is FailureClass.OTHER):
        return FailureClass.LATER
    return found


def _told_by(detail: str, reply: str) -> FailureClass | None:
    """Believe an exact enhanced code, else the words, else the subject of the enhanced code."""
    if detail in _EXACT and detail not in _VAGUE:
        return _EXACT[detail]
    in_words = next((kind for kind, known in _KNOWN if known.search(reply)), None)
    if in_words is not None:
        return in_words
    return _SUBJECTS.get(detail.partition(".")[0])


def without_person(reply: str, address: str) -> str:
    """Give a server's words without what names the person: addresses, and their own before the @.

    What stays may be shown to whoever may not see who the subscribers are.
    """
    local = address.rpartition("@")[0]
    said = _ADDRESS.sub("…", reply)
    if not local:
        return said
    return re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "…", said, flags=re.IGNORECASE)
