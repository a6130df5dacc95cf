"""Rows of articles (dated posts) and pages (lasting texts such as the privacy notice)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.rows import Base, WordOf


class Kind(StrEnum):
    """Which folder of `content/` it comes from."""

    ARTICLE = "article"
    PAGE = "page"


class Article(Base):
    """A text on the site, in all its languages."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(WordOf(Kind, 10))
    slug: Mapped[str] = mapped_column(String(64))
    date: Mapped[date | None]
    """Articles may have one; pages have none."""

    translations: Mapped[list["ArticleTranslation"]] = relationship(
        lazy="selectin", order_by="ArticleTranslation.language", cascade="all, delete-orphan"
    )


class ArticleTranslation(Base):
    """An article in one language."""

    __tablename__ = "article_translations"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    author: Mapped[str] = mapped_column(default="")
    image: Mapped[str] = mapped_column(default="")
    """A file beside the text, or empty."""
    image_alt: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    first_line: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    block_hashes: Mapped[list[str]] = mapped_column(JSON)
    synced_at: Mapped[datetime]
