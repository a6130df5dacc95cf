"""Sends and signs of life for the tests of the desk: rows as worker and clock leave them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.campaigns.models import Campaign, CampaignState
from outreach.db import beats
from outreach.db.models import Heartbeat
from outreach.delivery.models import (
    Batch,
    BatchState,
    Message,
    Occasion,
    State,
    Stream,
    Tally,
    Worker,
)
from tests.web.visitor import Visitor


@dataclass(frozen=True)
class Send:
    """A campaign as a test wants it."""

    title: str
    state: CampaignState
    send_at: datetime
    counts: Mapping[State, int] = field(default_factory=dict)
    planned_final: bool = True
    subject: str = ""
    """Of its mail; the title where none is given."""


def add_send(site: Visitor, send: Send) -> int:
    """Enter a campaign with its counters; give its number."""
    with site.services.database.transaction() as session:
        return _enter(session, send)


def _enter(session: Session, send: Send) -> int:
    number = session.scalar(select(func.count()).select_from(Campaign))
    begun = send.send_at if send.counts else None
    ended = send.state in (CampaignState.SENT, CampaignState.CANCELLED)
    occasion = Occasion(name=f"occasion {number} of {send.title}")
    batch = Batch(
        name=f"batch {number} of {send.title}",
        stream=Stream.BULK,
        state=BatchState.PAUSED if send.state is CampaignState.PAUSED else BatchState.OPEN,
        planned_final=send.planned_final,
        created_at=send.send_at,
        first_sent_at=begun,
    )
    session.add_all([occasion, batch])
    session.flush()
    subject = send.subject or send.title
    message = Message(
        batch_id=batch.id, language="en", subject=subject, html="", text="", content=b""
    )
    session.add(message)
    session.flush()
    for state, count in send.counts.items():
        session.add(
            Tally(batch_id=batch.id, message_id=message.id, state=state, slot=0, count=count)
        )
    campaign = Campaign(
        occasion_id=occasion.id,
        batch_id=batch.id,
        topic_id=session.scalars(select(Topic.id).limit(1)).one(),
        title=send.title,
        state=send.state,
        send_at=send.send_at,
        zone="Europe/Paris",
        chains={},
        default_language="en",
        checksum="0" * 64,
        created_at=send.send_at,
        started_at=begun,
        ended_at=send.send_at if ended else None,
    )
    session.add(campaign)
    session.flush()
    return campaign.id


def everybody_works(site: Visitor) -> None:
    """Let a worker and a clock give a sign of life."""
    with site.services.database.transaction() as session:
        session.execute(delete(Worker))
        session.execute(delete(Heartbeat))
        now = site.watch()
        session.add(
            Worker(
                host="engine/4026531836",
                process=4711,
                started_at=now - timedelta(hours=2),
                beat_at=datetime.now(UTC) + timedelta(hours=1),  # judged by the database's clock
                ended_at=None,
            )
        )
        beats.beat(session, f"{beats.CLOCK}tower", now)
