"""Article and page files → rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.articles.models import Article, ArticleTranslation, Kind
from outreach.articles.source import ArticleSource, PageSource
from outreach.content.documents import Document
from outreach.content.faults import Fault
from outreach.content.live import Changes, LiveFiles, compare, live_folders
from outreach.content.references import References
from outreach.content.texts import Folder, Reader, Rules, Text, read_folders
from outreach.content.translations import write_texts

PARENTS = {Kind.ARTICLE: "content/articles", Kind.PAGE: "content/pages"}

AnySource = ArticleSource | PageSource


@dataclass(frozen=True)
class ArticleFiles:
    """What one folder says."""

    kind: Kind
    folder: Folder[ArticleSource] | Folder[PageSource]

    @property
    def date(self) -> date | None:
        """Give the date that its texts agree on, if it has one."""
        return self.folder.agreed("date") if self.kind is Kind.ARTICLE else None


def read_articles(reader: Reader) -> list[ArticleFiles]:
    """Read every folder of articles and of pages."""
    articles = Rules(ArticleSource, agreeing=("date",), further=_picture)
    pages = Rules(PageSource)
    return [
        *(
            ArticleFiles(Kind.ARTICLE, folder)
            for folder in read_folders(reader, PARENTS[Kind.ARTICLE], articles)
        ),
        *(
            ArticleFiles(Kind.PAGE, folder)
            for folder in read_folders(reader, PARENTS[Kind.PAGE], pages)
        ),
    ]


def stale_articles(
    articles: list[ArticleFiles], reader: Reader, live: LiveFiles
) -> Iterator[tuple[Kind, str, ArticleFiles | None, Changes]]:
    """Give each article whose rows are behind its files. Without files, its folder is gone."""
    for each in articles:
        changes = compare(reader.tree, each.folder.path, each.folder.documents(), live)
        if changes:
            yield each.kind, each.folder.slug, each, changes
    present = {each.folder.path for each in articles}
    for kind, parent in PARENTS.items():
        for folder in live_folders(parent, live):
            if folder not in present:
                changes = compare(reader.tree, folder, (), live)
                if changes:
                    yield kind, folder.rpartition("/")[2], None, changes


def sync_article(
    session: Session,
    key: tuple[Kind, str],
    files: ArticleFiles | None,
    changes: Changes,
    now: datetime,
) -> None:
    """Bring the rows of one article (kind, slug) up to its files."""
    kind, slug = key
    query = select(Article).where(Article.kind == kind, Article.slug == slug)
    article = session.execute(query).scalar_one_or_none()
    if article is None and files is not None and files.folder.texts:
        article = Article(kind=kind, slug=slug, date=files.date)
        session.add(article)
    if article is not None:
        _sync_rows(article, files, now)
        if not article.translations:
            session.delete(article)
    changes.record(session, now)


def _sync_rows(article: Article, files: ArticleFiles | None, now: datetime) -> None:
    if files is None:
        article.translations.clear()
        return
    folder = files.folder
    if folder.texts:
        article.date = files.date
    write_texts(article.translations, folder.texts, ArticleTranslation, partial(_text, now=now))
    article.translations[:] = [
        row for row in article.translations if row.language in folder.present
    ]


def _text(text: Text[ArticleSource] | Text[PageSource], now: datetime) -> dict[str, Any]:
    source = text.source
    more: dict[str, str] = {"author": "", "image": "", "image_alt": ""}
    if isinstance(source, ArticleSource):
        more = {
            "author": source.author,
            "image": source.image or "",
            "image_alt": source.image_alt or "",
        }
    return {
        "title": source.title,
        "summary": source.summary,
        **more,
        "body": text.document.body,
        "first_line": text.document.first_line,
        "checksum": text.document.checksum,
        "block_hashes": list(text.body.block_hashes),
        "synced_at": now,
    }


def _picture(document: Document, source: ArticleSource, references: References) -> list[Fault]:
    if source.image is None or references.picture(source.image):
        return []
    said = "There is no picture “%(name)s” beside this text or in “images”."
    return [document.fault(("image",), said, name=source.image)]
