"""What happens as time passes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.bootstrap import Services, boot
from outreach.campaigns.models import Campaign, CampaignState
from outreach.clock.run import turn_once
from outreach.clock.schedule import heartbeat
from outreach.db.models import Heartbeat
from outreach.settings import Settings
from tests.campaigns.conftest import found_place


@pytest.fixture
def moments(now: datetime) -> list[datetime]:
    """Hold the present moment, to be moved on by a test."""
    return [now]


@pytest.fixture
def services(settings: Settings, moments: list[datetime]) -> Iterator[Services]:
    """Give services whose clock a test sets."""
    wired = boot(settings, clock=lambda: moments[-1])
    yield wired
    wired.close()


def test_a_campaign_starts_when_its_time_has_come(
    services: Services, moments: list[datetime]
) -> None:
    with services.database.transaction() as session:
        place = found_place(session, moments[0])
        place.campaign(send_at=moments[0] + timedelta(hours=1))
    turn_once(services)
    assert states(services) == [CampaignState.SCHEDULED]
    moments.append(moments[0] + timedelta(hours=1))
    turn_once(services)
    assert states(services) == [CampaignState.SENDING]


def test_a_second_clock_changes_nothing(services: Services, moments: list[datetime]) -> None:
    with services.database.transaction() as session:
        found_place(session, moments[0]).campaign()
    turn_once(services)
    moments.append(moments[0] + timedelta(minutes=1))
    turn_once(services)
    with services.database.reading() as session:
        assert session.scalars(select(Campaign.started_at)).all() == [moments[0]]


def test_the_clock_leaves_one_sign_of_life(services: Services, moments: list[datetime]) -> None:
    heartbeat(services)
    moments.append(moments[0] + timedelta(minutes=1))
    heartbeat(services)
    with services.database.reading() as session:
        beats = session.scalars(select(Heartbeat)).all()
    assert [(beat.started_at, beat.beat_at) for beat in beats] == [(moments[0], moments[1])]


def test_a_clock_that_was_silent_counts_as_begun_anew(
    services: Services, moments: list[datetime]
) -> None:
    heartbeat(services)
    moments.append(moments[0] + timedelta(minutes=1, seconds=1))
    heartbeat(services)
    with services.database.reading() as session:
        beats = session.scalars(select(Heartbeat)).all()
    assert [(beat.started_at, beat.beat_at) for beat in beats] == [(moments[1], moments[1])]


def states(services: Services) -> list[str]:
    with services.database.reading() as session:
        return list(session.scalars(select(Campaign.state)))
