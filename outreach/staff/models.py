"""Rows of staff: who may use the desk, where they are signed in, and what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, BigId, WordOf


class Role(StrEnum):
    """What somebody may do; each may do what those before it may."""

    VIEWER = "viewer"
    """Look at everything but people."""
    EDITOR = "editor"
    """Prepare and test."""
    SENDER = "sender"
    """Schedule, pause, cancel, send again."""
    ADMIN = "admin"
    """People and settings."""

    def allows(self, needed: "Role") -> bool:
        """Tell whether this role may do what needs that one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Staff(Base):
    """Somebody who may use the desk."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    normal: Mapped[str] = mapped_column(String(254), unique=True)
    """The address as it is compared: `addresses.parse_address`."""
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))
    role: Mapped[Role] = mapped_column(WordOf(Role, 8))
    password: Mapped[str] = mapped_column(String(200), default="")
    """An Argon2id hash; empty until they have chosen one."""
    password_number: Mapped[int] = mapped_column(default=0)
    """Signed into links that set the password: each change makes earlier links worthless."""
    second_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """From which the secret of the second step is made; None without one."""
    second_since: Mapped[datetime | None]
    """Since when the second step is asked for; None while it is only being set up."""
    second_used: Mapped[int] = mapped_column(default=0)
    """The last step of time whose code was used."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSession(Base):
    """One browser in which somebody is signed in."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of what the browser holds."""
    browser: Mapped[str] = mapped_column(String(200))
    """As it calls itself."""
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship(lazy="joined")


class RecoveryCode(Base):
    """A code on paper that takes the place of the app, once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Act(Base):
    """One line of the audit log: who did what to what, and what it was before."""

    __tablename__ = "acts"
    __table_args__ = (
        Index("ix_acts_staff_id", "staff_id", "id"),
        Index("ix_acts_act", "act", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None for the command line."""
    who: Mapped[str] = mapped_column(String(254))
    """Their address at that time, or `command line`."""
    act: Mapped[str] = mapped_column(String(40))
    """E.g. `staff.role`."""
    subject: Mapped[str] = mapped_column(String(254))
    """What it was done to, e.g. an address or `campaign 7`."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
