"""Campaigns for a segment: by its rule as it was when the campaign was scheduled."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.audience.models import Origin, Segment, Subscriber, SubscriberTag, SubscriptionState
from outreach.audience.segment_rules import AllOf, LivesIn, Not, Rule, Tagged, to_data
from outreach.audience.segment_source import rule_from
from outreach.campaigns import plan
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, CampaignState, Exclusion, ExclusionReason
from outreach.campaigns.plan import language_plan, segment_of
from outreach.campaigns.queries import of_segment
from outreach.db.database import Database
from outreach.delivery.models import Delivery
from outreach.errors import NotFound, Refused
from tests.audience.crowd import CONFIRMED, LEFT, Human, fits, mailable, settle
from tests.audience.test_segment_rules import crowds, rules
from tests.campaigns.conftest import CHAINS, Place, found_place

SPOKEN = Languages(frozenset({"en"}), "en", CHAINS)
RULE = AllOf((LivesIn(("ZA",)), Not(Tagged(("team",)))))


def found_segment(place: Place, rule: Rule = RULE) -> Segment:
    """Make the segment “za”."""
    row = Segment(
        slug="za",
        position=0,
        names={"fr": "Afrique du Sud", "en": "South Africa"},
        descriptions={},
        rule=to_data(rule),
        origin=Origin.DESK,
        active=True,
        version=1,
        changed_at=place.now,
    )
    place.session.add(row)
    place.session.flush()
    return row


def tag(place: Place, person: Subscriber, word: str) -> None:
    """Put a tag on somebody."""
    place.session.add(SubscriberTag(subscriber_id=person.id, tag=word))
    place.session.flush()


def fan_out(place: Place, campaign: Campaign, **more: Any) -> int:  # noqa: ANN401  (`size`)
    """Plan the whole campaign; give the number of pages."""
    pages = 0
    while fan_out_page(place.session, campaign.id, now=place.now, **more) is Progress.MORE:
        pages += 1
    return pages


def mailed(place: Place, campaign: Campaign) -> set[int]:
    """Give the people who get a campaign."""
    query = select(Delivery.recipient).where(Delivery.batch_id == campaign.batch_id)
    return set(place.session.scalars(query))


def test_whoever_is_not_in_the_rule_is_not_meant_and_not_left_out(place: Place) -> None:
    inside = [place.add(country="ZA") for _ in range(3)]
    place.add(country="GH")
    tag(place, place.add(country="ZA"), "team")
    place.add(country="GH", state=SubscriptionState.PENDING)
    pending = place.add(country="ZA", state=SubscriptionState.PENDING)
    found_segment(place)
    campaign = place.sending("en", segment="za")
    expected = language_plan(place.session, segment_of(campaign), SPOKEN, place.now)
    assert (expected.total, expected.left_out) == (3, {ExclusionReason.UNCONFIRMED: 1})
    fan_out(place, campaign)
    assert mailed(place, campaign) == {person.id for person in inside}
    rows = place.session.scalars(select(Exclusion)).all()
    assert [row.subscriber_id for row in rows] == [pending.id]


def test_the_rule_is_frozen_when_the_campaign_is_scheduled(place: Place) -> None:
    person = place.add(country="ZA")
    place.add(country="GH")
    row = found_segment(place)
    campaign = place.sending("en", segment="za")
    assert (campaign.segment_slug, campaign.segment_title) == ("za", "South Africa")
    assert campaign.segment_names == row.names
    row.rule = to_data(LivesIn(("GH",)))
    place.session.flush()
    place.session.execute(delete(Segment))
    fan_out(place, campaign)
    assert mailed(place, campaign) == {person.id}
    with pytest.raises(NotFound):
        place.campaign("en", segment="za")


def test_a_campaign_without_a_segment_is_for_all(place: Place) -> None:
    place.add(country="GH")
    campaign = place.sending("en")
    place.session.flush()
    place.session.expire(campaign)
    assert (campaign.segment_slug, campaign.segment_rule) == ("", None)
    assert segment_of(campaign).rule is None
    fan_out(place, campaign)
    assert len(mailed(place, campaign)) == 1


@pytest.mark.parametrize("size", [1, 2, 500])
@pytest.mark.parametrize("furthest", [1, 3, 4, 2000])
def test_few_among_many_are_found_a_bounded_look_at_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch, size: int, furthest: int
) -> None:
    monkeypatch.setattr(plan, "FURTHEST", furthest)
    people = [place.add(country="ZA" if number in (0, 9, 10, 23) else "") for number in range(24)]
    found_segment(place)
    campaign = place.sending("en", segment="za")
    pages = fan_out(place, campaign, size=size)
    assert mailed(place, campaign) == {people[number].id for number in (0, 9, 10, 23)}
    assert campaign.batch.planned_final
    assert pages >= 24 // (furthest + 1)


def test_campaigns_that_are_over_no_longer_use_a_segment(place: Place) -> None:
    place.add(country="ZA")
    found_segment(place)
    campaign = place.campaign("en", segment="za")
    place.campaign("en")
    assert of_segment(place.session, "za") == [campaign]
    campaign.move(CampaignState.CANCELLED, place.now)
    place.session.flush()
    assert of_segment(place.session, "za") == []


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=crowds, rule=rules)
def test_plan_and_fan_out_agree_with_plain_python(
    database: Database, now: datetime, people: list[Human], rule: Rule
) -> None:
    try:
        rule_from(to_data(rule))
    except Refused:
        return
    with Session(database.engine) as session:
        place = found_place(session, now)
        by_number = dict(zip(settle(session, people, now), people, strict=True))
        found_segment(place, rule)
        campaign = place.sending("en", segment="za")
        inside = {
            number
            for number, one in by_number.items()
            if fits(rule, one) and has_topic(one) and not one.left
        }
        expected = {
            number
            for number in inside
            if mailable(by_number[number]) and by_number[number].topics["news"][0] is CONFIRMED
        }
        found = language_plan(session, segment_of(campaign), SPOKEN, now)
        assert found.total == len(expected)
        assert sum(found.left_out.values()) == len(inside - expected)
        fan_out(place, campaign)
        assert mailed(place, campaign) == expected
        rows = session.scalars(select(Exclusion.subscriber_id)).all()
        assert set(rows) == inside - expected
        session.rollback()


def has_topic(one: Human) -> bool:
    """Tell whether somebody has the campaign's topic, confirmed or not yet."""
    return one.topics.get("news", (LEFT, None))[0] is not LEFT
