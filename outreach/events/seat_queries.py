"""Reads of registrations."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber
from outreach.delivery.addresses import parse_address
from outreach.delivery.models import Address
from outreach.events.models import Event, Occurrence
from outreach.events.registration_models import Registration, RegistrationState
from outreach.events.state import TAKES_PLACE


def seats_of(
    session: Session, event: Event, address: str, on: date | None
) -> Sequence[Registration]:
    """Give the certain seats of one address, locked: on one original date, or on all (None).

    Refused if that is no address.
    """
    query = (
        select(Registration)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .join(Subscriber, Subscriber.id == Registration.subscriber_id)
        .join(Address, Address.id == Subscriber.address_id)
        .where(
            Occurrence.event_id == event.id,
            Occurrence.status.in_(TAKES_PLACE),
            Address.normal == parse_address(address).normal,
            Registration.state == RegistrationState.CONFIRMED,
        )
        .order_by(Registration.id)
        .with_for_update(of=Registration)
    )
    if on is not None:
        query = query.where(Occurrence.original == on)
    return session.scalars(query).all()
