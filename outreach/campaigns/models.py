"""Rows of campaigns: one edition (or announcement) to one segment at one time."""

from datetime import date, datetime
from enum import IntEnum, StrEnum

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.audience.models import Topic
from outreach.db.rows import Base, BigId, CodeOf, WordOf
from outreach.delivery.models import Batch, Occasion
from outreach.errors import ForbiddenMove, Sentence


class CampaignState(StrEnum):
    """How far a campaign has come."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    CANCELLED = "cancelled"


CAMPAIGN_MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.SCHEDULED: frozenset(
        {CampaignState.SENDING, CampaignState.PAUSED, CampaignState.CANCELLED}
    ),
    CampaignState.SENDING: frozenset(
        {CampaignState.SENT, CampaignState.PAUSED, CampaignState.CANCELLED}
    ),
    CampaignState.PAUSED: frozenset(
        {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.CANCELLED}
    ),
    CampaignState.SENT: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}


class LanguageReason(IntEnum):
    """Why a recipient gets this language."""

    EXACT = 1
    """Their own."""
    BASE = 2
    """The same language without its region, e.g. `fr` for `fr-CA`."""
    FALLBACK = 3
    """The next of the fallback chain that there is."""


class ExclusionReason(IntEnum):
    """Why fan-out left somebody out who has the topic."""

    SUPPRESSED = 1
    PAUSED = 2
    UNCONFIRMED = 3
    ALREADY_REACHED = 4
    """Another campaign of the same edition has them."""
    NO_LANGUAGE = 5
    REGISTERED = 6
    """They take part in the event that the campaign is about."""


class Campaign(Base):
    """One edition to one segment at one time; frozen when it is scheduled."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), unique=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    title: Mapped[str]
    state: Mapped[CampaignState] = mapped_column(WordOf(CampaignState, 10), index=True)
    send_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(64))
    """The zone in which staff chose the time."""
    chains: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    """The fallback chain of each language, as it was when this was frozen."""
    default_language: Mapped[str] = mapped_column(String(35))
    checksum: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the sources that it was composed from."""
    without_event: Mapped[str | None] = mapped_column(String(64))
    """The slug of an event: whoever takes part in it is left out."""
    without_on: Mapped[date | None]
    """The occurrence of that event, by its original date."""
    reached_by: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of occasions: only whom one of them reached gets this campaign. Empty for everybody."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    """The last subscriber id that fan-out has dealt with."""

    batch: Mapped[Batch] = relationship(lazy="joined")
    occasion: Mapped[Occasion] = relationship(lazy="joined")
    topic: Mapped[Topic] = relationship(lazy="joined")

    def move(self, state: CampaignState, now: datetime) -> None:
        """Change the state; ForbiddenMove if it cannot be reached from the present one."""
        if state not in CAMPAIGN_MOVES[self.state]:
            raise ForbiddenMove(
                "This campaign is %(before)s, so it cannot become %(after)s.",
                before=Sentence(self.state),
                after=Sentence(state),
            )
        self.state = state
        if state is CampaignState.SENDING and self.started_at is None:
            self.started_at = now
        if state in (CampaignState.SENT, CampaignState.CANCELLED):
            self.ended_at = now


class Exclusion(Base):
    """Somebody whom fan-out left out, and why: the answer to "why did she not get it?"."""

    __tablename__ = "exclusions"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reason: Mapped[ExclusionReason] = mapped_column(CodeOf(ExclusionReason))
