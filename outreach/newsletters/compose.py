"""Edition → what is said in each language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.articles.cards import RowCards, blocks_of
from outreach.audience.letters import why_subscribed
from outreach.audience.models import Topic
from outreach.content.faults import Fault
from outreach.content.site import Site, load_site
from outreach.links import Links
from outreach.mail.blocks import Block
from outreach.mail.compose import Composed, Letter, Stationery
from outreach.mail.fields import PERSONAL_FIELDS
from outreach.newsletters.models import Edition, Translation
from outreach.phrases.catalog import phrases

Resolved = tuple[Sequence[Block], Sequence[Fault]]
"""The blocks of a text, and what it points at that is not there."""


@dataclass(frozen=True)
class Desk:
    """What composing one edition needs beside its texts."""

    session: Session
    stationery: Stationery
    links: Links
    site: Site
    cards: RowCards
    topic: Topic | None
    now: datetime
    resolved: dict[tuple[int, str], Resolved] = field(default_factory=dict)
    """By edition and language: checking and composing ask for the same."""


def desk_for(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    topic: Topic | None = None,
    now: datetime,
) -> Desk:
    """Collect what composing an edition needs; without a topic it is the newsletter's own."""
    if topic is None:
        query = select(Topic).where(Topic.slug == edition.newsletter.topic)
        topic = session.execute(query).scalar_one_or_none()
    site = load_site(session, links)
    cards = RowCards(session, site, links, site.default_language, mailed=True)
    return Desk(session, stationery, links, site, cards, topic, now)


def compose_text(desk: Desk, edition: Edition, text: Translation) -> Composed:
    """Compose one language of an edition."""

    def on_the_web(language: str) -> str:
        return desk.links.to_edition(language, edition.newsletter.slug, edition.slug)

    return desk.stationery.compose(letter_of(desk, edition, text, on_the_web))


def letter_of(
    desk: Desk, edition: Edition, text: Translation, web_view: Callable[[str], str]
) -> Letter:
    """Give the letter of one language. `web_view`: where it is seen on the web, by language."""
    blocks, _ = _blocks(desk, edition, text)
    site, links, language = desk.site, desk.links, text.language
    say = phrases(language)
    newsletter = edition.newsletter
    return Letter(
        language=language,
        subject=text.subject,
        preheader=text.preheader,
        title=text.title,
        kicker=f"{site.text(newsletter.names, language)} · {say.month(edition.date)}",
        blocks=tuple(blocks),
        look=site.look(language, links),
        reason=why_subscribed(site, language, desk.topic),
        bulk=True,
        web_view_url=web_view(language),
        other_languages=tuple(
            (other.language, web_view(other.language))
            for other in edition.translations
            if other.language != language
        ),
    )


def edition_faults(desk: Desk, edition: Edition) -> list[Fault]:
    """Find what the texts of an edition point at and is not there (any more)."""
    return [fault for text in edition.translations for fault in _blocks(desk, edition, text)[1]]


def folder(edition: Edition) -> str:
    """Give the folder that an edition comes from."""
    return f"content/newsletters/{edition.name}"


def _blocks(desk: Desk, edition: Edition, text: Translation) -> Resolved:
    key = edition.id, text.language
    if key in desk.resolved:
        return desk.resolved[key]
    cards = desk.cards.speaking(text.language)
    path = folder(edition)
    blocks, faults = blocks_of(cards, text, folder=path, fields=PERSONAL_FIELDS, now=desk.now)
    file = f"{path}/{text.language}.md"
    found = blocks, [Fault(file, fault.line, fault.sentence) for fault in faults]
    desk.resolved[key] = found
    return found
