"""A proof of an edition for staff: as it would be mailed now, or as a campaign has frozen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.delivery.models import Message
from outreach.errors import NotFound
from outreach.links import Links
from outreach.mail.fields import PERSONAL_FIELDS, field_names, fill
from outreach.newsletters.compose import Desk, compose_text
from outreach.newsletters.drafts import text_in
from outreach.newsletters.models import Edition, EditionSnapshot
from outreach.newsletters.personas import Reader
from outreach.newsletters.webview import places_for_everybody


@dataclass(frozen=True)
class Proof:
    """A letter in one language, its fields filled in."""

    language: str
    subject: str
    preheader: str
    html: str
    text: str
    personal: bool
    """Whether it says anything that differs from reader to reader."""

    @property
    def size(self) -> int:
        """Count the bytes of its HTML."""
        return len(self.html.encode())


def present_proof(desk: Desk, edition: Edition, *, language: str, reader: Reader) -> Proof:
    """Compose one language as it is now; Refused where it cannot be a letter."""
    made = compose_text(desk, edition, text_in(edition, language))
    said = (made.subject, made.preheader, made.html, made.text)
    return _filled(language, said, desk.links, reader)


def frozen_proof(
    session: Session, links: Links, *, campaign: Campaign, language: str, reader: Reader
) -> Proof:
    """Give one language as a campaign has frozen it; NotFound where it has not got it."""
    query = select(Message.subject, Message.html, Message.text).where(
        Message.batch_id == campaign.batch_id, Message.language == language, Message.form == "full"
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("This edition does not exist in that language.")
    kept = session.get(EditionSnapshot, (campaign.id, language))
    preheader = kept.preheader if kept else ""
    return _filled(language, (found.subject, preheader, found.html, found.text), links, reader)


def campaigns_of(session: Session, edition: Edition) -> Sequence[Campaign]:
    """Give every campaign of an edition, the latest first, cancelled ones as well."""
    query = select(Campaign).where(Campaign.occasion_id == edition.occasion_id)
    return session.scalars(query.order_by(Campaign.id.desc())).all()


def _filled(language: str, said: tuple[str, str, str, str], links: Links, reader: Reader) -> Proof:
    subject, preheader, html, text = said
    values = {**places_for_everybody(links, language), **reader.values(language)}
    return Proof(
        language=language,
        subject=fill(subject, values),
        preheader=fill(preheader, values),
        html=fill(html, values, escape),
        text=fill(text, values),
        personal=bool(PERSONAL_FIELDS & (field_names(html) | field_names(subject))),
    )
