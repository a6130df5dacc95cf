"""Who gets a topic: one SELECT, read page by page, with the reason of whoever does not."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session


class LeftOut(StrEnum):
    """Why somebody who has the topic is not mailed."""

    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    UNCONFIRMED = "unconfirmed"


class Candidate(NamedTuple):
    """Somebody who has the topic. `left_out` is None for whoever is to be mailed."""

    subscriber_id: int
    address_id: int
    language: str
    first_name: str
    last_name: str
    organisation: str
    country: str
    left_out: LeftOut | None


class Counted(NamedTuple):
    """How many candidates of one language there are, mailed or left out for one reason."""

    language: str
    left_out: LeftOut | None
    number: int


def page(
    session: Session, topic_id: int, *, after: int, limit: int, now: datetime
) -> list[Candidate]:
    """Give the next candidates of a topic, by rising subscriber id, beginning behind `after`."""
    raise NotImplementedError


def count(session: Session, topic_id: int, now: datetime) -> list[Counted]:
    """Count the candidates of a topic by language and reason."""
    raise NotImplementedError
