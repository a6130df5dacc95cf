"""The link that opens address and data: mailed on request, good for an hour."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from outreach.audience.forms import AddressText, Language
from outreach.content.site import Site
from outreach.delivery.outbox import Outbox


class LinkForm(BaseModel):
    """What the page "E-mail me my link" sends."""

    model_config = ConfigDict(frozen=True)

    address: AddressText
    language: Language


def request_link(
    session: Session, outbox: Outbox, site: Site, form: LinkForm, now: datetime
) -> None:
    """Mail somebody their preference link and a fresh personal one.

    The answer is the same for an unknown address, to which nothing is mailed.
    """
    raise NotImplementedError
