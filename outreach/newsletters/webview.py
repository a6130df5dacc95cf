"""What the web shows of an edition: exactly what was sent, or else what would be sent now.

Personal fields show their fallbacks; personal links lead to the pages that are for everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.delivery.models import Message
from outreach.links import Links
from outreach.mail.compose import Stationery
from outreach.mail.fields import fill
from outreach.newsletters.compose import compose_text, desk_for
from outreach.newsletters.models import Edition


@dataclass(frozen=True)
class Shown:
    """An edition in one language, as everybody may see it."""

    html: str
    """The mail's own HTML."""
    text: str
    """Its text part."""


def shown_edition(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    language: str,
    now: datetime,
) -> Shown | None:
    """Give what the web shows; None if the public may not see it in that language (yet)."""
    found = _sent(session, edition, language)
    if found is None:
        source = edition.text_in(language)
        if source is None or not (edition.on_web or _sent(session, edition)):
            return None
        desk = desk_for(session, stationery, links, edition=edition, now=now)
        composed = compose_text(desk, edition, source)
        found = composed.html, composed.text
    html, text = found
    return for_everybody(links, language, html, text)


def for_everybody(links: Links, language: str, html: str, text: str) -> Shown:
    """Fill what is personal in a letter with what holds for all."""
    places = places_for_everybody(links, language)
    return Shown(fill(html, places, escape), fill(text, places))


def _sent(session: Session, edition: Edition, language: str = "") -> tuple[str, str] | None:
    """Give HTML and text of the latest campaign that has started, in one language or in any."""
    query = (
        select(Message.html, Message.text)
        .join(Campaign, Campaign.batch_id == Message.batch_id)
        .where(Campaign.occasion_id == edition.occasion_id, Campaign.started_at.is_not(None))
        .order_by(Campaign.started_at.desc(), Campaign.id.desc())
        .limit(1)
    )
    if language:
        query = query.where(Message.language == language, Message.form == "full")
    return session.execute(query).first()


def places_for_everybody(links: Links, language: str) -> Mapping[str, str]:
    """Give the links that stand where each recipient’s own would."""
    return {
        "unsubscribe_url": links.page(language, "link"),
        "preferences_url": links.page(language, "link"),
    }
