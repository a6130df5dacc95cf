"""Reads of newsletters: editions, their states, and what the public archive shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.content.faults import FaultyFiles, stored_faults
from outreach.content.site import Site
from outreach.errors import NotFound
from outreach.links import Links
from outreach.mail.blocks import ArticleCard
from outreach.mail.fields import fill
from outreach.newsletters.models import Edition, Newsletter


class EditionState(StrEnum):
    """How far an edition has come; derived from its campaigns, never stored."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    """A campaign has started and not ended: it goes, or is paused."""
    PARTLY = "partly sent"
    """Some have it, and then it was cancelled."""
    SENT = "sent"


@dataclass(frozen=True)
class PublicEdition:
    """An edition that the archive shows."""

    newsletter: str
    slug: str
    date: date
    topic: str
    newsletter_names: Mapping[str, str]
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    sent_at: datetime | None
    """When its first campaign started; None for one shown before."""
    on_web: bool
    """Whether it was to be seen before any campaign."""

    @property
    def name(self) -> str:
        """Give what the command line calls it, e.g. `wrm/2020-07`."""
        return f"{self.newsletter}/{self.slug}"

    @property
    def languages(self) -> tuple[str, ...]:
        """Give the languages that it can be read in."""
        return tuple(self.titles)


def edition(session: Session, name: str) -> Edition:
    """Give the edition of a name such as `wrm/2020-07`; NotFound says how to list them."""
    newsletter, _, slug = name.partition("/")
    found = session.execute(
        select(Edition)
        .join(Edition.newsletter)
        .where(Newsletter.slug == newsletter, Edition.slug == slug)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(
            "There is no edition “%(name)s”. “outreach editions” lists them all.", name=name
        )
    return found


def edition_to_send(session: Session, name: str) -> Edition:
    """Give an edition; where its files were never without faults, Refused with all of them."""
    try:
        return edition(session, name)
    except NotFound:
        newsletter = f"content/newsletters/{name.partition('/')[0]}/newsletter.toml"
        faults = stored_faults(session, f"content/newsletters/{name}/", newsletter)
        if not faults:
            raise
    raise FaultyFiles(
        "“%(name)s” is not live, as its files have faults. Mend them and run “outreach sync”:\n"
        "%(faults)s",
        faults,
        name=name,
    )


def editions(session: Session) -> list[Edition]:
    """Give every edition, the newest first."""
    rows = session.execute(
        select(Edition).join(Edition.newsletter).order_by(Edition.date.desc(), Newsletter.slug)
    )
    return sorted(rows.scalars(), key=lambda one: (one.date, one.slug), reverse=True)


def public_editions(session: Session, site: Site) -> list[PublicEdition]:
    """Give the archive, the newest first: what has started to be sent, and what is `on_web`."""
    sent = _first_started(session)
    return [
        _public(one, site, sent.get(one.occasion_id))
        for one in editions(session)
        if one.translations and (one.on_web or one.occasion_id in sent)
    ]


def public_edition(session: Session, site: Site, name: str) -> PublicEdition:
    """Give one edition of the archive; NotFound if there is none that the public may see."""
    found = edition(session, name)
    sent_at = _first_started(session, found.occasion_id).get(found.occasion_id)
    if not found.translations or not (found.on_web or sent_at):
        raise NotFound("This edition has not appeared yet.")
    return _public(found, site, sent_at)


def latest_card(
    session: Session, site: Site, links: Links, topics: set[str], language: str
) -> ArticleCard | None:
    """Give a card of the newest public edition of these topics, for the welcome mail."""
    for one in public_editions(session, site):
        if one.topic in topics:
            chosen = site.choose(one.titles, language) or language
            return ArticleCard(
                slug=one.slug,
                title=one.titles[chosen],
                summary=one.summaries.get(chosen, ""),
                url=links.to_edition(chosen, one.newsletter, one.slug),
                date=one.date,
                author=site.text(one.newsletter_names, language),
                picture=None,
            )
    return None


def _public(one: Edition, site: Site, sent_at: datetime | None) -> PublicEdition:
    """Order languages as the site does; those it does not name come last."""
    order = {language: position for position, language in enumerate(site.languages)}
    translations = sorted(
        one.translations, key=lambda each: (order.get(each.language, len(order)), each.language)
    )
    return PublicEdition(
        newsletter=one.newsletter.slug,
        slug=one.slug,
        date=one.date,
        topic=one.newsletter.topic,
        newsletter_names=one.newsletter.names,
        titles={each.language: each.title for each in translations},
        summaries={
            each.language: each.summary or fill(each.preheader, {}) for each in translations
        },
        sent_at=sent_at,
        on_web=one.on_web,
    )


def _first_started(session: Session, occasion_id: int | None = None) -> dict[int, datetime]:
    """Give the moment at which each occasion's first campaign started, where one has."""
    query = (
        select(Campaign.occasion_id, func.min(Campaign.started_at))
        .where(Campaign.started_at.is_not(None))
        .group_by(Campaign.occasion_id)
    )
    if occasion_id is not None:
        query = query.where(Campaign.occasion_id == occasion_id)
    return {number: at for number, at in session.execute(query) if at is not None}
