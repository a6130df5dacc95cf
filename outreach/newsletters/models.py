"""Rows of newsletters, their editions, and the tests of these."""

import hashlib
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, BigId
from outreach.delivery.models import Occasion
from outreach.mail.passages import hash_of, passages


class Newsletter(Base):
    """A publication with a name and a topic."""

    __tablename__ = "newsletters"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    topic: Mapped[str] = mapped_column(String(64))
    """The topic's slug."""
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    descriptions: Mapped[dict[str, str]] = mapped_column(JSON)


class Edition(Base):
    """One number of a newsletter, in all its languages."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("newsletter_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter_id: Mapped[int] = mapped_column(ForeignKey("newsletters.id"))
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id"))
    """Its campaigns share it: an edition never reaches one address twice."""
    slug: Mapped[str] = mapped_column(String(64))
    date: Mapped[date]
    on_web: Mapped[bool] = mapped_column(default=False)
    """True shows it in the archive before any campaign has started."""

    newsletter: Mapped[Newsletter] = relationship(lazy="joined")
    occasion: Mapped[Occasion] = relationship(lazy="joined")
    translations: Mapped[list["Translation"]] = relationship(
        lazy="selectin", order_by="Translation.language", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        """Give what the command line calls it, e.g. `wrm/2020-07`."""
        return f"{self.newsletter.slug}/{self.slug}"

    def text_in(self, language: str) -> "Translation | None":
        """Give what it says in one language, or None."""
        return next((text for text in self.translations if text.language == language), None)

    @property
    def sources_checksum(self) -> str:
        """Give one checksum (SHA-256, hex) of the texts of all languages."""
        lines = (f"{text.language} {text.checksum}\n" for text in self.translations)
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


class Translation(Base):
    """An edition in one language: the source, as last understood without faults."""

    __tablename__ = "edition_translations"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    title: Mapped[str]
    subject: Mapped[str]
    preheader: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    """Markdown with block calls."""
    first_line: Mapped[int]
    """The line of the file at which the body begins."""
    checksum: Mapped[str] = mapped_column(String(64))
    block_hashes: Mapped[list[str]] = mapped_column(JSON)
    """Of each passage (`outreach.mail.passages`); empty if it was synced before there were any."""
    based_on: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """The source language, and its hashes when this was last brought up to date with it."""
    synced_at: Mapped[datetime]

    @property
    def hashes(self) -> list[str]:
        """Give the hash of the head, then of each passage."""
        head = hash_of(self.title, self.subject, self.preheader, self.summary)
        return [head, *(self.block_hashes or (each.hash for each in passages(self.body)))]


class EditionSnapshot(Base):
    """What an edition said in one language, as its author wrote it, when it was scheduled."""

    __tablename__ = "edition_snapshots"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    title: Mapped[str]
    subject: Mapped[str]
    preheader: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]


class EditionTest(Base):
    """One test of an edition: to whom, as whom, and what its texts were then."""

    __tablename__ = "edition_tests"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id"), index=True)
    """The edition's own: it outlives the edition. The mails have occasions of theirs."""
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), unique=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(254))
    """Whose test it was: an address of staff at that time, or `command line`."""
    reader: Mapped[str] = mapped_column(String(20))
    """As whom: the key of an invented persona, or `subscriber`."""
    subscriber: Mapped[int | None] = mapped_column(BigId)
    """The subscriber's id, while the deliveries hold their words; no key, as they may be erased."""
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    """The languages that were tested, with the checksum of each text."""
    mails: Mapped[list[int]] = mapped_column(JSON)
    """Ids of the deliveries."""
