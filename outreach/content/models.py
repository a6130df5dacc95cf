"""Rows of content files: their text as last read, their faults, and the media beside them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.rows import Base


class ContentFile(Base):
    """A text file of `content/` (or `subscribers/topics.toml`) whose last good version is live."""

    __tablename__ = "content_files"

    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    """Relative to the home, with slashes, e.g. `content/newsletters/wrm/2020-07/fr.md`."""
    checksum: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the text that is live."""
    text: Mapped[str]
    synced_at: Mapped[datetime]


class ContentFault(Base):
    """What is wrong with a file as it stands on the disk now."""

    __tablename__ = "content_faults"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(400), index=True)
    line: Mapped[int]
    text: Mapped[str]
    """The English sentence with its `%(name)s` places."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class Media(Base):
    """A picture or a download, by the checksum of its bytes: what was sent cannot change."""

    __tablename__ = "media"

    checksum: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 (hex)."""
    type: Mapped[str] = mapped_column(String(100))
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    """In pixels; 0 for what is not a picture."""
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class MediaFile(Base):
    """A file name under `content/` and the media that it stands for now."""

    __tablename__ = "media_files"

    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    source_checksum: Mapped[str] = mapped_column(String(64))
    """Of the file on the disk, before it was resized."""
    checksum: Mapped[str] = mapped_column(ForeignKey("media.checksum"))
