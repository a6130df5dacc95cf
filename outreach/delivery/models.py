"""Rows of the outbox: what is to be sent to which address, and how it went.

Delivery knows addresses, not people: `recipient` is a number that means something upstairs.
A million deliveries a campaign is normal, so rows are narrow.
"""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.rows import Base, BigId, CodeOf, WordOf
from outreach.errors import ForbiddenMove


class Stream(IntEnum):
    """What a delivery is for."""

    TRANSACTIONAL = 0
    BULK = 1


class State(IntEnum):
    """How far a delivery has come."""

    QUEUED = 0
    CLAIMED = 1
    SENDING = 2
    SENT = 3
    DELIVERED = 4
    BOUNCED = 5
    COMPLAINED = 6
    FAILED = 7
    SUPPRESSED = 8
    CANCELLED = 9
    UNCERTAIN = 10


MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.CLAIMED, State.SUPPRESSED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.QUEUED, State.SENDING, State.SUPPRESSED, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNCERTAIN}),
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED, State.COMPLAINED}),
    State.DELIVERED: frozenset({State.BOUNCED, State.COMPLAINED}),
    State.UNCERTAIN: frozenset(
        {State.QUEUED, State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED}
    ),
    State.BOUNCED: frozenset(),
    State.COMPLAINED: frozenset(),
    State.FAILED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""The only moves there are."""

WAITING = frozenset({State.QUEUED, State.CLAIMED, State.SENDING})
SENT = frozenset({State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED})


def check_move(before: State, after: State) -> None:
    """Raise ForbiddenMove unless a delivery may go from one state to the other."""
    if after not in MOVES[before]:
        raise ForbiddenMove(
            "A delivery that is %(before)s cannot become %(after)s.",
            before=before.name.lower(),
            after=after.name.lower(),
        )


class BatchState(StrEnum):
    """Whether the sender may take deliveries of a batch."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class SuppressionReason(StrEnum):
    """Why an address is not to be mailed."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    ERASED = "erased"
    STAFF = "staff"


class Address(Base):
    """One address, once."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    """As its owner writes it, the domain in lower case."""
    normal: Mapped[str] = mapped_column(String(320), unique=True)
    """Case-folded, the domain as a U-label: two spellings of one mailbox meet here."""
    domain: Mapped[str] = mapped_column(String(255), index=True)
    """The domain as an A-label, for limits and reports."""
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """HMAC-SHA256 of `normal` under the suppression key: what a suppression is found by."""


class Suppression(Base):
    """An address not to be mailed, and why: only a keyed hash, which outlives the address."""

    __tablename__ = "suppressions"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    reason: Mapped[SuppressionReason] = mapped_column(WordOf(SuppressionReason, 20))
    at: Mapped[datetime]


class Occasion(Base):
    """What a delivery is for: one edition, one confirmation. Nobody gets two for one occasion."""

    __tablename__ = "occasions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    """E.g. `edition:wrm/2020-07`, `confirm:17:3`."""


class Batch(Base):
    """What the sender must know of a send. A campaign points at its batch and writes its state."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    stream: Mapped[Stream] = mapped_column(CodeOf(Stream))
    state: Mapped[BatchState] = mapped_column(WordOf(BatchState, 10), default=BatchState.OPEN)
    list_name: Mapped[str | None] = mapped_column(String(64), index=True)
    """The topic's slug, the `List-Id` on the wire: whoever leaves the list leaves the batch."""
    list_number: Mapped[int] = mapped_column(default=0)
    """The topic's id, signed into unsubscribe links; 0 for none."""
    planned_final: Mapped[bool] = mapped_column(default=False)
    """True when fan-out has ended, so that "nothing waiting" means done."""
    first_delivery: Mapped[int | None] = mapped_column(BigId)
    """No delivery of a bulk batch has a smaller id; None if there is none yet."""
    last_delivery: Mapped[int | None] = mapped_column(BigId)
    """Nor a greater one; None while fan-out goes on.

    Between the two all deliveries of the batch are found by their keys. An index on `batch_id`
    would find them too, and made each step of a delivery a third slower on PostgreSQL (measured).
    """
    created_at: Mapped[datetime]
    first_sent_at: Mapped[datetime | None]


