"""Rows that belong to no feature: heartbeats, rate limits, totals of hits."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.rows import Base


class Heartbeat(Base):
    """The last sign of life of one process or one of its threads."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    """E.g. `clock`, `worker:host:4711`."""
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class LimitCount(Base):
    """How often something was asked for by one asker within one window of time."""

    __tablename__ = "limit_counts"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    """The limit's name and a keyed hash of the asker: no network address is stored."""
    window: Mapped[datetime] = mapped_column(primary_key=True)
    """The window's beginning."""
    count: Mapped[int]


class Hit(Base):
    """A total that only grows: clicks of a link, views for a partner, machines seen on a link."""

    __tablename__ = "hits"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
