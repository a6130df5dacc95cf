"""Feeds for readers and other sites: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

The same values give the same bytes. Whatever a title holds, the XML stays well formed.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 §2.2 forbids, and control characters that nobody means."""


@dataclass(frozen=True)
class Item:
    """One entry of a feed, in one language. Moments are aware."""

    id: str
    """Its name for good, a URI: it stays whatever changes in it (RFC 4287 §4.2.6)."""
    url: str
    title: str
    summary: str
    language: str
    """The one that title and summary are written in."""
    updated: datetime
    published: datetime | None = None
    author: str = ""
    tags: tuple[str, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    """Languages and addresses of its other translations."""


@dataclass(frozen=True)
class Channel:
    """A feed: what it says of itself, and its entries."""

    title: str
    about: str
    url: str
    """The page that shows the same."""
    own_url: str
    language: str
    author: str
    items: tuple[Item, ...]
    icon: str = ""

    @property
    def updated(self) -> datetime:
        """Give when anything in it last changed: never the moment of asking."""
        return max((item.updated for item in self.items), default=LONG_AGO)


def clean(text: str) -> str:
    """Give a text without the characters that no feed can hold."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def atom(channel: Channel) -> bytes:
    """Write a feed as Atom (RFC 4287)."""
    own = _in_xml(channel.own_url)
    language = _in_xml(channel.language)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"  <id>{own}</id>\n"
        f"  <title>{_in_xml(channel.title)}</title>\n"
        f"  <subtitle>{_in_xml(channel.about)}</subtitle>\n"
        f"  <updated>{_moment(channel.updated)}</updated>\n"
        f"  <author><name>{_in_xml(channel.author)}</name></author>\n"
        f'  <link rel="self" type="application/atom+xml" href="{own}"/>\n'
        f"{_page(channel.url, channel.language, '  ')}"
        f"{''.join(map(_atom_entry, channel.items))}</feed>\n"
    ).encode()


def rss(channel: Channel) -> bytes:
    """Write a feed as RSS 2.0 (rssboard.org)."""
    own = _in_xml(channel.own_url)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"  <title>{_in_xml(channel.title)}</title>\n"
        f"  <link>{_in_xml(channel.url)}</link>\n"
        f"  <description>{_in_xml(channel.about)}</description>\n"
        f"  <language>{_in_xml(channel.language)}</language>\n"
        f"  <lastBuildDate>{_mail_date(channel.updated)}</lastBuildDate>\n"
        f'  <atom:link rel="self" type="application/rss+xml" href="{own}"/>\n'
        f"{''.join(map(_rss_item, channel.items))}</channel></rss>\n"
    ).encode()


def json_feed(channel: Channel) -> bytes:
    """Write a feed as JSON Feed (jsonfeed.org, version 1.1)."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(channel.title),
        "description": clean(channel.about),
        "home_page_url": channel.url,
        "feed_url": channel.own_url,
        "language": channel.language,
        "authors": [{"name": clean(channel.author)}],
        "items": [_json_item(item) for item in channel.items],
    }
    if channel.icon:
        feed["icon"] = channel.icon
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _atom_entry(item: Item) -> str:
    published = f"    <published>{_moment(item.published)}</published>\n" if item.published else ""
    author = f"    <author><name>{_in_xml(item.author)}</name></author>\n" if item.author else ""
    tags = "".join(f'    <category term="{_in_xml(tag)}"/>\n' for tag in item.tags)
    others = "".join(_page(url, language, "    ") for language, url in item.alternates)
    return (
        f'  <entry xml:lang="{_in_xml(item.language)}">\n'
        f"    <id>{_in_xml(item.id)}</id>\n"
        f"    <title>{_in_xml(item.title)}</title>\n"
        f"{published}"
        f"    <updated>{_moment(item.updated)}</updated>\n"
        f"{author}"
        f"{_page(item.url, item.language, '    ')}{others}{tags}"
        f"    <summary>{_in_xml(item.summary)}</summary>\n"
        "  </entry>\n"
    )


def _rss_item(item: Item) -> str:
    author = f"    <dc:creator>{_in_xml(item.author)}</dc:creator>\n" if item.author else ""
    tags = "".join(f"    <category>{_in_xml(tag)}</category>\n" for tag in item.tags)
    is_page = "true" if item.id == item.url else "false"
    return (
        "  <item>\n"
        f"    <title>{_in_xml(item.title)}</title>\n"
        f"    <link>{_in_xml(item.url)}</link>\n"
        f'    <guid isPermaLink="{is_page}">{_in_xml(item.id)}</guid>\n'
        f"    <pubDate>{_mail_date(item.published or item.updated)}</pubDate>\n"
        f"{author}{tags}"
        # A description is HTML to its readers: what is text is escaped for them once more.
        f"    <description>{_in_xml(escape(item.summary, quote=False))}</description>\n"
        "  </item>\n"
    )


def _json_item(item: Item) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": item.id,
        "url": item.url,
        "title": clean(item.title),
        "content_text": clean(item.summary),
    }
    if item.published:
        said["date_published"] = _moment(item.published)
    if item.updated != item.published:
        said["date_modified"] = _moment(item.updated)
    if item.author:
        said["authors"] = [{"name": clean(item.author)}]
    if item.tags:
        said["tags"] = _cleaned(item.tags)
    said["language"] = item.language
    return said


def _cleaned(texts: Iterable[str]) -> list[str]:
    return [clean(text) for text in texts]


def _page(url: str, language: str, indent: str) -> str:
    return (
        f'{indent}<link rel="alternate" type="text/html" hreflang="{_in_xml(language)}" '
        f'href="{_in_xml(url)}"/>\n'
    )


def _in_xml(text: str) -> str:
    return escape(clean(text))


def _moment(moment: datetime) -> str:
    """Write a moment (RFC 3339)."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _mail_date(moment: datetime) -> str:
    """Write a moment (RFC 822, as RSS wants it)."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0))