class Message(Base):
    """What is said in one language and form, composed once; personal fields are open."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("batch_id", "language", "form"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    language: Mapped[str] = mapped_column(String(35))
    form: Mapped[str] = mapped_column(String(10), default="full")
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The compiled message (`outreach.mail.compiled`): bytes with places for personal fields."""


class Delivery(Base):
    """One message to one address."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("address_id", "occasion_id"),
        Index(
            "ix_deliveries_transactional",
            "due_at",
            sqlite_where=text("state = 0 AND stream = 0"),
            postgresql_where=text("state = 0 AND stream = 0"),
        ),
        Index(
            "ix_deliveries_bulk",
            "batch_id",
            "due_at",
            sqlite_where=text("state = 0 AND stream = 1"),
            postgresql_where=text("state = 0 AND stream = 1"),
        ),
        Index(
            "ix_deliveries_held",
            "claimed_by",
            sqlite_where=text("state IN (1, 2)"),
            postgresql_where=text("state IN (1, 2)"),
        ),
        Index(
            "ix_deliveries_trouble",
            "batch_id",
            "id",
            sqlite_where=text("state IN (5, 6, 7, 10)"),
            postgresql_where=text("state IN (5, 6, 7, 10)"),
        ),
        {
            "postgresql_with": {
                "fillfactor": 70,
                "autovacuum_vacuum_scale_factor": 0.02,
                "autovacuum_analyze_scale_factor": 0.05,
            }
        },
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    recipient: Mapped[int] = mapped_column(default=0)
    """The subscriber's id, or 0: signed into personal links, otherwise opaque down here."""
    stream: Mapped[Stream] = mapped_column(CodeOf(Stream))
    state: Mapped[State] = mapped_column(CodeOf(State), default=State.QUEUED)
    reason: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Why this language (`outreach.campaigns.models.LanguageReason`), 0 if nobody chose."""
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime]
    claimed_by: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    """When it was handed over, or when it was given up."""
    fields: Mapped[str | None]
    """JSON of the personal fields that the message uses, if any."""


class Tally(Base):
    """How many deliveries of a message are in a state: counters instead of counting.

    The sum over slots is the figure; each worker adds to a slot of its own, so that on PostgreSQL
    many workers do not wait for one row. A single slot may be negative.
    """

    __tablename__ = "tallies"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    state: Mapped[State] = mapped_column(CodeOf(State), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    count: Mapped[int]


class Outcome(Base):
    """What a server said when a delivery did not simply go: deferred, refused, cut off, bounced."""

    __tablename__ = "outcomes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[State] = mapped_column(CodeOf(State))
    code: Mapped[int | None] = mapped_column(SmallInteger)
    enhanced: Mapped[str | None] = mapped_column(String(11))
    reply: Mapped[str] = mapped_column(String(500))


class Worker(Base):
    """A process that holds claims. When it is silent too long, its claims are taken back."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(100))
    process: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    """By the database's clock."""
    ended_at: Mapped[datetime | None]


class ReceivedKind(StrEnum):
    """What an incoming mail is."""

    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"
    """A calendar's, to an invitation."""
    UNKNOWN = "unknown"


class ReceivedMail(Base):
    """A mail from the incoming mailbox, by kind; each feature drains its own."""

    __tablename__ = "received_mail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Account and folder, validity and number of the mail: read twice, it is stored once."""
    kind: Mapped[ReceivedKind] = mapped_column(WordOf(ReceivedKind, 20))
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    token: Mapped[str | None] = mapped_column(String(100))
    raw: Mapped[bytes] = mapped_column(LargeBinary)

    def handle(self, now: datetime) -> None:
        """Mark as dealt with."""
        self.handled_at = now
