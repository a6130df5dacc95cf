"""Articles, and pages such as the guide and the privacy notice."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from outreach.articles.models import Article, Kind
from outreach.articles.queries import article
from outreach.mail.blocks import Block, PictureFile
from outreach.web.entries import article_picture
from outreach.web.prose import blocks_of
from outreach.web.visit import Visit, reading

blueprint = Blueprint("articles", __name__)

FOLDERS = {Kind.ARTICLE: "articles", Kind.PAGE: "pages"}


@dataclass(frozen=True)
class ArticlePage:
    """A text as its page shows it."""

    kind: str
    """In words; empty for a page."""
    title: str
    summary: str
    language: str
    blocks: tuple[Block, ...]
    date: date | None
    author: str
    picture: PictureFile | None
    alt: str


@blueprint.get("/<language:language>/articles/<slug:slug>")
def show(language: str, slug: str) -> Response:
    """Show an article."""
    return _answer(language, Kind.ARTICLE, slug)


@blueprint.get("/<language:language>/pages/<slug:slug>")
def page(language: str, slug: str) -> Response:
    """Show a page."""
    return _answer(language, Kind.PAGE, slug)


def _answer(language: str, kind: Kind, slug: str) -> Response:
    with reading(language) as visit:
        found = article(visit.session, kind, slug)
        shown = _page(visit, found)
        return visit.show(
            "article.html",
            addresses=visit.everywhere(FOLDERS[kind], slug),
            written_in=[translation.language for translation in found.translations],
            section="home" if kind is Kind.ARTICLE else "",
            article=shown,
            description=shown.summary,
            picture=shown.picture,
            dated=kind is Kind.ARTICLE,
        )


def _page(visit: Visit, found: Article) -> ArticlePage:
    texts = {translation.language: translation for translation in found.translations}
    language = visit.site.choose(texts, visit.language) or visit.language
    text = texts[language]
    folder = f"content/{FOLDERS[Kind(found.kind)]}/{found.slug}"
    return ArticlePage(
        kind=visit.t("Article") if found.kind == Kind.ARTICLE else "",
        title=text.title,
        summary=text.summary,
        language=language,
        blocks=blocks_of(visit, text.body, language=language, folder=folder),
        date=found.date,
        author=text.author,
        picture=article_picture(visit, found.slug, text.image),
        alt=text.image_alt,
    )
