"""Confirm links that came too late: what happened since they were mailed counts for more."""

import pytest
from sqlalchemy import update

from outreach.audience import preferences
from outreach.audience.models import SubscriptionState, Topic
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import SuppressionReason
from outreach.delivery.suppressions import is_suppressed, suppress
from outreach.errors import Refused
from tests.audience.conftest import KEY, House

CONFIRMED, UNSUBSCRIBED = SubscriptionState.CONFIRMED, SubscriptionState.UNSUBSCRIBED


def test_a_link_from_before_somebody_left_does_not_bring_them_back(house: House) -> None:
    house.sign_up("amina@example.org", "news", "events")
    house.wait(minutes=11)
    house.sign_up("amina@example.org", "news", "events")
    older, newer = house.mails()
    number = house.confirm(newer).subscriber
    house.wait(minutes=1)
    house.leave(number, "news")
    with pytest.raises(Refused, match="unsubscribed since"):
        house.confirm(older)
    assert house.states(number)["news"] == UNSUBSCRIBED
    house.wait(minutes=11)
    house.sign_up("amina@example.org", "news", "events")
    house.confirm()
    assert house.states(number)["news"] == CONFIRMED


def test_a_link_from_before_a_complaint_does_not_lift_it(house: House) -> None:
    house.sign_up()
    house.wait(hours=1)
    address = address_hash("amina@example.org", KEY)
    with house.database.transaction() as session:
        suppress(session, address, SuppressionReason.COMPLAINT, house.now)
    with pytest.raises(Refused, match="unsubscribed since"):
        house.confirm()
    with house.database.reading() as session:
        reason = is_suppressed(session, address)
    assert reason is SuppressionReason.COMPLAINT
    assert house.lines() == []


def test_a_link_to_topics_that_are_offered_no_more_brings_nobody_back(house: House) -> None:
    number = house.subscribe()
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    house.wait(hours=1)
    house.sign_up()
    with house.database.transaction() as session:
        session.execute(update(Topic).values(active=False))
    with pytest.raises(Refused, match="offered any more"):
        house.confirm()
    assert house.person(number).left_at is not None
    assert "signup" in house.mails()[-1].fields
