"""What the generous list shows: articles, editions and events as entries in one language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.articles.models import Article
from outreach.content.media import picture_at
from outreach.events.models import Event, EventKind
from outreach.mail.blocks import PictureFile
from outreach.newsletters.queries import PublicEdition
from outreach.phrases.catalog import Phrases
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
    by: str = ""
    picture: PictureFile | None = None
    alt: str = ""


def kind_of_event(kind: EventKind, t: Phrases) -> str:
    """Name what sort of event it is."""
    words = {
        EventKind.WEBINAR: t("Webinar"),
        EventKind.MEETING: t("Meeting"),
        EventKind.DEADLINE: t("Deadline"),
    }
    return words[EventKind(kind)]


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


def article_entry(visit: Visit, one: Article) -> Entry:
    """Give an article as an entry."""
    texts = {translation.language: translation for translation in one.translations}
    language = visit.site.choose(texts, visit.language) or visit.language
    text = texts[language]
    return Entry(
        kind=visit.t("Article"),
        title=text.title,
        summary=text.summary,
        url=visit.services.links.to_article(visit.language, one.slug),
        language=language,
        day=one.date,
        by=text.author,
        picture=article_picture(visit, one.slug, text.image),
        alt=text.image_alt,
    )


def event_entry(visit: Visit, one: Event) -> Entry:
    """Give an event as an entry."""
    texts = {translation.language: translation for translation in one.translations}
    language = visit.site.choose(texts, visit.language) or visit.language
    return Entry(
        kind=kind_of_event(one.kind, visit.t),
        title=texts[language].title,
        summary=texts[language].summary,
        url=visit.services.links.to_event(visit.language, one.slug),
        language=language,
        day=one.date,
        by=one.organiser,
    )


def article_picture(visit: Visit, slug: str, image: str) -> PictureFile | None:
    """Give the picture of an article, if it has one."""
    if not image:
        return None
    return picture_at(
        visit.session, visit.services.links, f"content/articles/{slug}/images/{image}"
    )


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Order by day; what has none comes after the rest."""
    return sorted(entries, key=lambda entry: entry.day or date.min, reverse=True)
