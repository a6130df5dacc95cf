"""People who hold, resume, end and send again, on pages that may be old."""

import pytest
from sqlalchemy import select

from outreach.campaigns import control, queries
from outreach.campaigns.control import Seen
from outreach.campaigns.fanout import fan_out_page
from outreach.campaigns.models import Campaign, CampaignState, CanaryState
from outreach.campaigns.schedule import Canary
from outreach.delivery import moves
from outreach.delivery.models import Delivery, State
from outreach.errors import Refused
from outreach.staff.audit import Actor
from outreach.staff.models import Act
from tests.campaigns.conftest import Place


@pytest.fixture
def campaign(place: Place) -> Campaign:
    """Give a campaign to three people, one of whom is uncertain."""
    for _ in range(3):
        place.add()
    made = place.sending()
    fan_out_page(place.session, made.id, now=place.now)
    before = State.QUEUED
    for state in (State.CLAIMED, State.SENDING, State.UNCERTAIN):
        moves.move(place.session, Delivery.id == 1, [before], state)
        before = state
    return made


def actor(place: Place) -> Actor:
    """Give the command line."""
    return Actor(None, place.now)


def acts(place: Place) -> list[Act]:
    """Give the lines of the log."""
    place.session.flush()
    return list(place.session.scalars(select(Act).order_by(Act.id)))


def test_each_act_stands_in_the_log_with_before_and_after(place: Place, campaign: Campaign) -> None:
    control.pause(place.session, campaign.id, Seen("sending"), actor(place))
    control.resume(place.session, campaign.id, Seen("paused"), actor(place))
    control.resend_uncertain(place.session, campaign.id, Seen("sending", 1), actor(place))
    control.cancel(place.session, campaign.id, Seen("sending"), actor(place))
    told = [(act.act, act.before.get("state"), act.after.get("state")) for act in acts(place)]
    assert told == [
        ("campaign.pause", "sending", "paused"),
        ("campaign.resume", "paused", "sending"),
        ("campaign.resend", None, None),
        ("campaign.cancel", "sending", "cancelled"),
    ]
    assert acts(place)[2].before == {"uncertain": 1}
    assert acts(place)[3].before == {"state": "sending", "sent": 0, "waiting": 3}
    assert {act.subject for act in acts(place)} == {f"campaign {campaign.id}"}


@pytest.mark.parametrize(
    ("act", "seen"),
    [
        (control.resume, Seen("paused")),
        (control.cancel, Seen("scheduled")),
        (control.cancel, Seen("paused")),
        (control.pause, Seen("paused")),
        (control.pause, Seen("nonsense")),
        (control.resend_uncertain, Seen("sending", 2)),
        (control.resend_uncertain, Seen("sending", 0)),
    ],
)
def test_whoever_acts_on_an_old_page_is_told_and_nothing_is_done(
    place: Place, campaign: Campaign, act: object, seen: Seen
) -> None:
    with pytest.raises(Refused, match="Meanwhile"):
        act(place.session, campaign.id, seen, actor(place))  # type: ignore[operator]
    assert campaign.state is CampaignState.SENDING
    assert acts(place) == []
    standing = queries.standings(place.session, [campaign.batch_id])[campaign.batch_id]
    assert standing[State.UNCERTAIN] == 1


def test_a_campaign_that_started_meanwhile_is_held_all_the_same(
    place: Place, campaign: Campaign
) -> None:
    control.pause(place.session, campaign.id, Seen("scheduled"), actor(place))
    assert campaign.state is CampaignState.PAUSED


def test_uncertain_ones_are_sent_again_once(place: Place, campaign: Campaign) -> None:
    seen = Seen("sending", 1)
    assert control.resend_uncertain(place.session, campaign.id, seen, actor(place)) == 1
    with pytest.raises(Refused, match="Meanwhile 0 mails"):
        control.resend_uncertain(place.session, campaign.id, seen, actor(place))


def test_a_hold_that_nobody_saw_is_not_overridden(place: Place) -> None:
    campaign = place.sending(canary=Canary(2, 10))
    control.pause(place.session, campaign.id, Seen("sending"), actor(place))
    control.resume(place.session, campaign.id, Seen("paused"), actor(place))
    campaign.move(CampaignState.PAUSED, place.now)
    campaign.canary = CanaryState.HELD
    place.session.flush()
    with pytest.raises(Refused, match="Nothing was done"):
        control.resume(place.session, campaign.id, Seen("paused"), actor(place))
    control.resume(place.session, campaign.id, Seen("held"), actor(place))
    assert campaign.canary is CanaryState.PASSED
