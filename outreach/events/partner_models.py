"""Rows of partners: organisations that embed our calendar."""

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.rows import Base


class Partner(Base):
    """An organisation of `content/partners.toml`."""

    __tablename__ = "partners"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]
    """In the file."""
    active: Mapped[bool] = mapped_column(default=True)
    """False once it has left the file: it is not counted any more, and its totals stay."""
    name: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    """Its own site, or empty."""
    origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Where alone its embeds may stand, e.g. `https://www.example.org`; empty for anywhere."""
