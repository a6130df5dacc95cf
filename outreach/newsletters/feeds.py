"""Feeds of the archive: Atom and JSON Feed. The same rows give the same bytes."""

from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from outreach.content import syndication
from outreach.content.site import Site
from outreach.content.syndication import Channel, Item
from outreach.links import Links
from outreach.newsletters.queries import PublicEdition, public_editions
from outreach.phrases.catalog import phrases

MOST = 50


def atom(session: Session, site: Site, links: Links, language: str) -> bytes:
    """Give the Atom feed of the archive in one language; an edition falls back to another."""
    return syndication.atom(_channel(session, site, links, language, "feed.xml"))


def json_feed(session: Session, site: Site, links: Links, language: str) -> bytes:
    """Give the JSON Feed of the archive in one language; an edition falls back to another."""
    return syndication.json_feed(_channel(session, site, links, language, "feed.json"))


def _channel(session: Session, site: Site, links: Links, language: str, name: str) -> Channel:
    editions = public_editions(session, site)[:MOST]
    return Channel(
        title=phrases(language)("%(organisation)s: newsletters", organisation=site.name(language)),
        about=site.tagline(language),
        url=links.to_newsletters(language),
        own_url=links.page(language, "newsletters", name),
        language=language,
        author=site.name(language),
        items=tuple(_item(each, site, links, language) for each in editions),
        icon="" if site.logo is None else site.logo.url,
    )


def _item(one: PublicEdition, site: Site, links: Links, language: str) -> Item:
    chosen = site.choose(one.titles, language) or site.default_language
    published = _published(one)
    return Item(
        # Of the feed's language: it stays when a translation is added (RFC 4287 §4.2.6).
        id=links.to_edition(language, one.newsletter, one.slug),
        url=links.to_edition(chosen, one.newsletter, one.slug),
        title=one.titles[chosen],
        summary=one.summaries[chosen],
        language=chosen,
        updated=published,
        published=published,
        alternates=tuple(
            (other, links.to_edition(other, one.newsletter, one.slug))
            for other in one.languages
            if other != chosen
        ),
    )


def _published(one: PublicEdition) -> datetime:
    """Give the moment at which an edition appeared: never the moment of asking."""
    if one.on_web or one.sent_at is None:
        return datetime.combine(one.date, time(), UTC)
    return one.sent_at
