"""Rows of the people we write to: who they are, what they agreed to, what they want."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, BigId, WordOf
from outreach.delivery.models import Address
from outreach.errors import ForbiddenMove


class SubscriptionState(StrEnum):
    """How far one subscription has come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


SUBSCRIPTION_MOVES: dict[SubscriptionState | None, frozenset[SubscriptionState]] = {
    None: frozenset({SubscriptionState.PENDING, SubscriptionState.CONFIRMED}),
    SubscriptionState.PENDING: frozenset({SubscriptionState.CONFIRMED}),
    SubscriptionState.CONFIRMED: frozenset({SubscriptionState.UNSUBSCRIBED}),
    SubscriptionState.UNSUBSCRIBED: frozenset(
        {SubscriptionState.PENDING, SubscriptionState.CONFIRMED}
    ),
}


class Action(StrEnum):
    """What a line of the ledger says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class Method(StrEnum):
    """How a consent was given or taken back."""

    FORM = "form"
    IMPORT = "import"
    PREFERENCES = "preferences"
    ONE_CLICK = "one-click"
    MAIL = "mail"
    STAFF = "staff"
    COMPLAINT = "complaint"


class Topic(Base):
    """Something one can subscribe to, from `subscribers/topics.toml`."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    """False once it has left the file: nobody can sign up any more, nothing is lost."""
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    """By language."""
    descriptions: Mapped[dict[str, str]] = mapped_column(JSON)


class Subscriber(Base):
    """A person who gave an address."""

    __tablename__ = "subscribers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; what the ledger knows the person by."""
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), unique=True)
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    country: Mapped[str] = mapped_column(String(2), default="", index=True)
    """ISO 3166-1 alpha-2, or empty."""
    organisation: Mapped[str] = mapped_column(String(200), default="")
    organisation_type: Mapped[str] = mapped_column(String(64), default="")
    """A label (`audience.labels`) such as `ministry`, or empty."""
    source: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    """When they unsubscribed from everything; None if they did not."""

    address: Mapped[Address] = relationship(lazy="raise")


class SubscriberTag(Base):
    """A label that staff know a subscriber by."""

    __tablename__ = "subscriber_tags"

    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    """As `audience.labels` writes it."""


class Subscription(Base):
    """One subscriber × one topic."""

    __tablename__ = "subscriptions"
    # Whoever counts a topic reads all of it: from this index alone that takes half the time.
    __table_args__ = (Index("ix_subscriptions_states", "topic_id", "subscriber_id", "state"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id"), primary_key=True, index=True
    )
    state: Mapped[SubscriptionState] = mapped_column(WordOf(SubscriptionState, 12))
    changed_at: Mapped[datetime]

    def move(self, state: SubscriptionState, now: datetime) -> None:
        """Change the state; ForbiddenMove if it cannot be reached from the present one."""
        if state == self.state:
            return
        if state not in SUBSCRIPTION_MOVES[self.state]:
            raise ForbiddenMove(
                "A %(before)s subscription cannot become %(after)s.", before=self.state, after=state
            )
        self.state, self.changed_at = state, now


class Wording(Base):
    """The exact words that somebody agreed to, kept for ever."""

    __tablename__ = "wordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    checksum: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 (hex) of language, version and text."""
    language: Mapped[str] = mapped_column(String(35))
    version: Mapped[str] = mapped_column(String(40))
    text: Mapped[str]


class Consent(Base):
    """One line of the append-only ledger; the database refuses to change or delete it."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(32), index=True)
    """`Subscriber.reference`, not its id: erasing the person leaves the chain whole."""
    topic: Mapped[str] = mapped_column(String(64))
    action: Mapped[Action] = mapped_column(WordOf(Action, 10))
    method: Mapped[Method] = mapped_column(WordOf(Method, 12))
    at: Mapped[datetime]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"))
    source: Mapped[str] = mapped_column(String(200), default="")
    """The page, or the import's statement reference."""
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class Signup(Base):
    """One sent form: what was asked for, to be confirmed by mail."""

    __tablename__ = "signups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    topics: Mapped[list[str]] = mapped_column(JSON)
    """Slugs."""
    wording_id: Mapped[int] = mapped_column(ForeignKey("wordings.id"))
    language: Mapped[str] = mapped_column(String(35))
    source: Mapped[str] = mapped_column(String(200))
    partner: Mapped[str] = mapped_column(String(64), default="")
    """By whose embed they came; empty for our own pages. It says nothing about a person."""
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Name, time zone…: written to the subscriber only when confirmed, so that a stranger who
    types somebody's address changes nothing of theirs."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Part(StrEnum):
    """How somebody took part in an event."""

    REGISTERED = "registered"
    ATTENDED = "attended"


class Involvement(Base):
    """Who took part in what, for segments to read; the feature that knows writes it."""

    __tablename__ = "involvements"

    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True
    )
    event: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The event's slug."""
    on: Mapped[date] = mapped_column(primary_key=True)
    """The occurrence, by its original date."""
    part: Mapped[Part] = mapped_column(WordOf(Part, 12))
    at: Mapped[datetime]


class Origin(StrEnum):
    """Where a segment was made."""

    FILE = "file"
    DESK = "desk"


class Segment(Base):
    """A rule that selects subscribers, from `subscribers/segments.toml` or made in the desk."""

    __tablename__ = "segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]
    """In the file; of the desk's own, 0."""
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    """By language."""
    descriptions: Mapped[dict[str, str]] = mapped_column(JSON)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `segment_rules.to_data` writes it."""
    origin: Mapped[Origin] = mapped_column(WordOf(Origin, 4))
    active: Mapped[bool] = mapped_column(default=True)
    """False once it has left the file."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change, so that of two people who change it at once the second is told."""
    changed_at: Mapped[datetime]
