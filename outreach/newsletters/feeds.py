"""Feeds of the archive: Atom (RFC 4287) and JSON Feed 1.1. The same rows give the same bytes."""

import json
from datetime import UTC, datetime, time
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from outreach.content.site import Site
from outreach.links import Links
from outreach.newsletters.queries import PublicEdition, public_editions
from outreach.phrases.catalog import phrases

MOST = 50
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def atom(session: Session, site: Site, links: Links, language: str) -> bytes:
    """Give the Atom feed of the archive in one language; an edition falls back to another."""
    editions = public_editions(session, site)[:MOST]
    updated = max((_published(each) for each in editions), default=LONG_AGO)
    own = links.page(language, "newsletters", "feed.xml")
    entries = "".join(_atom_entry(each, site, links, language) for each in editions)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(language)}">\n'
        f"  <id>{escape(own)}</id>\n"
        f"  <title>{escape(_title(site, language))}</title>\n"
        f"  <subtitle>{escape(site.tagline(language))}</subtitle>\n"
        f"  <updated>{_moment(updated)}</updated>\n"
        f"  <author><name>{escape(site.name(language))}</name></author>\n"
        f'  <link rel="self" type="application/atom+xml" href="{escape(own)}"/>\n'
        f'  <link rel="alternate" type="text/html" hreflang="{escape(language)}" '
        f'href="{escape(links.to_newsletters(language))}"/>\n'
        f"{entries}</feed>\n"
    ).encode()


def json_feed(session: Session, site: Site, links: Links, language: str) -> bytes:
    """Give the JSON Feed of the archive in one language; an edition falls back to another."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(site, language),
        "description": site.tagline(language),
        "home_page_url": links.to_newsletters(language),
        "feed_url": links.page(language, "newsletters", "feed.json"),
        "language": language,
        "authors": [{"name": site.name(language)}],
        "items": [
            _json_item(each, site, links, language)
            for each in public_editions(session, site)[:MOST]
        ],
    }
    if site.logo is not None:
        feed["icon"] = site.logo.url
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _atom_entry(one: PublicEdition, site: Site, links: Links, language: str) -> str:
    chosen, url = _chosen(one, site, links, language)
    lasting = _lasting_name(one, links, language)
    alternates = "".join(
        f'    <link rel="alternate" type="text/html" hreflang="{escape(other)}" '
        f'href="{escape(links.to_edition(other, one.newsletter, one.slug))}"/>\n'
        for other in one.languages
        if other != chosen
    )
    return (
        f'  <entry xml:lang="{escape(chosen)}">\n'
        f"    <id>{escape(lasting)}</id>\n"
        f"    <title>{escape(one.titles[chosen])}</title>\n"
        f"    <published>{_moment(_published(one))}</published>\n"
        f"    <updated>{_moment(_published(one))}</updated>\n"
        f'    <link rel="alternate" type="text/html" hreflang="{escape(chosen)}" '
        f'href="{escape(url)}"/>\n'
        f"{alternates}"
        f"    <summary>{escape(one.summaries[chosen])}</summary>\n"
        "  </entry>\n"
    )


def _json_item(one: PublicEdition, site: Site, links: Links, language: str) -> dict[str, str]:
    chosen, url = _chosen(one, site, links, language)
    return {
        "id": _lasting_name(one, links, language),
        "url": url,
        "title": one.titles[chosen],
        "content_text": one.summaries[chosen],
        "date_published": _moment(_published(one)),
        "language": chosen,
    }


def _chosen(one: PublicEdition, site: Site, links: Links, language: str) -> tuple[str, str]:
    """Give the best language for a reader of the feed, and the page in it."""
    chosen = site.choose(one.titles, language) or site.default_language
    return chosen, links.to_edition(chosen, one.newsletter, one.slug)


def _lasting_name(one: PublicEdition, links: Links, language: str) -> str:
    """Give an entry's name, which stays when a translation is added (RFC 4287 §4.2.6)."""
    return links.to_edition(language, one.newsletter, one.slug)


def _published(one: PublicEdition) -> datetime:
    """Give the moment at which an edition appeared: never the moment of asking."""
    if one.on_web or one.sent_at is None:
        return datetime.combine(one.date, time(), UTC)
    return one.sent_at


def _moment(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _title(site: Site, language: str) -> str:
    return phrases(language)("%(organisation)s: newsletters", organisation=site.name(language))
