"""Rows of reports: what a campaign came to, summed up by the worker so that no page counts."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.campaigns.models import ExclusionReason
from outreach.db.rows import Base, CodeOf
from outreach.delivery.failures import FailureClass
from outreach.delivery.models import State


class ReportHead(Base):
    """Of what moment a campaign's report is, and by what it is seen to be out of date."""

    __tablename__ = "reports"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    as_of: Mapped[datetime]
    mark: Mapped[str] = mapped_column(String(32))
    """A digest of the counters that it was made from: it is made anew when they have moved."""
    took_ms: Mapped[int]
    """How long it took to sum up: what is dear is done more seldom."""
    domains: Mapped[int]
    """How many domains there were, those without a line of their own included."""


class ReportDomain(Base):
    """How many deliveries to one domain are in one state."""

    __tablename__ = "report_domains"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """The largest first."""
    state: Mapped[State] = mapped_column(CodeOf(State), primary_key=True)
    domain: Mapped[str] = mapped_column(String(255))
    """As an A-label; empty for all the others together."""
    count: Mapped[int]


class ReportTime(Base):
    """How many were handed over, or failed, from one moment on for some seconds."""

    __tablename__ = "report_times"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    seconds: Mapped[int]
    sent: Mapped[int]
    failed: Mapped[int]


class ReportFailure(Base):
    """How many failed, came back or are uncertain for one reason, and one server's words for it."""

    __tablename__ = "report_failures"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """The most frequent first."""
    state: Mapped[State] = mapped_column(CodeOf(State))
    kind: Mapped[FailureClass] = mapped_column(CodeOf(FailureClass))
    code: Mapped[int | None] = mapped_column(SmallInteger)
    enhanced: Mapped[str | None] = mapped_column(String(11))
    count: Mapped[int]
    words: Mapped[str] = mapped_column(String(500))
    """Without what names the person."""


class ReportExclusion(Base):
    """How many were left out for one reason."""

    __tablename__ = "report_exclusions"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    reason: Mapped[ExclusionReason] = mapped_column(CodeOf(ExclusionReason), primary_key=True)
    count: Mapped[int]
