"""Fan-out: everybody once, in their language, whatever happens on the way."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.audience.models import Method, Subscription, SubscriptionState
from outreach.audience.unsubscribe import one_click
from outreach.campaigns import schedule
from outreach.campaigns.fanout import Progress, fan_out_page, finish, next_campaign
from outreach.campaigns.models import (
    Campaign,
    CampaignState,
    Exclusion,
    ExclusionReason,
    LanguageReason,
)
from outreach.campaigns.queries import language_reasons, report
from outreach.db.database import Database
from outreach.delivery import batches
from outreach.delivery.models import Delivery, Message, State, Tally
from outreach.errors import Refused
from tests.campaigns.conftest import Place, found_place

FIELDS = "[[ first_name | friend ]] from [[ country | afar ]]"


def everything(place: Place, campaign: Campaign, *, size: int = 500) -> int:
    """Fan out to the end; give the number of pages."""
    pages = 0
    while (
        progress := fan_out_page(place.session, campaign.id, size=size, now=place.now)
    ) is Progress.MORE:
        pages += 1
    assert progress is Progress.DONE
    return pages


def deliveries(session: Session, campaign: Campaign) -> dict[int, tuple[str, int, str | None]]:
    """Give language, reason and fields of each recipient's delivery."""
    rows = session.execute(
        select(Delivery.recipient, Message.language, Delivery.reason, Delivery.fields)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.batch_id == campaign.batch_id)
    )
    return {recipient: (language, reason, fields) for recipient, language, reason, fields in rows}


def exclusions(session: Session, campaign: Campaign) -> dict[int, ExclusionReason]:
    """Give the reason of whoever was left out."""
    rows = session.execute(
        select(Exclusion.subscriber_id, Exclusion.reason).where(
            Exclusion.campaign_id == campaign.id
        )
    )
    return {number: reason for number, reason in rows}  # noqa: C416


def test_everybody_gets_their_language_and_the_reason_is_kept(place: Place) -> None:
    french, regional, spanish = place.add("fr"), place.add("fr-CA"), place.add("es")
    campaign = place.sending("en", "fr")
    assert everything(place, campaign, size=2) == 2
    assert deliveries(place.session, campaign) == {
        french.id: ("fr", LanguageReason.EXACT, None),
        regional.id: ("fr", LanguageReason.BASE, None),
        spanish.id: ("en", LanguageReason.FALLBACK, None),
    }
    assert language_reasons(place.session, campaign) == {
        ("en", LanguageReason.FALLBACK): 1,
        ("fr", LanguageReason.EXACT): 1,
        ("fr", LanguageReason.BASE): 1,
    }
    assert report(place.session, campaign).planned_final


def test_only_the_personal_fields_that_the_message_uses_are_copied(place: Place) -> None:
    known = place.add("fr", first_name="Zoë", last_name="Roy", country="DE", organisation="WRM")
    nameless = place.add("fr")
    campaign = place.sending("fr", body=FIELDS)
    everything(place, campaign)
    found = deliveries(place.session, campaign)
    assert json.loads(found[known.id][2] or "") == {"first_name": "Zoë", "country": "Allemagne"}
    assert found[nameless.id][2] is None


def test_whoever_is_left_out_is_written_down_with_the_reason(place: Place) -> None:
    pending = place.add(state=SubscriptionState.PENDING)
    paused = place.add(paused_until=place.now + timedelta(days=1))
    suppressed = place.add()
    place.suppress(suppressed)
    place.add(state=SubscriptionState.UNSUBSCRIBED)
    place.add(left_at=place.now)
    campaign = place.sending()
    everything(place, campaign)
    assert deliveries(place.session, campaign) == {}
    assert exclusions(place.session, campaign) == {
        pending.id: ExclusionReason.UNCONFIRMED,
        paused.id: ExclusionReason.PAUSED,
        suppressed.id: ExclusionReason.SUPPRESSED,
    }
    assert report(place.session, campaign).left_out == {
        ExclusionReason.SUPPRESSED: 1,
        ExclusionReason.PAUSED: 1,
        ExclusionReason.UNCONFIRMED: 1,
    }


def test_two_campaigns_of_one_edition_reach_nobody_twice(place: Place) -> None:
    early = place.add()
    first = place.sending()
    everything(place, first)
    late = place.add()
    second = place.sending()
    everything(place, second)
    assert deliveries(place.session, second).keys() == {late.id}
    assert exclusions(place.session, second) == {early.id: ExclusionReason.ALREADY_REACHED}


def test_a_campaign_nobody_is_in_is_sent_at_once(place: Place) -> None:
    campaign = place.sending()
    everything(place, campaign)
    assert finish(place.session, place.now) == [campaign.id]
    assert campaign.state == CampaignState.SENT


def test_a_campaign_is_sent_only_when_the_plan_is_final_and_nothing_waits(place: Place) -> None:
    place.add()
    campaign = place.sending()
    fan_out_page(place.session, campaign.id, now=place.now)
    assert finish(place.session, place.now) == []
    everything(place, campaign)
    assert finish(place.session, place.now) == []
    place.session.execute(update(Tally).values(state=State.SENT))
    assert finish(place.session, place.now) == [campaign.id]
    assert finish(place.session, place.now) == []


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CANCELLED])
def test_a_campaign_that_is_held_is_not_fanned_out(place: Place, state: CampaignState) -> None:
    place.add()
    campaign = place.sending()
    campaign.move(state, place.now)
    place.session.flush()
    assert next_campaign(place.session) is None
    assert fan_out_page(place.session, campaign.id, now=place.now) is Progress.NOTHING


