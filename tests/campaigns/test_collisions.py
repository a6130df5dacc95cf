"""What else reaches the same people around that time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from outreach.audience.models import Subscription, SubscriptionState, Topic
from outreach.audience.segment_rules import Speaks, to_data
from outreach.campaigns import schedule
from outreach.campaigns.collisions import collisions, public_holidays
from outreach.campaigns.fanout import Progress, fan_out_page
from outreach.campaigns.models import Campaign
from outreach.campaigns.plan import Segment
from outreach.campaigns.schedule import NO_CANARY, Canary
from outreach.delivery.models import Occasion
from tests.campaigns.conftest import Place


def other(
    place: Place, topic: Topic | None = None, *, hours: float = 2, canary: Canary = NO_CANARY
) -> Campaign:
    """Schedule something else, so many hours from now."""
    occasion = Occasion(name=f"edition:other/{hours}")
    elsewhere = replace(place, occasion=occasion, topic=topic or place.topic)
    return elsewhere.campaign(send_at=place.now + timedelta(hours=hours), canary=canary)


def found(place: Place, *, hours: int = 24) -> dict[int, int]:
    """Give people by campaign, for an edition that would be sent now."""
    segment = Segment(place.topic.id, place.occasion.id)
    near = collisions(place.session, segment, place.now, occasion_id=place.occasion.id, hours=hours)
    return {each.campaign.id: each.people for each in near}


def test_a_scheduled_campaign_to_the_same_topic_collides_with_its_confirmed_people(
    place: Place,
) -> None:
    place.add()
    place.add()
    place.add(state=SubscriptionState.PENDING)
    campaign = other(place)
    assert found(place) == {campaign.id: 2}


def test_of_another_topic_only_those_who_have_both_are_counted(place: Place) -> None:
    both, _one = place.add(), place.add()
    events = Topic(slug="events", position=2, active=True, names={}, descriptions={})
    place.session.add(events)
    place.session.flush()
    place.session.add(
        Subscription(
            topic_id=events.id,
            subscriber_id=both.id,
            state=SubscriptionState.CONFIRMED,
            changed_at=place.now,
        )
    )
    campaign = other(place, events)
    assert found(place) == {campaign.id: 1}


def test_what_has_begun_counts_whom_it_reached(place: Place) -> None:
    place.add()
    campaign = other(place, hours=0)
    schedule.start_due(place.session, place.now)
    while fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE:
        pass
    place.add()
    assert found(place) == {campaign.id: 1}


def test_of_a_campaign_for_a_segment_only_those_whom_it_selects_are_counted(place: Place) -> None:
    french, _english = place.add("fr"), place.add("en")
    rule = to_data(Speaks(("fr",)))
    campaign = other(place)
    campaign.segment_rule = rule
    assert french.language == "fr"
    assert found(place) == {campaign.id: 1}


def test_while_a_first_wave_is_watched_all_who_will_get_it_are_counted(place: Place) -> None:
    for _ in range(4):
        place.add()
    campaign = other(place, hours=0, canary=Canary(2, 10))
    schedule.start_due(place.session, place.now)
    fan_out_page(place.session, campaign.id, now=place.now)
    assert found(place) == {campaign.id: 4}


def test_what_is_far_away_cancelled_or_the_same_edition_does_not_collide(place: Place) -> None:
    place.add()
    other(place, hours=25)
    schedule.cancel(place.session, other(place, hours=1), place.now)
    place.campaign(send_at=place.now + timedelta(hours=1))
    assert found(place) == {}
    other(place, hours=3)
    assert found(place, hours=0) == {}


def holidays(place: Place, day: date, language: str = "en") -> list[tuple[str, str, int]]:
    """Give country, name and people."""
    segment = Segment(place.topic.id, place.occasion.id)
    found = public_holidays(place.session, segment, day, language, place.now)
    return [(each.country, each.name, each.people) for each in found]


@pytest.mark.parametrize(
    ("language", "name"),
    [("fr", "Fête nationale"), ("en", "National Day"), ("es", "Fête nationale")],
)
def test_a_public_holiday_is_named_where_recipients_live(
    place: Place, language: str, name: str
) -> None:
    for country in ("FR", "FR", "DE", "", "XX"):
        place.add(country=country)
    place.add(country="FR", paused_until=place.now + timedelta(days=1))
    assert holidays(place, date(2026, 7, 14), language) == [("FR", name, 2)]
    assert holidays(place, date(2026, 7, 15), language) == []


def test_holidays_of_several_countries_come_by_their_people(place: Place) -> None:
    for country in ("FR", "PE", "PE", "PE", "ZA", "ZA"):
        place.add(country=country)
    new_year = holidays(place, date(2027, 1, 1), "es")
    assert [country for country, _name, _people in new_year] == ["PE", "ZA", "FR"]
    assert new_year[0][1] == "Año Nuevo"
