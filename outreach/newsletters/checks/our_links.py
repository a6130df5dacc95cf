"""Links to our own site: whether what they lead to is there, by our rows and without a network."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.articles.models import Article, ArticleTranslation, Kind
from outreach.content.documents import read_document
from outreach.content.models import ContentFile, Media
from outreach.content.site import SITE_PATH
from outreach.content.tree import TextFile
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.mail.prose_check import INTERNAL
from outreach.newsletters.checks import link_words
from outreach.newsletters.checks.link_words import Told, filled
from outreach.newsletters.compose import Desk
from outreach.newsletters.models import Edition, Newsletter
from outreach.newsletters.queries import public_edition
from outreach.phrases.catalog import is_language

SECTIONS = {"page:": "pages", "article:": "articles", "event:": "events"}


def is_ours(desk: Desk, url: str) -> bool:
    """Tell whether a link leads to a page of ours."""
    return url.startswith(INTERNAL) or url == desk.links.base_url or _own(desk, url)


def our_key(desk: Desk, url: str) -> str | None:
    """Give what a link of ours leads to, the same for every language; None if it is not ours."""
    if url.startswith(INTERNAL):
        return url
    if not is_ours(desk, url):
        return None
    language, section, *rest = (*_parts(desk, url), "", "")
    if language not in desk.site.languages:
        return url.removeprefix(desk.links.base_url) or "/"
    kind = next((kind for kind, name in SECTIONS.items() if name == section), None)
    fragment = urlsplit(url).fragment
    mark = f"#{fragment}" if fragment else ""
    named = [each for each in rest if each]
    if kind and len(named) == 1:
        return f"{kind}{named[0]}{mark}"
    return "/" + "/".join(each for each in (section, *named) if each) + mark


def told_of_ours(desk: Desk, url: str, own: str) -> Told | None:
    """Tell what is wrong with a link to our own site; None if nothing is known to be.

    `own`: the name of the edition that links: it may lead to itself before it has appeared.
    """
    key = our_key(desk, url) or ""
    if _unspoken(desk, url):
        return filled(link_words.OURS_GONE, url)
    for kind, find in _FINDERS.items():
        if key.startswith(kind):
            name = key.removeprefix(kind).partition("#")[0].partition("?")[0]
            there = find(desk.session, name.removesuffix(".ics"))
            return None if there else filled(link_words.OURS_GONE, url)
    path = key.partition("#")[0].strip("/").split("/")
    if path[0] == "media":
        return None if _has_media(desk.session, path) else filled(link_words.OURS_GONE, url)
    if path[0] == "newsletters" and len(path) == 3 and path[1:] != own.split("/"):
        return _told_of_edition(desk, f"{path[1]}/{path[2]}", url)
    return None


def footer_line(desk: Desk, number: int) -> int:
    """Give the line of the site's file in which one of its links stands."""
    row = desk.session.get(ContentFile, SITE_PATH)
    if row is None:
        return 1
    document, _ = read_document(TextFile(SITE_PATH, row.text, row.checksum))
    return document.line(("links", number, "url")) if document else 1


def _own(desk: Desk, url: str) -> bool:
    base = desk.links.base_url
    return url.startswith(tuple(f"{base}{mark}" for mark in "/?#"))


def _unspoken(desk: Desk, url: str) -> bool:
    """Tell whether a link leads to our pages in a language that the site does not speak."""
    parts = [] if url.startswith(INTERNAL) else _parts(desk, url)
    return bool(parts) and parts[0] not in desk.site.languages and is_language(parts[0])


def _parts(desk: Desk, url: str) -> list[str]:
    """Give the parts of the path of one of our addresses, without empty ones."""
    path = urlsplit(url.removeprefix(desk.links.base_url)).path
    return [unquote(part) for part in path.split("/") if part]


def _told_of_edition(desk: Desk, name: str, url: str) -> Told | None:
    newsletter, _, slug = name.partition("/")
    query = (
        select(Edition.id)
        .join(Newsletter, Newsletter.id == Edition.newsletter_id)
        .where(Newsletter.slug == newsletter, Edition.slug == slug)
    )
    if desk.session.execute(query).first() is None:
        return filled(link_words.OURS_GONE, url)
    try:
        public_edition(desk.session, desk.site, name)
    except NotFound:
        return filled(link_words.OURS_HIDDEN, url)
    return None


def _has_media(session: Session, path: list[str]) -> bool:
    query = select(Media.checksum).where(Media.checksum == "".join(path[1:2]))
    return session.execute(query).first() is not None


def _has_event(session: Session, slug: str) -> bool:
    query = select(Event.id).where(Event.slug == slug, Event.translations.any())
    return session.execute(query).first() is not None


def _has_article(kind: Kind) -> Callable[[Session, str], bool]:
    def has(session: Session, slug: str) -> bool:
        query = (
            select(Article.id)
            .join(ArticleTranslation, ArticleTranslation.article_id == Article.id)
            .where(Article.kind == kind, Article.slug == slug)
        )
        return session.execute(query).first() is not None

    return has


_FINDERS: dict[str, Callable[[Session, str], bool]] = {
    "page:": _has_article(Kind.PAGE),
    "article:": _has_article(Kind.ARTICLE),
    "event:": _has_event,
}