def test_whoever_leaves_between_two_pages_is_not_planned(place: Place) -> None:
    place.add()
    leaving = place.add()
    campaign = place.sending()
    fan_out_page(place.session, campaign.id, size=1, now=place.now)
    place.session.execute(
        update(Subscription)
        .where(Subscription.subscriber_id == leaving.id)
        .values(state=SubscriptionState.UNSUBSCRIBED)
    )
    everything(place, campaign)
    assert leaving.id not in deliveries(place.session, campaign)


FAN_OUT = """
import sys
from datetime import datetime, timezone
from outreach.campaigns.fanout import fan_out_page, next_campaign
from outreach.db.database import Database

database = Database(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
while True:
    with database.reading() as session:
        campaign = next_campaign(session)
    if campaign is None:
        break
    with database.transaction() as session:
        fan_out_page(session, campaign, size=20, now=now)
    database.breathe()
"""


def test_after_kill_9_at_any_moment_nobody_is_lost_and_nobody_is_doubled(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        place = found_place(session, now)
        for number in range(1200):
            place.add(
                ("en", "fr", "es")[number % 3],
                SubscriptionState.PENDING if number % 7 == 0 else SubscriptionState.CONFIRMED,
            )
        campaign = place.sending("en", "fr")
    command = [sys.executable, "-c", FAN_OUT, database.url, now.isoformat()]
    cursor = 0
    for round_number in range(5):
        process = subprocess.Popen(command)
        while process.poll() is None and _cursor(database, campaign) == cursor:
            time.sleep(0.001)
        time.sleep(0.004 * round_number)
        process.kill()
        process.wait()
        cursor = _cursor(database, campaign)
    assert 0 < cursor < campaign_end(place), "the process was never cut off midway"
    subprocess.run(command, check=True, timeout=60)
    with database.reading() as session:
        found = deliveries(session, campaign)
        left_out = exclusions(session, campaign)
        counted = session.scalar(select(func.count()).where(Delivery.batch_id == campaign.batch_id))
        figures = report(session, session.get_one(Campaign, campaign.id))
    assert found.keys() | left_out.keys() == {person.id for person in place.people}
    assert not found.keys() & left_out.keys()
    assert counted == len(found) == figures.planned == figures.waiting
    assert figures.left_out == {ExclusionReason.UNCONFIRMED: len(left_out)}
    assert figures.planned_final


def test_two_workers_that_fan_out_one_campaign_reach_everybody_once(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        place = found_place(session, now)
        for _ in range(400):
            place.add()
        campaign = place.sending()
    command = [sys.executable, "-c", FAN_OUT, database.url, now.isoformat()]
    both = [subprocess.Popen(command), subprocess.Popen(command)]
    assert [process.wait(60) for process in both] == [0, 0]
    with database.reading() as session:
        assert deliveries(session, campaign).keys() == {person.id for person in place.people}
        assert exclusions(session, campaign) == {}
        assert report(session, session.get_one(Campaign, campaign.id)).planned == 400


def test_whoever_leaves_while_their_page_is_being_written_gets_nothing(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        place = found_place(session, now)
        person, topic = place.add().id, place.topic.id
        campaign = place.sending()

    def leave() -> None:
        with database.transaction() as session:
            one_click(session, person, topic, campaign.batch_id, now, Method.ONE_CLICK)

    leaving = Thread(target=leave)
    with database.transaction() as session:
        fan_out_page(session, campaign.id, now=now)
        leaving.start()
        leaving.join(0.5)
    leaving.join()
    with database.reading() as session:
        states = session.scalars(select(Delivery.state)).all()
    assert states == [State.CANCELLED]


def campaign_end(place: Place) -> int:
    """Give the cursor of a campaign that is through."""
    return max(person.id for person in place.people)


def _cursor(database: Database, campaign: Campaign) -> int:
    with database.reading() as session:
        return session.scalars(select(Campaign.cursor).where(Campaign.id == campaign.id)).one()


def test_what_a_cancelled_campaign_has_still_queued_is_sent_by_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 2)
    people = {place.add().id for _ in range(5)}
    first = place.sending()
    everything(place, first)
    schedule.cancel(place.session, first, place.now)
    assert report(place.session, first).waiting == 3
    second = place.sending()
    everything(place, second)
    assert deliveries(place.session, second).keys() == people
    assert report(place.session, second).left_out == {}
    assert report(place.session, first).cancelled == 5
    assert batches.cancel_page(place.session, first.batch_id, place.now) == 0


def test_beside_a_paused_campaign_with_mails_waiting_nothing_is_scheduled(place: Place) -> None:
    place.add()
    first = place.sending()
    everything(place, first)
    schedule.pause(place.session, first, place.now)
    with pytest.raises(Refused, match="is paused, and 1 of its mails wait"):
        place.campaign()
    schedule.cancel(place.session, first, place.now)
    second = place.sending()
    everything(place, second)
    assert report(place.session, second).planned == 1


def test_by_their_own_time_a_break_counts_as_it_will_be_then(place: Place) -> None:
    place.now = datetime(2026, 11, 23, 20, tzinfo=UTC)
    back = place.add(time_zone="Europe/Paris", paused_until=place.now + timedelta(hours=4))
    away = place.add(time_zone="Europe/Paris", paused_until=place.now + timedelta(hours=24))
    campaign = place.campaign(send_at=datetime(2026, 11, 24, 9, tzinfo=UTC), local_time=True)
    schedule.start_due(place.session, place.now)
    everything(place, campaign)
    assert deliveries(place.session, campaign).keys() == {back.id}
    assert exclusions(place.session, campaign) == {away.id: ExclusionReason.PAUSED}
