"""What the generous list shows: articles, editions and events as entries in one language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from outreach.articles import queries as articles
from outreach.articles.models import Article
from outreach.events import queries as events
from outreach.events.partners import carried
from outreach.events.queries import Listed
from outreach.mail.blocks import PictureFile
from outreach.newsletters.queries import PublicEdition
from outreach.times import zone
from outreach.web.visit import Visit


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    kind: str
    """In words, e.g. "Webinar"."""
    title: str
    summary: str
    url: str
    language: str
    """The one that title and summary are written in."""
    day: date | None = None
    hour: str = ""
    """When it begins, with its zone, while that is still to come."""
    by: str = ""
    picture: PictureFile | None = None
    alt: str = ""


def edition_entry(visit: Visit, one: PublicEdition) -> Entry:
    """Give an edition of the archive as an entry."""
    language = visit.site.choose(one.titles, visit.language) or visit.language
    links = visit.services.links
    return Entry(
        kind=visit.t("Newsletter"),
        title=one.titles[language],
        summary=one.summaries.get(language, ""),
        url=links.to_edition(visit.language, one.newsletter, one.slug),
        language=language,
        day=one.date,
    )


def article_entry(visit: Visit, one: Article) -> Entry | None:
    """Give an article as an entry; None if there is no text of it at all."""
    text = articles.translation(one, visit.site, visit.language)
    if text is None:
        return None
    links = visit.services.links
    return Entry(
        kind=visit.t("Article"),
        title=text.title,
        summary=text.summary,
        url=links.to_article(visit.language, one.slug),
        language=text.language,
        day=one.date,
        by=text.author,
        picture=articles.picture(visit.session, links, one, text),
        alt=text.image_alt,
    )


def event_entry(visit: Visit, one: Listed) -> Entry | None:
    """Give an event as an entry; None if there is no text of it at all."""
    text = events.translation(one, visit.site, visit.language)
    if text is None:
        return None
    return Entry(
        kind=events.said_kind(one, visit.t),
        title=text.title,
        summary=text.summary,
        url=visit.services.links.to_event(visit.language, one.slug),
        language=text.language,
        day=one.date,
        hour=_hour(visit, one),
        by=one.organiser,
    )


def _hour(visit: Visit, one: Listed) -> str:
    if one.starts_at is None or events.is_past(one, visit.now):
        return ""
    there = one.starts_at.astimezone(zone(one.zone))
    return f"{visit.t.clock(there.time())} ({one.zone}, {visit.t.offset(there)})"


def event_entries(visit: Visit, found: Iterable[Listed], partner: str = "") -> list[Entry]:
    """Give those events as entries that have a text, in their order; all name the partner."""
    entries = (event_entry(visit, one) for one in found)
    return [replace(entry, url=carried(entry.url, partner)) for entry in entries if entry]


def newest_first(entries: Iterable[Entry | None]) -> list[Entry]:
    """Order by day; what has none comes after the rest."""
    return sorted(
        (entry for entry in entries if entry), key=lambda entry: entry.day or date.min, reverse=True
    )
