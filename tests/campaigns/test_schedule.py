"""Freezing a campaign and moving it from state to state."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.campaigns import schedule
from outreach.campaigns.fanout import Progress, fan_out_page, finish
from outreach.campaigns.models import CampaignState
from outreach.campaigns.queries import report
from outreach.campaigns.schedule import send_time
from outreach.delivery.models import BatchState, Delivery, Message, State, Stream
from outreach.errors import ForbiddenMove, Refused
from tests.campaigns.conftest import Place

WINTER = datetime(2026, 12, 1, 9, 0)


def test_everything_is_frozen_when_a_campaign_is_scheduled(place: Place) -> None:
    later = place.now + timedelta(days=1)
    campaign = place.campaign("en", "fr", send_at=later)
    assert campaign.state == CampaignState.SCHEDULED
    assert campaign.batch.name == f"campaign:{campaign.id}"
    assert (campaign.batch.list_name, campaign.batch.list_number) == ("news", place.topic.id)
    assert campaign.batch.stream == Stream.BULK
    messages = place.session.scalars(
        select(Message).where(Message.batch_id == campaign.batch_id).order_by(Message.language)
    ).all()
    assert [(each.language, each.subject, each.text) for each in messages] == [
        ("en", "July", "Hello"),
        ("fr", "July", "Hello"),
    ]


def test_a_time_in_the_past_is_refused(place: Place) -> None:
    with pytest.raises(Refused, match="past"):
        place.campaign(send_at=place.now - timedelta(seconds=1))


def test_staffs_wall_time_becomes_a_moment() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    moment = send_time(WINTER, "Europe/Paris", now=now)
    assert moment == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "complaint"),
    [
        (datetime(2027, 3, 28, 2, 30), "does not exist"),
        (datetime(2027, 10, 31, 2, 30), "happens twice"),
        (datetime(2026, 11, 23, 9, 59), "is past"),
    ],
)
def test_a_wall_time_that_names_no_moment_ahead_is_refused(wall: datetime, complaint: str) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with pytest.raises(Refused, match=complaint):
        send_time(wall, "Europe/Paris", now=now)


def test_a_wall_time_that_comes_twice_can_be_chosen() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    twice = datetime(2027, 10, 31, 2, 30)
    earlier = send_time(twice, "Europe/Paris", choice="earlier", now=now)
    later = send_time(twice, "Europe/Paris", choice="later", now=now)
    assert later - earlier == timedelta(hours=1)


def test_only_what_is_due_is_started_and_only_once(place: Place) -> None:
    due = place.campaign()
    place.campaign(send_at=place.now + timedelta(seconds=1))
    assert schedule.start_due(place.session, place.now) == [due.id]
    assert schedule.start_due(place.session, place.now) == []
    assert due.started_at == place.now


def test_pausing_holds_the_batch_and_resuming_opens_it(place: Place) -> None:
    campaign = place.sending()
    schedule.pause(place.session, campaign, place.now)
    assert (campaign.state, campaign.batch.state) == (CampaignState.PAUSED, BatchState.PAUSED)
    schedule.resume(place.session, campaign, place.now)
    assert (campaign.state, campaign.batch.state) == (CampaignState.SENDING, BatchState.OPEN)


def test_a_campaign_paused_before_its_time_waits_for_it_again(place: Place) -> None:
    campaign = place.campaign(send_at=place.now + timedelta(hours=1))
    schedule.pause(place.session, campaign, place.now)
    assert schedule.start_due(place.session, place.now + timedelta(hours=2)) == []
    schedule.resume(place.session, campaign, place.now)
    assert campaign.state == CampaignState.SCHEDULED
    assert schedule.start_due(place.session, place.now + timedelta(hours=2)) == [campaign.id]


def test_only_a_paused_campaign_can_be_resumed(place: Place) -> None:
    with pytest.raises(Refused, match="not paused"):
        schedule.resume(place.session, place.campaign(), place.now)


def test_cancelling_cancels_what_waits_and_nothing_more_is_planned(place: Place) -> None:
    for _ in range(3):
        place.add()
    campaign = place.sending()
    assert fan_out_page(place.session, campaign.id, size=2, now=place.now) is Progress.MORE
    schedule.cancel(place.session, campaign, place.now)
    assert fan_out_page(place.session, campaign.id, size=2, now=place.now) is Progress.NOTHING
    figures = report(place.session, campaign)
    assert (figures.planned, figures.cancelled, figures.planned_final) == (2, 2, True)
    assert campaign.ended_at == place.now


@pytest.mark.parametrize("move", [schedule.pause, schedule.cancel])
def test_what_has_been_sent_can_be_neither_paused_nor_cancelled(
    place: Place,
    move: object,
) -> None:
    campaign = place.sending()
    fan_out_page(place.session, campaign.id, now=place.now)
    assert finish(place.session, place.now) == [campaign.id]
    with pytest.raises(ForbiddenMove):
        move(place.session, campaign, place.now)  # type: ignore[operator]


def test_a_cancelled_campaign_resends_nothing(place: Place) -> None:
    campaign = place.campaign()
    schedule.cancel(place.session, campaign, place.now)
    with pytest.raises(Refused, match="was cancelled"):
        schedule.resend_uncertain(place.session, campaign, place.now)


def test_an_edition_cancelled_and_scheduled_again_reaches_whom_the_first_did_not(
    place: Place,
) -> None:
    reached, missed = place.add(), place.add()
    first = place.sending()
    fan_out_page(place.session, first.id, now=place.now)
    place.session.execute(
        update(Delivery).where(Delivery.recipient == reached.id).values(state=State.SENT)
    )
    schedule.cancel(place.session, first, place.now)
    second = place.sending()
    fan_out_page(place.session, second.id, now=place.now)
    queued = place.session.scalars(
        select(Delivery.recipient).where(Delivery.batch_id == second.batch_id)
    ).all()
    assert queued == [missed.id]
    kept = select(func.count()).where(Delivery.batch_id == first.batch_id)
    assert place.session.scalar(kept) == 2
