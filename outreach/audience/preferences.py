"""A subscriber's choices: topics, language, name, a pause; leaving, and coming back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from outreach.audience.forms import Language, Name

UNDO_WITHIN = timedelta(days=30)


class PreferencesForm(BaseModel):
    """What the preference page sends; a field that is not given changes nothing.

    `topics=()` switches every topic off; it is not the same as leaving everything, and it never
    brings back somebody who left. `paused_until=None` ends a pause.
    """

    model_config = ConfigDict(frozen=True)

    topics: tuple[str, ...] = ()
    language: Language = "en"
    first_name: Name = ""
    last_name: Name = ""
    paused_until: date | None = None
    page_language: str = ""
    """The language of the page."""


@dataclass(frozen=True)
class Choice:
    """One topic on the preference page."""

    slug: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    """By language."""
    chosen: bool
    pending: bool
    """Asked for, not confirmed yet."""
    undo: bool
    """Left within the last 30 days."""


@dataclass(frozen=True)
class Preferences:
    """What the preference page shows. The address is only hinted at: mails get forwarded."""

    subscriber: int
    address_hint: str
    """E.g. `a…@example.org`."""
    language: str
    first_name: str
    last_name: str
    paused_until: date | None
    left: bool
    """True when they unsubscribed from everything."""
    suppressed: bool
    """True when their address is not mailed (bounced, complained): only signing up again helps."""
    topics: tuple[Choice, ...]


def read(session: Session, subscriber: int, now: datetime) -> Preferences:
    """Give the preferences of a subscriber (by id); NotFound if they are no longer there."""
    raise NotImplementedError


def save(session: Session, subscriber: int, form: PreferencesForm, now: datetime) -> None:
    """Write the fields that the form gives; FormFaults for a pause in the past."""
    raise NotImplementedError


def leave_topic(session: Session, subscriber: int, topic: str, now: datetime) -> bool:
    """Unsubscribe from one topic (slug), withdraw what is queued; True if anything changed."""
    raise NotImplementedError


def leave_all(session: Session, subscriber: int, now: datetime) -> bool:
    """Unsubscribe from everything, withdraw what is queued; True if anything changed."""
    raise NotImplementedError


def undo(
    session: Session, subscriber: int, now: datetime, *, topic: str | None = None
) -> tuple[str, ...]:
    """Bring back a topic, or all that was left last, within 30 days; give the slugs."""
    raise NotImplementedError
