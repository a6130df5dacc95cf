"""Rows of campaigns: one edition (or announcement) to one segment at one time."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

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
    HELD_BACK = 7
    """Their language is missing, and staff would not send them another one."""
    AWAITING = 8
    """Their language is missing, and staff want to send it to them once it is there."""


class Missing(StrEnum):
    """What becomes of those whose language is missing."""

    FALL_BACK = "fall back"
    """They get the next language of their chain."""
    HOLD = "hold"
    """They are left out."""
    WAIT = "wait"
    """They are left out until there is a translation: the desk says how many wait for it."""


class CanaryState(StrEnum):
    """How far the first wave has come, which is looked at before everybody else gets the mail."""

    NONE = "none"
    """There is none."""
    DUE = "due"
    """Its people have yet to be chosen."""
    WATCHED = "watched"
    """It is on its way."""
    PASSED = "passed"
    HELD = "held"
    """Too many of it failed: the campaign is paused until a person decides."""


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
    """The time that staff chose, in their zone."""
    zone: Mapped[str] = mapped_column(String(64))
    """The zone in which staff chose the time."""
    local_time: Mapped[bool] = mapped_column(default=False)
    """True if everybody gets it at that time of day where they are."""
    start_at: Mapped[datetime | None]
    """When it starts, where that is before `send_at`: when it is that time anywhere on earth."""
    chains: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    """The fallback chain of each language, as it was when this was frozen."""
    default_language: Mapped[str] = mapped_column(String(35))
    missing: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What becomes of those whose language is missing (`Missing`), by language."""
    canary: Mapped[CanaryState] = mapped_column(WordOf(CanaryState, 10), default=CanaryState.NONE)
    canary_size: Mapped[int] = mapped_column(default=0)
    """How many people of each language the first wave has at most."""
    canary_share: Mapped[int] = mapped_column(default=0)
    """The percentage of it that may fail in each language."""
    canary_at: Mapped[datetime | None]
    """When the wave was put into the outbox."""
    checksum: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the sources that it was composed from."""
    without_event: Mapped[str | None] = mapped_column(String(64))
    """The slug of an event: whoever takes part in it is left out."""
    without_on: Mapped[date | None]
    """The occurrence of that event, by its original date."""
    reached_by: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of occasions: only whom one of them reached gets this campaign. Empty for everybody."""
    segment_slug: Mapped[str] = mapped_column(String(64), default="")
    segment_title: Mapped[str] = mapped_column(String(300), default="")
    """The segment's name as it was when this was frozen; empty for all who have the topic."""
    segment_names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """The same by language; empty for what was frozen before they were kept."""
    segment_rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The rule as it was (`audience.segment_rules.to_data`): later changes do not reach this."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    never_planned: Mapped[int] = mapped_column(default=0)
    """How many were yet to be put into the outbox when it was cancelled."""
    cursor: Mapped[int] = mapped_column(default=0)
    """The last subscriber id that fan-out has dealt with."""

    batch: Mapped[Batch] = relationship(lazy="joined")
    occasion: Mapped[Occasion] = relationship(lazy="joined")
    topic: Mapped[Topic] = relationship(lazy="joined")

    @property
    def seen_as(self) -> str:
        """Give what a page shows it as, to be compared when somebody acts on it."""
        is_held = self.state is CampaignState.PAUSED and self.canary is CanaryState.HELD
        return str(CanaryState.HELD if is_held else self.state)

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
