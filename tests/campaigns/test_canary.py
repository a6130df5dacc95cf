"""The first wave: few at first, everybody else once it is known how it went."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.campaigns import canary, schedule
from outreach.campaigns.fanout import Progress, fan_out_page, finish, next_campaign
from outreach.campaigns.models import Campaign, CampaignState, CanaryState, Exclusion
from outreach.campaigns.plan import still_to_plan
from outreach.campaigns.queries import report
from outreach.campaigns.schedule import Canary
from outreach.delivery import moves
from outreach.delivery.models import Delivery, Message, State
from tests.campaigns.conftest import Place

WAVE = Canary(size=3, share=10)


def waved(place: Place, *languages: str, people: int = 8, wave: Canary = WAVE) -> Campaign:
    """Start a campaign to so many people of each language, and plan its wave."""
    for language in languages:
        for _ in range(people):
            place.add(language)
    campaign = place.sending(*languages, canary=wave)
    assert next_campaign(place.session) == campaign.id
    assert fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE
    return campaign


def planned(place: Place, campaign: Campaign) -> dict[str, int]:
    """Count deliveries by language."""
    rows = place.session.execute(
        select(Message.language, func.count())
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Delivery.batch_id == campaign.batch_id)
        .group_by(Message.language)
    )
    return {language: count for language, count in rows}  # noqa: C416


def become(place: Place, campaign: Campaign, state: State, count: int, language: str = "en") -> int:
    """Let so many waiting deliveries of a language end like this; give how many did."""
    which = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Delivery.batch_id == campaign.batch_id,
            Delivery.state == State.QUEUED,
            Message.language == language,
        )
        .limit(count)
    )
    ids = list(place.session.scalars(which))
    chosen = Delivery.id.in_(ids)
    moves.move(place.session, chosen, [State.QUEUED], State.CLAIMED)
    moves.move(place.session, chosen, [State.CLAIMED], State.SENDING)
    moves.move(place.session, chosen, [State.SENDING], state)
    return len(ids)


def finish_fan_out(place: Place, campaign: Campaign) -> None:
    """Plan everybody who is left."""
    while fan_out_page(place.session, campaign.id, size=4, now=place.now) is Progress.MORE:
        pass


def test_the_wave_has_the_first_of_each_language_and_nobody_else_yet(place: Place) -> None:
    campaign = waved(place, "en", "fr")
    assert planned(place, campaign) == {"en": 3, "fr": 3}
    assert next_campaign(place.session) is None
    assert fan_out_page(place.session, campaign.id, now=place.now) is Progress.NOTHING
    assert canary.judge(place.session, place.now) == {}


def test_who_is_yet_to_follow_the_wave_is_counted(place: Place) -> None:
    campaign = waved(place, "en", "fr")
    place.add("en", paused_until=place.now + timedelta(days=1))
    assert still_to_plan(place.session, campaign, place.now) == 10
    become(place, campaign, State.SENT, 3, "en")
    become(place, campaign, State.SENT, 3, "fr")
    canary.judge(place.session, place.now)
    finish_fan_out(place, campaign)
    assert still_to_plan(place.session, campaign, place.now) == 0


def test_when_the_wave_went_well_everybody_else_follows_once(place: Place) -> None:
    campaign = waved(place, "en", "fr")
    become(place, campaign, State.SENT, 3, "en")
    become(place, campaign, State.SENT, 3, "fr")
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.PASSED}
    finish_fan_out(place, campaign)
    assert planned(place, campaign) == {"en": 8, "fr": 8}
    figures = report(place.session, campaign)
    assert (figures.planned, figures.sent, figures.left_out) == (16, 6, {})
    assert figures.planned_final


def test_one_refusal_in_a_small_wave_holds_nothing(place: Place) -> None:
    campaign = waved(place, "en")
    become(place, campaign, State.FAILED, 1)
    become(place, campaign, State.SENT, 2)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.PASSED}


@pytest.mark.parametrize("bad", [State.FAILED, State.UNCERTAIN])
def test_a_language_that_fails_holds_the_whole_campaign_at_once(place: Place, bad: State) -> None:
    campaign = waved(place, "en", "fr")
    become(place, campaign, bad, 2, "fr")
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.HELD}
    assert campaign.state is CampaignState.PAUSED
    assert campaign.batch.state == "paused"
    assert planned(place, campaign) == {"en": 3, "fr": 3}
    assert canary.judge(place.session, place.now) == {}


def test_a_held_campaign_goes_on_when_a_person_says_so(place: Place) -> None:
    campaign = waved(place, "en")
    become(place, campaign, State.FAILED, 2)
    canary.judge(place.session, place.now)
    schedule.resume(place.session, campaign, place.now)
    assert (campaign.state, campaign.canary) == (CampaignState.SENDING, CanaryState.PASSED)
    become(place, campaign, State.SENT, 1)
    finish_fan_out(place, campaign)
    assert planned(place, campaign) == {"en": 8}


def test_three_languages_with_one_reader_each_hold_when_all_of_them_fail(place: Place) -> None:
    campaign = waved(place, "en", "fr", "es", people=1)
    for language in ("en", "fr", "es"):
        become(place, campaign, State.FAILED, 1, language)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.HELD}


def test_a_wave_of_one_that_fails_holds(place: Place) -> None:
    campaign = waved(place, "en", people=1)
    become(place, campaign, State.FAILED, 1)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.HELD}


def test_a_wave_that_was_withdrawn_is_followed_by_another_one(place: Place) -> None:
    campaign = waved(place, "en")
    everyone = Delivery.batch_id == campaign.batch_id
    moves.end(place.session, everyone, [State.QUEUED], State.CANCELLED, place.now)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.DUE}
    assert fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE
    assert planned(place, campaign) == {"en": 6}
    become(place, campaign, State.SENT, 3)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.PASSED}


def test_readers_of_a_region_that_has_a_text_are_in_no_other_wave(place: Place) -> None:
    for _ in range(5):
        place.add("fr-CA")
    for _ in range(5):
        place.add("fr")
    campaign = place.sending("fr", "fr-CA", canary=WAVE)
    fan_out_page(place.session, campaign.id, now=place.now)
    assert planned(place, campaign) == {"fr": 3, "fr-CA": 3}


def test_a_pause_gives_the_wave_its_time_again(place: Place) -> None:
    campaign = waved(place, "en")
    place.session.execute(update(Delivery).values(tries=1))
    schedule.pause(place.session, campaign, place.now)
    later = place.now + timedelta(hours=12)
    schedule.resume(place.session, campaign, later)
    assert canary.judge(place.session, later + timedelta(seconds=1)) == {}
    assert canary.judge(place.session, later + canary.PATIENCE) == {campaign.id: CanaryState.HELD}


def test_a_share_within_the_limit_goes_on(place: Place) -> None:
    campaign = waved(place, "en", people=30, wave=Canary(size=20, share=10))
    become(place, campaign, State.FAILED, 2)
    become(place, campaign, State.SENT, 18)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.PASSED}


def test_who_is_put_off_too_long_counts_as_failed_and_who_was_not_tried_is_waited_for(
    place: Place,
) -> None:
    campaign = waved(place, "en")
    become(place, campaign, State.SENT, 1)
    late = place.now + canary.PATIENCE
    assert canary.judge(place.session, late) == {}
    place.session.execute(update(Delivery).where(Delivery.state == State.QUEUED).values(tries=1))
    assert canary.judge(place.session, late - timedelta(seconds=1)) == {}
    assert canary.judge(place.session, late) == {campaign.id: CanaryState.HELD}


def test_a_wave_in_which_nobody_is_left_lets_the_others_follow(place: Place) -> None:
    place.add("de")
    campaign = place.sending("en", canary=WAVE)
    assert fan_out_page(place.session, campaign.id, now=place.now) is Progress.MORE
    assert planned(place, campaign) == {}
    assert campaign.canary is CanaryState.PASSED
    finish_fan_out(place, campaign)
    assert planned(place, campaign) == {"en": 1}


def test_regions_belong_to_the_wave_of_their_language_and_the_left_out_do_not(
    place: Place,
) -> None:
    place.add("fr", paused_until=place.now + timedelta(days=1))
    place.suppress(place.add("fr"))
    for _ in range(3):
        place.add("fr-CA")
    campaign = place.sending("fr", canary=WAVE)
    fan_out_page(place.session, campaign.id, now=place.now)
    assert planned(place, campaign) == {"fr": 3}
    assert place.session.scalars(select(Exclusion.reason)).all() == []
    become(place, campaign, State.SENT, 3, "fr")
    canary.judge(place.session, place.now)
    finish_fan_out(place, campaign)
    assert len(report(place.session, campaign).left_out) == 2
    assert finish(place.session, place.now) == [campaign.id]


def test_a_campaign_without_a_wave_reaches_everybody_at_once(place: Place) -> None:
    place.add()
    campaign = place.sending(canary=Canary(0, 10))
    assert campaign.canary is CanaryState.NONE
    finish_fan_out(place, campaign)
    assert planned(place, campaign) == {"en": 1}


def test_by_their_own_time_all_are_planned_and_the_first_that_fail_hold_it(place: Place) -> None:
    for _ in range(30):
        place.add()
    campaign = place.sending(canary=Canary(size=20, share=10), local_time=True)
    finish_fan_out(place, campaign)
    assert planned(place, campaign) == {"en": 30}
    become(place, campaign, State.SENT, 5)
    become(place, campaign, State.FAILED, 4)
    assert canary.judge(place.session, place.now) == {}
    become(place, campaign, State.FAILED, 1)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.HELD}


def test_by_their_own_time_a_good_beginning_is_enough(place: Place) -> None:
    for _ in range(30):
        place.add()
    campaign = place.sending(canary=Canary(size=20, share=10), local_time=True)
    finish_fan_out(place, campaign)
    become(place, campaign, State.SENT, 19)
    assert canary.judge(place.session, place.now) == {}
    become(place, campaign, State.FAILED, 1)
    assert canary.judge(place.session, place.now) == {campaign.id: CanaryState.PASSED}
