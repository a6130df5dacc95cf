"""What an edition said when a campaign was scheduled: the sources of what was frozen."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.newsletters.models import Edition, EditionSnapshot


def keep_sources(session: Session, campaign: Campaign, edition: Edition) -> None:
    """Keep the texts of all languages beside the campaign that has just been made from them."""
    session.add_all(
        EditionSnapshot(
            campaign_id=campaign.id,
            language=text.language,
            title=text.title,
            subject=text.subject,
            preheader=text.preheader,
            summary=text.summary,
            body=text.body,
        )
        for text in edition.translations
    )
    session.flush()


def kept_sources(session: Session, campaign: Campaign) -> dict[str, EditionSnapshot]:
    """Give the texts by language; none for a campaign that is older than the keeping."""
    query = select(EditionSnapshot).where(EditionSnapshot.campaign_id == campaign.id)
    return {row.language: row for row in session.scalars(query)}
