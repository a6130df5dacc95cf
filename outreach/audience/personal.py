"""The link that opens address and data: mailed on request, good for an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import ledger, letters
from outreach.audience.forms import AddressText, Language
from outreach.audience.letters import Stamp
from outreach.audience.models import (
    Action,
    Method,
    Subscriber,
    SubscriberTag,
    Subscription,
    SubscriptionState,
    Topic,
    Wording,
)
from outreach.content.site import Site
from outreach.db import hits, limits
from outreach.db.limits import Limit
from outreach.delivery.addresses import parse_address
from outreach.delivery.models import Address
from outreach.delivery.outbox import Outbox
from outreach.delivery.suppressions import is_suppressed
from outreach.errors import NotFound
from outreach.times import floor_to

ONE_MAIL = Limit("personal-link", most=1, window=timedelta(minutes=10))


class LinkForm(BaseModel):
    """What the page "E-mail me my link" sends."""

    model_config = ConfigDict(frozen=True)

    address: AddressText
    language: Language


@dataclass(frozen=True)
class HeldConsent:
    """One line of the ledger, with its words."""

    topic: str
    action: Action
    method: Method
    at: datetime
    source: str
    wording: str
    """Empty for a withdrawal."""


@dataclass(frozen=True)
class Held:
    """What we hold on somebody. Show it behind a personal link only."""

    address: str
    first_name: str
    last_name: str
    language: str
    time_zone: str
    country: str
    organisation: str
    organisation_type: str
    tags: tuple[str, ...]
    source: str
    created_at: datetime
    paused_until: datetime | None
    left_at: datetime | None
    subscriptions: tuple[tuple[str, SubscriptionState, datetime], ...]
    """Topic, state, and since when."""
    consents: tuple[HeldConsent, ...]


def request_link(
    session: Session, outbox: Outbox, site: Site, form: LinkForm, now: datetime
) -> None:
    """Mail somebody their preference link and a fresh personal one.

    The answer is the same for an unknown address, to which nothing is mailed, and for whoever
    asks again within ten minutes.
    """
    # Always two writes and one letter, so that the time does not tell known from unknown.
    hits.add(session, "forms", "link", day=now.date())
    normal = parse_address(form.address).normal
    key = outbox.suppression_key
    first = limits.allow(session, ONE_MAIL, asker=normal, key=key, now=now)
    language = letters.letter_language(site, form.language)
    letter = letters.personal_link(outbox, site, language)
    person = session.scalars(
        select(Subscriber).join(Address).where(Address.normal == normal)
    ).one_or_none()
    if person is None or not first or is_suppressed(session, _hash(session, person)):
        outbox.stationery.compose(letter)
        return
    window = int(floor_to(now, ONE_MAIL.window).timestamp())
    stamp = Stamp(person, f"link:{person.id}:{window}", {})
    letters.post_letter(session, outbox, site, letter, stamp, now)


def held(session: Session, subscriber: int) -> Held:
    """Give what we hold on a subscriber (by id); NotFound if they are no longer there."""
    person = session.get(Subscriber, subscriber, populate_existing=True)
    if person is None:
        raise NotFound("This subscriber is no longer with us.")
    rows = session.execute(
        select(Topic.slug, Subscription.state, Subscription.changed_at)
        .join(Topic, Topic.id == Subscription.topic_id)
        .where(Subscription.subscriber_id == subscriber)
        .order_by(Topic.position, Topic.id)
    )
    return Held(
        address=letters.address_of(session, person).address,
        first_name=person.first_name,
        last_name=person.last_name,
        language=person.language,
        time_zone=person.time_zone,
        country=person.country,
        organisation=person.organisation,
        organisation_type=person.organisation_type,
        tags=_tags(session, subscriber),
        source=person.source,
        created_at=person.created_at,
        paused_until=person.paused_until,
        left_at=person.left_at,
        subscriptions=tuple(
            (row.slug, SubscriptionState(row.state), row.changed_at) for row in rows
        ),
        consents=_consents(session, person.reference),
    )


def _hash(session: Session, person: Subscriber) -> bytes:
    return letters.address_of(session, person).hash


def _tags(session: Session, subscriber: int) -> tuple[str, ...]:
    query = select(SubscriberTag.tag).where(SubscriberTag.subscriber_id == subscriber)
    return tuple(session.scalars(query.order_by(SubscriberTag.tag)))


def _consents(session: Session, reference: str) -> tuple[HeldConsent, ...]:
    lines = ledger.lines_of(session, reference)
    wordings = select(Wording).where(Wording.id.in_({line.wording_id for line in lines}))
    texts = {wording.id: wording.text for wording in session.scalars(wordings)}
    return tuple(
        HeldConsent(
            line.topic,
            Action(line.action),
            Method(line.method),
            line.at,
            line.source,
            texts.get(line.wording_id or 0, ""),
        )
        for line in lines
    )
