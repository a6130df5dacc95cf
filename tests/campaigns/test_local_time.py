"""Everybody at the same time of day, where they are."""

from datetime import UTC, datetime

from sqlalchemy import select

from outreach.campaigns import schedule
from outreach.campaigns.fanout import fan_out_page
from outreach.campaigns.models import CampaignState
from outreach.delivery.models import Delivery
from outreach.times import first_moment, same_wall_time
from tests.campaigns.conftest import Place


def test_the_campaign_starts_when_it_is_that_time_anywhere_and_each_gets_it_at_theirs(
    place: Place,
) -> None:
    place.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    lima, paris = place.add(time_zone="America/Lima"), place.add(time_zone="Europe/Paris")
    unknown, wrong = place.add(), place.add(time_zone="Mars/Olympus")
    nine_in_paris = datetime(2026, 12, 1, 8, tzinfo=UTC)
    campaign = place.campaign(send_at=nine_in_paris, local_time=True)
    assert campaign.start_at == datetime(2026, 11, 30, 19, tzinfo=UTC)
    assert schedule.start_due(place.session, datetime(2026, 11, 30, 18, 59, tzinfo=UTC)) == []
    place.now = campaign.start_at
    assert schedule.start_due(place.session, place.now) == [campaign.id]
    fan_out_page(place.session, campaign.id, now=place.now)
    rows = place.session.execute(select(Delivery.recipient, Delivery.due_at))
    assert {row.recipient: row.due_at for row in rows} == {
        lima.id: datetime(2026, 12, 1, 14, tzinfo=UTC),
        paris.id: nine_in_paris,
        unknown.id: nine_in_paris,
        wrong.id: nine_in_paris,
    }


def test_whoever_is_past_that_time_already_gets_it_at_once(place: Place) -> None:
    place.now = datetime(2026, 12, 1, 7, tzinfo=UTC)
    place.add(time_zone="Asia/Tokyo")
    campaign = place.campaign(send_at=datetime(2026, 12, 1, 8, tzinfo=UTC), local_time=True)
    schedule.start_due(place.session, place.now)
    assert campaign.state is CampaignState.SENDING
    fan_out_page(place.session, campaign.id, now=place.now)
    assert place.session.scalars(select(Delivery.due_at)).all() == [place.now]


def test_a_time_that_the_clocks_skip_somewhere_is_an_hour_later_there() -> None:
    half_past_two = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    moved = same_wall_time(half_past_two, "UTC", "Europe/Paris")
    assert moved == datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    skipped = same_wall_time(datetime(2027, 3, 28, 2, 30, tzinfo=UTC), "UTC", "Europe/Paris")
    assert skipped == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    twofold = same_wall_time(datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "UTC", "Europe/Paris")
    assert twofold == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_begins_first_in_kiritimati() -> None:
    moment = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert first_moment(moment, "Europe/Paris") == same_wall_time(
        moment, "Europe/Paris", "Pacific/Kiritimati"
    )
