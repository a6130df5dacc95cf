"""What else reaches the same people around that time: other campaigns, and public holidays."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from outreach.audience import segments
from outreach.audience.models import Subscriber, Subscription, SubscriptionState
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.plan import (
    NEVER_WENT_OUT,
    Segment,
    belongs,
    left_out,
    members,
    segment_of,
)
from outreach.delivery.models import Delivery

MOST = 5
"""Other campaigns that are looked at, the nearest first."""


@dataclass(frozen=True)
class Collision:
    """Another campaign that reaches some of the same people."""

    campaign: Campaign
    people: int
    """How many: those for whom both are, or, once the other is planned, who has got it."""


@dataclass(frozen=True)
class Holiday:
    """A public holiday where some of the recipients live."""

    country: str
    """ISO 3166-1 alpha-2."""
    name: str
    people: int


def collisions(
    session: Session, segment: Segment, send_at: datetime, *, occasion_id: int, hours: int
) -> list[Collision]:
    """Find campaigns within so many hours before or after, and whom they share with this one.

    `occasion_id`: what this one is for; others for the same reach nobody twice.
    """
    if not hours:
        return []
    span = timedelta(hours=hours)
    near = session.scalars(
        select(Campaign).where(
            Campaign.send_at.between(send_at - span, send_at + span),
            Campaign.state != CampaignState.CANCELLED,
            Campaign.occasion_id != occasion_id,
        )
    ).all()
    nearest = sorted(near, key=lambda other: abs(other.send_at - send_at))[:MOST]
    found = (Collision(other, _shared(session, segment, other)) for other in nearest)
    return [each for each in found if each.people]


def public_holidays(
    session: Session, segment: Segment, day: date, language: str, now: datetime
) -> list[Holiday]:
    """Find where that day is a public holiday for recipients, the most people first.

    A name is given in that language where it is known in it, else as the country writes it.
    Countries that nothing is known of are passed over.
    """
    present = session.scalars(select(Subscriber.country).distinct()).all()
    names = {country: name for country in present if (name := _name(country, day, language))}
    if not names:
        return []
    gets_it = left_out(segment, now, segments.suppressed()).is_(None)
    rows = session.execute(
        select(Subscriber.country, func.count())
        .select_from(members(segment))
        .where(*belongs(segment, to_all=True), gets_it, Subscriber.country.in_(names))
        .group_by(Subscriber.country)
    )
    found = (Holiday(country, names[country], people) for country, people in rows)
    return sorted(found, key=lambda each: (-each.people, each.country))


def _shared(session: Session, segment: Segment, other: Campaign) -> int:
    """Count whom the other has reached; before its plan is final, who is in its segment too."""
    both = members(segment)
    theirs: ColumnElement[bool]
    if other.batch.planned_final:
        got = aliased(Delivery)
        both = both.join(got, got.address_id == Subscriber.address_id)
        theirs = (got.occasion_id == other.occasion_id) & got.state.not_in(NEVER_WENT_OUT)
    else:
        theirs = Subscriber.id.in_(_in_the_segment_of(other))
    confirmed = Subscription.state == SubscriptionState.CONFIRMED
    query = select(func.count()).select_from(both).where(*belongs(segment), confirmed, theirs)
    return session.scalars(query).one()


def _in_the_segment_of(campaign: Campaign) -> Select[int]:
    """Select the ids of those for whom another campaign is."""
    segment = segment_of(campaign)
    return (
        select(Subscriber.id)
        .select_from(members(segment))
        .where(*belongs(segment, to_all=True), Subscription.state == SubscriptionState.CONFIRMED)
        .correlate(None)
    )


@lru_cache(maxsize=2048)
def _name(country: str, day: date, language: str) -> str:
    """Name the public holiday of that day, or give nothing."""
    if not country:
        return ""
    try:
        known = holidays.country_holidays(country, years=day.year)
    except NotImplementedError:
        return ""
    spoken = [each for each in known.supported_languages if each.partition("_")[0] == language]
    chosen = spoken[0] if spoken else known.default_language
    if chosen is not None:
        known = holidays.country_holidays(country, years=day.year, language=chosen)
    return str(known.get(day, ""))
