"""An organisation that sends: people, a campaign, and servers that answer in many ways."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

from sqlalchemy import select

from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.campaigns import queries, reports, schedule
from outreach.campaigns.schedule import NO_CANARY, Canary
from outreach.campaigns.summary import Summary
from outreach.clock.run import turn_once
from outreach.delivery import moves
from outreach.delivery.batches import all_of
from outreach.delivery.models import Address, Delivery, Outcome, State
from outreach.newsletters.publish import ScheduleRequest, schedule_edition
from outreach.worker import run as worker
from outreach.worker.steps import Shift, fan_out, steps_for, summarise
from tests.web.visitor import Visitor

EDITION = "wrm/2020-07"
ROADS: dict[State, list[State]] = {
    State.SENT: [State.CLAIMED, State.SENDING, State.SENT],
    State.BOUNCED: [State.CLAIMED, State.SENDING, State.SENT, State.BOUNCED],
    State.COMPLAINED: [State.CLAIMED, State.SENDING, State.SENT, State.COMPLAINED],
    State.FAILED: [State.CLAIMED, State.SENDING, State.FAILED],
    State.UNCERTAIN: [State.CLAIMED, State.SENDING, State.UNCERTAIN],
    State.SUPPRESSED: [State.SUPPRESSED],
    State.CANCELLED: [State.CANCELLED],
    State.SENDING: [State.CLAIMED, State.SENDING],
    State.QUEUED: [],
}
"""How a delivery comes into a state."""


def invite(site: Visitor, count: int, languages: Sequence[str] = ("en", "fr", "es")) -> None:
    """Let that many people subscribe to the news."""
    now = site.watch()
    with site.services.database.transaction() as session:
        topic = session.scalars(select(Topic).where(Topic.slug == "news")).one()
        for number in range(count):
            domain = f"domain{number % 7}.example"
            name = f"reader{number}@{domain}"
            address = Address(
                address=name,
                normal=name,
                domain=domain,
                hash=hashlib.sha256(name.encode()).digest(),
            )
            session.add(address)
            session.flush()
            person = Subscriber(
                reference=f"reader-{number}",
                address_id=address.id,
                language=languages[number % len(languages)],
                created_at=now,
            )
            session.add(person)
            session.flush()
            confirmed = SubscriptionState.CONFIRMED
            session.add(
                Subscription(
                    topic_id=topic.id, subscriber_id=person.id, state=confirmed, changed_at=now
                )
            )


def schedule_campaign(site: Visitor, *, hours: float = 0, canary: Canary = NO_CANARY) -> int:
    """Schedule the sample's edition; give the campaign's number."""
    services, now = site.services, site.watch()
    at = now + timedelta(hours=hours)
    request = ScheduleRequest(EDITION, "news", at, "Europe/Paris", canary=canary)
    with services.database.transaction() as session:
        return schedule_edition(session, services.stationery, services.links, request, now).id


def begin(site: Visitor, *, canary: Canary = NO_CANARY) -> int:
    """Start a campaign and gather its recipients, or its first wave; nothing is sent yet."""
    number = schedule_campaign(site, canary=canary)
    with site.services.database.transaction() as session:
        schedule.start_due(session, site.watch())
    fan_out(Shift(site.services, Event()))
    return number


def settle(site: Visitor, number: int, *states: State, words: str = "") -> None:
    """Bring the next queued deliveries of a campaign into these states, as a sender would."""
    now = site.watch()
    with site.services.database.transaction() as session:
        batch = queries.campaign(session, number).batch
        queued = select(Delivery.id).where(all_of(batch), Delivery.state == State.QUEUED)
        ids = session.scalars(queued.order_by(Delivery.id).limit(len(states))).all()
        assert len(ids) == len(states)
        for one, state in zip(ids, states, strict=True):
            before = State.QUEUED
            for step in ROADS[state]:
                ended = None if step in (State.CLAIMED, State.SENDING) else now
                moves.move(session, Delivery.id == one, [before], step, ended_at=ended)
                before = step
            if state in (State.SENT, State.BOUNCED, State.COMPLAINED):
                batch.first_sent_at = batch.first_sent_at or now
        session.flush()
        if words:
            code, _, rest = words.partition(" ")
            enhanced, _, reply = rest.partition(" ")
            session.add_all(
                Outcome(
                    delivery_id=one,
                    at=now,
                    state=state,
                    code=int(code),
                    enhanced=enhanced,
                    reply=reply,
                )
                for one, state in zip(ids, states, strict=True)
            )


def work(site: Visitor) -> None:
    """Let the clock turn and a worker drain everything into the maildir."""
    turn_once(site.services)
    assert worker.run(site.services, steps_for(site.services), Event(), until_idle=True)


def sum_up(site: Visitor) -> bool:
    """Let the worker write the reports that are due."""
    return summarise(Shift(site.services, Event()))


def report_of(site: Visitor, number: int) -> Summary:
    """Give the report as it is stored."""
    with site.services.database.reading() as session:
        found = reports.stored(session, number)
    assert found is not None
    return found
