"""Articles, and pages such as the guide and the privacy notice."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from outreach.articles import queries
from outreach.articles.models import Article, Kind
from outreach.errors import NotFound
from outreach.mail.blocks import Block, PictureFile
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
        found = queries.article(visit.session, kind, slug)
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
    text = queries.translation(found, visit.site, visit.language)
    if text is None:
        raise NotFound("This text is not here any more.")
    links = visit.services.links
    blocks = blocks_of(visit, text, folder=queries.folder(found))
    return ArticlePage(
        kind=visit.t("Article") if found.kind == Kind.ARTICLE else "",
        title=text.title,
        summary=text.summary,
        language=text.language,
        blocks=blocks,
        date=found.date,
        author=text.author,
        picture=queries.picture(visit.session, links, found, text),
        alt=text.image_alt,
    )
