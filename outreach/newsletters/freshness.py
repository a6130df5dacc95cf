"""One short name for all that the desk shows of an edition: another one means, look again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.content.models import ContentFault, ContentFile, MediaFile
from outreach.delivery.models import Occasion
from outreach.mail.passages import hash_of
from outreach.newsletters.models import Edition, Newsletter, Translation
from outreach.newsletters.reading import PARENT


def freshness(session: Session, newsletter: str, slug: str) -> str:
    """Give it for an edition, live or not, from a few small rows."""
    folder = f"{PARENT}/{newsletter}/{slug}/"
    queries = (
        select(ContentFile.path, ContentFile.checksum)
        .where(ContentFile.path.startswith(folder, autoescape=True))
        .order_by(ContentFile.path),
        select(MediaFile.path, MediaFile.checksum)
        .where(MediaFile.path.startswith(folder, autoescape=True))
        .order_by(MediaFile.path),
        select(ContentFault.path, ContentFault.line, ContentFault.text)
        .where(ContentFault.path.startswith(f"{PARENT}/{newsletter}/", autoescape=True))
        .order_by(ContentFault.id),
        select(Translation.language, Translation.based_on)
        .join(Edition, Edition.id == Translation.edition_id)
        .join(Newsletter, Newsletter.id == Edition.newsletter_id)
        .where(Newsletter.slug == newsletter, Edition.slug == slug)
        .order_by(Translation.language),
        select(Campaign.id, Campaign.state)
        .join(Occasion, Occasion.id == Campaign.occasion_id)
        .where(Occasion.name == f"edition:{newsletter}/{slug}")
        .order_by(Campaign.id),
    )
    return hash_of(*(repr(tuple(row)) for query in queries for row in session.execute(query)))
