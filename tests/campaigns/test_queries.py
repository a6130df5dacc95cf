"""What staff read about campaigns."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.campaigns import queries
from outreach.campaigns.fanout import fan_out_page
from outreach.campaigns.models import CampaignState
from outreach.campaigns.queries import Figures
from outreach.delivery import moves
from outreach.delivery.models import Delivery, State
from outreach.errors import NotFound
from tests.campaigns.conftest import Place

ROADS = {
    "sent": [State.CLAIMED, State.SENDING, State.SENT],
    "bounced": [State.CLAIMED, State.SENDING, State.SENT, State.BOUNCED],
    "failed": [State.CLAIMED, State.SENDING, State.FAILED],
    "uncertain": [State.CLAIMED, State.SENDING, State.UNCERTAIN],
    "suppressed": [State.SUPPRESSED],
    "cancelled": [State.CLAIMED, State.CANCELLED],
    "waiting": [State.CLAIMED, State.SENDING],
    "queued": [],
}


def test_every_delivery_is_counted_once_wherever_it_stands(place: Place) -> None:
    for number in range(len(ROADS)):
        place.add(("en", "fr")[number % 2])
    campaign = place.sending("en", "fr")
    fan_out_page(place.session, campaign.id, now=place.now)
    ids = place.session.scalars(select(Delivery.id).order_by(Delivery.id)).all()
    for delivery_id, road in zip(ids, ROADS.values(), strict=True):
        before = State.QUEUED
        for state in road:
            moves.move(place.session, Delivery.id == delivery_id, [before], state)
            before = state
    found = queries.report(place.session, campaign)
    assert Figures(**{name: getattr(found, name) for name in Figures.__match_args__}) == Figures(
        waiting=2, sent=2, failed=1, suppressed=1, cancelled=1, uncertain=1
    )
    assert found.planned == len(ROADS)
    assert sum(figures.planned for figures in found.by_language.values()) == found.planned
    assert found.by_language.keys() == {"en", "fr"}


def test_a_language_that_nobody_gets_is_shown_with_noughts(place: Place) -> None:
    campaign = place.campaign("en", "fr")
    found = queries.report(place.session, campaign)
    assert found.by_language == {"en": Figures(), "fr": Figures()}
    assert not found.planned_final


def test_the_newest_campaign_stands_first(place: Place) -> None:
    first, second = place.campaign(), place.campaign()
    assert [each.id for each in queries.campaigns(place.session)] == [second.id, first.id]


def test_a_campaign_that_does_not_exist_is_not_found(place: Place) -> None:
    with pytest.raises(NotFound, match="no campaign 77"):
        queries.campaign(place.session, 77)


def test_speed_is_told_from_the_first_message_to_now_or_to_the_end(place: Place) -> None:
    campaign = place.campaign()
    assert queries.speed(campaign, Figures(waiting=5), place.now).time_left is None
    campaign.batch.first_sent_at = place.now
    figures = Figures(waiting=50, sent=100)
    assert queries.speed(campaign, figures, place.now + timedelta(seconds=10)).time_left is None
    campaign.move(CampaignState.SENDING, place.now)
    running = queries.speed(campaign, figures, place.now + timedelta(seconds=10))
    assert (running.per_second, running.time_left) == (10, timedelta(seconds=5))
    campaign.ended_at = place.now + timedelta(seconds=20)
    ended = queries.speed(campaign, Figures(sent=100), place.now + timedelta(days=1))
    assert (ended.per_second, ended.time_left) == (5, timedelta(0))


@given(waiting=st.integers(0, 10**9), per_second=st.floats(0, 10**6))
def test_the_time_left_is_never_negative(waiting: int, per_second: float) -> None:
    left = queries.time_left(waiting, per_second)
    assert left is None or left >= timedelta(0)
