"""Reads of articles and pages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.articles.models import Article, ArticleTranslation, Kind
from outreach.content.media import picture_at
from outreach.content.references import beside
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.links import Links
from outreach.mail.blocks import ArticleCard, PictureFile


def article(session: Session, kind: Kind, slug: str) -> Article:
    """Give one article or page; NotFound if there is none."""
    query = select(Article).where(Article.kind == kind, Article.slug == slug)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("This text is not here any more.")
    return found


def articles(session: Session, kind: Kind = Kind.ARTICLE) -> list[Article]:
    """Give all of a kind: the newest first, then those without a date, by name."""
    rows = session.execute(
        select(Article).where(Article.kind == kind).order_by(Article.slug)
    ).scalars()
    return sorted(rows, key=lambda row: -row.date.toordinal() if row.date else 0)


def translation(row: Article, site: Site, language: str) -> ArticleTranslation | None:
    """Give the best text for a language; None only if there is no text at all."""
    texts = {text.language: text for text in row.translations}
    chosen = site.choose(texts, language)
    return texts[chosen] if chosen else None


def picture(
    session: Session, links: Links, row: Article, text: ArticleTranslation
) -> PictureFile | None:
    """Give the picture of an article, if it has one."""
    if not text.image:
        return None
    found = (picture_at(session, links, path) for path in beside(folder(row), text.image))
    return next((each for each in found if each), None)


def folder(row: Article) -> str:
    """Give the folder that an article comes from: what its text points at lies there."""
    return f"content/{'articles' if row.kind == Kind.ARTICLE else 'pages'}/{row.slug}"


def card(
    session: Session, row: Article, site: Site, links: Links, language: str
) -> ArticleCard | None:
    """Give the card of an article in one language, or in the best other one."""
    text = translation(row, site, language)
    if text is None:
        return None
    return ArticleCard(
        slug=row.slug,
        title=text.title,
        summary=text.summary,
        url=links.to_article(language, row.slug),
        date=row.date,
        author=text.author,
        picture=picture(session, links, row, text),
    )
