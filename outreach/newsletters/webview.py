"""What the web shows of an edition: exactly what was sent, or else what would be sent now.

Personal fields show their fallbacks; personal links lead to the pages that are for everybody.
"""

from collections.abc import Mapping
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


def edition_html(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    language: str,
    now: datetime,
) -> str | None:
    """Give the mail's own HTML; None if the public may not see it in that language (yet)."""
    shown = _shown(session, stationery, links, edition=edition, language=language, now=now)
    return fill(shown[0], _for_everybody(links, language), escape) if shown else None


def edition_text(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    language: str,
    now: datetime,
) -> str | None:
    """Give the mail's text part; None if the public may not see it in that language (yet)."""
    shown = _shown(session, stationery, links, edition=edition, language=language, now=now)
    return fill(shown[1], _for_everybody(links, language)) if shown else None


def frozen_html(session: Session, edition: Edition, language: str) -> str | None:
    """Give the HTML of what was sent in a language, its places still open; None if nothing was."""
    sent = _sent(session, edition, language)
    return sent[0] if sent else None


def _shown(
    session: Session,
    stationery: Stationery,
    links: Links,
    *,
    edition: Edition,
    language: str,
    now: datetime,
) -> tuple[str, str] | None:
    sent = _sent(session, edition, language)
    if sent is not None:
        return sent
    text = next((each for each in edition.translations if each.language == language), None)
    if text is None or not (edition.on_web or _sent(session, edition)):
        return None
    desk = desk_for(session, stationery, links, edition=edition, now=now)
    composed = compose_text(desk, edition, text)
    return composed.html, composed.text


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


def _for_everybody(links: Links, language: str) -> Mapping[str, str]:
    return {
        "unsubscribe_url": links.page(language, "link"),
        "preferences_url": links.page(language, "link"),
    }
