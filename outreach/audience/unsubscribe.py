"""Unsubscribing with one click (RFC 8058) and by mail: at once, and as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.audience.models import Method
from outreach.links import Links


@dataclass(frozen=True)
class Leaving:
    """What the page of an unsubscribe link may show: nothing personal."""

    language: str
    topic: str
    """The slug; empty when the link leaves everything."""
    names: Mapping[str, str]
    """The topic's, by language."""
    subscribed: bool


def read(session: Session, subscriber: int, topic: int) -> Leaving | None:
    """Give what an unsubscribe link is about (changes nothing); None if they are gone."""
    raise NotImplementedError


def one_click(
    session: Session, subscriber: int, topic: int, batch: int, now: datetime, method: Method
) -> bool:
    """Unsubscribe at once from a topic (0: from all) and withdraw what is queued.

    The numbers are those of the link's token. True if that changed anything; a second time, or
    for somebody who is gone, it does nothing and says nothing.
    """
    raise NotImplementedError


def drain_unsubscribe_mail(session: Session, links: Links, now: datetime) -> int:
    """Carry out the unsubscribe requests that came by mail; give how many mails were handled."""
    raise NotImplementedError
