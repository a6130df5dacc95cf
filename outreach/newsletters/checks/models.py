"""Rows of what was looked at outside: links over the network, and letters by SpamAssassin."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.rows import Base


class Problem(StrEnum):
    """Why a link gave no answer of its own."""

    NONE = ""
    NAME = "name"
    """Nothing on the internet has that name."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    PRIVATE = "private"
    """It leads into a private network, where we do not look and readers do not come."""
    PORT = "port"
    PASSWORD = "password"  # noqa: S105  (what is wrong with a link)
    SCHEME = "scheme"
    """It leads on to something that is no page."""
    LOOP = "loop"
    """It leads on again and again."""
    MALFORMED = "malformed"


class LinkCheck(Base):
    """An address elsewhere, and how it answered when it was last looked at."""

    __tablename__ = "link_checks"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 (hex) of the address: it may be too long for an index."""
    url: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    claimed_at: Mapped[datetime | None]
    """When a worker took it on."""
    checked_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(default=0)
    """Of the last answer (RFC 9110 §15); 0 where there was none."""
    final_url: Mapped[str] = mapped_column(default="")
    """Where it led in the end; empty where it did not lead on."""
    problem: Mapped[str] = mapped_column(String(16), default="")


class SpamCheck(Base):
    """What SpamAssassin said of an edition in one language."""

    __tablename__ = "spam_checks"

    edition: Mapped[str] = mapped_column(String(130), primary_key=True)
    """Its name, e.g. `wrm/2020-07`: the edition may go, and come back."""
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    asked_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    sources: Mapped[str] = mapped_column(String(64), default="")
    """Checksum of the texts that were looked at."""
    installed: Mapped[bool] = mapped_column(default=False)
    score: Mapped[float] = mapped_column(default=0.0)
    limit: Mapped[float] = mapped_column(default=0.0)
    """From which on it calls a mail spam; 0 where it said nothing that can be understood."""
    rules: Mapped[str] = mapped_column(String(1000), default="")
    """What it found, as it says so itself."""
