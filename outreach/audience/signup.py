"""Signing up: a form, a mail, one click, and a line in the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from outreach.audience.forms import AddressText, Language, Name
from outreach.audience.models import Topic
from outreach.content.site import Site
from outreach.delivery.outbox import Outbox
from outreach.mail.blocks import ArticleCard

CONFIRM_WITHIN = timedelta(days=30)
MAIL_AGAIN_AFTER = timedelta(minutes=10)


class SignupForm(BaseModel):
    """What the sign-up page sends. Read it with `forms.read_form(SignupForm, values)`."""

    model_config = ConfigDict(frozen=True)

    address: AddressText
    topics: tuple[str, ...]
    """Slugs, at least one."""
    language: Language
    """The language in which they want our mails."""
    consent: Literal[True]
    first_name: Name = ""
    page_language: str = ""
    """In which the words of the consent were read; `language` if empty."""


@dataclass(frozen=True)
class Asked:
    """A sign-up that waits for its confirmation, or has it already."""

    subscriber: int
    signup: int
    topics: tuple[Topic, ...]
    language: str
    already: bool
    """True when it has been confirmed before."""


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation did."""

    subscriber: int
    topics: tuple[Topic, ...]
    language: str
    already: bool
    """True when an earlier click had done it."""


def sign_up(
    session: Session, outbox: Outbox, site: Site, form: SignupForm, *, source: str, now: datetime
) -> None:
    """Take a sign-up: pending subscriptions, and a mail that asks for one click.

    `source`: the page, e.g. `/fr/subscribe`. Whatever we know of the address, the answer is the
    same, and nothing of theirs changes before they confirm. FormFaults if no topic is active.
    """
    raise NotImplementedError


def read_signup(session: Session, subscriber: int, signup: int, now: datetime) -> Asked:
    """Give what a confirm link asks for (changes nothing); NotFound, or Refused after 30 days."""
    raise NotImplementedError


def confirm(
    session: Session,
    outbox: Outbox,
    site: Site,
    asked: Asked,
    *,
    latest: ArticleCard | None,
    now: datetime,
) -> Confirmed:
    """Confirm a sign-up: its topics, its profile, the ledger, a welcome mail with `latest`.

    A second time changes and mails nothing.
    """
    raise NotImplementedError
