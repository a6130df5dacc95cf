"""What a worker does, step by step."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, func, select, update

from outreach.audience.models import Subscription
from outreach.bootstrap import Services, boot
from outreach.campaigns import queries, reports, schedule
from outreach.campaigns.models import CampaignState
from outreach.db import beats
from outreach.delivery.batches import PAGE as LARGEST_PAGE
from outreach.delivery.models import Delivery, State
from outreach.errors import Refused
from outreach.links import Purpose
from outreach.settings import Settings
from outreach.worker.steps import (
    PAGE_SECONDS,
    SMALLEST_PAGE,
    Shift,
    drain_unsubscribes,
    fan_out,
    finish,
    next_size,
    read_mailbox,
    steps_for,
    summarise,
)
from tests.campaigns.conftest import found_place


@pytest.fixture
def shift(settings: Settings) -> Iterator[Shift]:
    """Give a shift around the fresh database."""
    services = boot(settings)
    yield Shift(services, Event())
    services.close()


def sending(services: Services, people: int) -> int:
    """Start a campaign to some people; give its number."""
    with services.database.transaction() as session:
        place = found_place(session, services.clock())
        for _ in range(people):
            place.add()
        return place.sending().id


def state_of(services: Services, campaign: int) -> str:
    with services.database.reading() as session:
        return queries.campaign(session, campaign).state


def test_fan_out_plans_everybody_and_then_finds_nothing(shift: Shift) -> None:
    sending(shift.services, 120)
    assert fan_out(shift)
    assert not fan_out(shift)
    with shift.services.database.reading() as session:
        assert session.scalar(select(func.count(Delivery.id))) == 120


def test_fan_out_begins_nothing_once_it_is_told_to_stop(shift: Shift) -> None:
    sending(shift.services, 3)
    shift.stop.set()
    assert not fan_out(shift)
    with shift.services.database.reading() as session:
        assert session.scalar(select(func.count(Delivery.id))) == 0


def test_a_campaign_to_nobody_is_fanned_out_and_finished(shift: Shift) -> None:
    campaign = sending(shift.services, 0)
    assert not finish(shift)
    assert fan_out(shift)
    assert finish(shift)
    assert state_of(shift.services, campaign) == CampaignState.SENT
    assert not finish(shift)


def test_a_page_that_takes_too_long_is_followed_by_a_smaller_one() -> None:
    assert next_size(400, PAGE_SECONDS * 2) == 200
    assert next_size(SMALLEST_PAGE, PAGE_SECONDS * 100) == SMALLEST_PAGE
    assert next_size(400, PAGE_SECONDS / 10) > 400
    assert next_size(LARGEST_PAGE, 0) == LARGEST_PAGE
    assert next_size(400, PAGE_SECONDS * 0.9) == 400


def test_a_mail_to_the_unsubscribe_address_is_read_and_carried_out(
    shift: Shift, tmp_path: Path
) -> None:
    campaign = sending(shift.services, 1)
    fan_out(shift)
    with shift.services.database.reading() as session:
        person, topic = session.execute(
            select(Subscription.subscriber_id, Subscription.topic_id)
        ).one()
        batch = queries.campaign(session, campaign).batch_id
    token = shift.services.links.token(Purpose.UNSUBSCRIBE, person, topic, batch)
    box = tmp_path / "mailbox"
    (box / "new").mkdir(parents=True)
    (box / "new" / "1.host").write_text(f"To: in+u-{token}@news.example.org\n\nunsubscribe\n")
    settings = replace(
        shift.services.settings,
        mailbox_url=f"maildir:{box}",
        mailbox_address="in@news.example.org",
    )
    shift = replace(shift, services=replace(shift.services, settings=settings))
    assert read_mailbox(shift)
    assert drain_unsubscribes(shift)
    assert not read_mailbox(shift)
    assert not drain_unsubscribes(shift)
    with shift.services.database.reading() as session:
        assert beats.last(session, beats.mailbox("in@news.example.org")) is not None
    with shift.services.database.reading() as session:
        assert session.scalars(select(Subscription.state)).all() == ["unsubscribed"]
        assert session.scalars(select(Delivery.state)).all() == [State.CANCELLED]


def test_a_mailbox_that_cannot_be_read_leaves_no_sign_of_life(shift: Shift) -> None:
    settings = replace(
        shift.services.settings,
        mailbox_url="imaps://in:x@127.0.0.1:1/INBOX",
        mailbox_address="in@news.example.org",
    )
    shift = replace(shift, services=replace(shift.services, settings=settings))
    with pytest.raises(Refused):
        read_mailbox(shift)
    with shift.services.database.reading() as session:
        assert beats.last(session, beats.mailbox("in@news.example.org")) is None


def test_the_mailbox_is_read_only_where_there_is_one(shift: Shift) -> None:
    without = {step.name for step in steps_for(shift.services)}
    settings = replace(shift.services.settings, mailbox_url="maildir:/nowhere")
    with_mailbox = {step.name for step in steps_for(replace(shift.services, settings=settings))}
    assert with_mailbox - without == {"read mailbox", "drain unsubscribe mail", "drain replies"}


def test_reports_are_summed_up_when_something_moved_and_then_nothing_is_due(shift: Shift) -> None:
    assert not summarise(shift)
    campaign = sending(shift.services, 5)
    fan_out(shift)
    assert summarise(shift)
    assert not summarise(shift)
    with shift.services.database.reading() as session:
        found = reports.stored(session, campaign)
    assert found is not None
    assert [(line.domain, line.states) for line in found.domains] == [
        ("example.org", {State.QUEUED: 5})
    ]


def test_a_long_look_at_deliveries_keeps_no_writer_waiting(shift: Shift) -> None:
    """While a report is being read, others write; what it tells is of before they did."""
    database = shift.services.database
    campaign = sending(shift.services, 3)
    fan_out(shift)
    looks: list[int] = []

    def write_meanwhile(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT") and not looks:
            looks.append(1)
            with database.transaction() as session:
                session.execute(update(Delivery).values(state=State.FAILED))

    event.listen(database.engine, "after_cursor_execute", write_meanwhile)
    found = reports.summarise(database, campaign, shift.services.clock())
    event.remove(database.engine, "after_cursor_execute", write_meanwhile)
    assert looks
    assert [line.states for line in found.domains] == [{State.QUEUED: 3}]


def test_a_campaign_that_cannot_be_planned_keeps_no_other_waiting(shift: Shift) -> None:
    with shift.services.database.transaction() as session:
        place = found_place(session, shift.services.clock())
        place.add()
        broken = place.campaign(send_at=place.now)
        broken.segment_rule = {"nonsense": True}
        healthy = place.campaign(send_at=place.now)
        schedule.start_due(session, place.now)
        numbers = broken.id, healthy.id
    with pytest.raises(Refused):
        fan_out(shift)
    with shift.services.database.reading() as session:
        planned = [
            queries.report(session, queries.campaign(session, one)).planned for one in numbers
        ]
    assert planned == [0, 1]
