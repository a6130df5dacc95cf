"""A large audience and a long history of campaigns, written by the database itself.

Half of the subscribers read English, three tenths French, the rest Spanish. Each campaign has a
delivery for everybody, a hundredth of which failed.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach.audience.models import Topic
from outreach.bootstrap import Services
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.schedule import Frozen, create
from outreach.db.rows import UtcDateTime
from outreach.delivery import batches
from outreach.delivery.models import Delivery, Message, Occasion, State, Stream, Tally
from outreach.mail.compiled import Headers, Mailbox, compile_message
from outreach.mail.compose import Composed

LANGUAGES = ("en", "fr", "es")
HEADERS = Headers(sender=Mailbox("news@example.org", "News"), list_id=("News", "n.example.org"))
NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
    "WHERE n < :count)",
    "postgresql": "WITH numbers AS (SELECT generate_series(1, :count) AS n)",
}
DIGEST = {
    "sqlite": "CAST(printf('%032d', n) AS BLOB)",
    "postgresql": "convert_to(lpad(CAST(n AS TEXT), 32, '0'), 'UTF8')",
}


def add_people(services: Services, topic: str, count: int, now: datetime) -> None:
    """Add so many confirmed subscribers of a topic, with countries and zones."""
    with services.database.transaction() as session:
        dialect = session.get_bind().dialect.name
        topic_id = session.query(Topic.id).filter_by(slug=topic).scalar()
        numbers = NUMBERS[dialect]
        values: dict[str, object] = {"count": count, "topic": topic_id}
        session.execute(
            text(
                f"INSERT INTO addresses (id, address, normal, domain, hash) {numbers} SELECT n, "  # noqa: S608
                "'reader' || n || '@example.org', 'reader' || n || '@example.org', "
                "CASE n % 7 WHEN 0 THEN 'example.net' WHEN 1 THEN 'example.com' "
                f"ELSE 'example.org' END, {DIGEST[dialect]} FROM numbers"
            ),
            values,
        )
        values["now"] = kept(session, now)
        session.execute(
            text(
                "INSERT INTO subscribers (id, reference, address_id, first_name, last_name, "
                "language, time_zone, country, organisation, source, created_at) "
                "SELECT id, 'reference-' || id, id, 'Zoé', 'Reader ' || id, "
                "CASE WHEN id % 10 < 5 THEN 'en' WHEN id % 10 < 8 THEN 'fr' ELSE 'es' END, "
                "CASE id % 4 WHEN 0 THEN 'Europe/Paris' WHEN 1 THEN 'America/Lima' ELSE '' END, "
                "CASE id % 5 WHEN 0 THEN 'FR' WHEN 1 THEN 'PE' WHEN 2 THEN 'ZA' ELSE '' END, "
                "'', 'form', :now FROM addresses"
            ),
            values,
        )
        session.execute(
            text(
                "INSERT INTO subscriptions (topic_id, subscriber_id, state, changed_at) "
                "SELECT :topic, id, 'confirmed', :now FROM subscribers"
            ),
            values,
        )


def kept(session: Session, moment: datetime) -> object:
    """Give a moment as this database keeps it."""
    return UtcDateTime().process_bind_param(moment, session.get_bind().dialect)


def add_campaign(services: Services, occasion: str, topic: str, sent_at: datetime) -> int:
    """Add a campaign that has reached everybody of the topic; give its id."""
    with services.database.transaction() as session:
        campaign = _campaign(session, occasion, topic, sent_at)
        messages = select(Message.language, Message.id).where(Message.batch_id == campaign.batch_id)
        numbers = {row.language: row.id for row in session.execute(messages)}
        session.execute(
            text(
                "INSERT INTO deliveries (batch_id, message_id, occasion_id, address_id, recipient, "
                "stream, state, reason, tries, due_at, ended_at) SELECT :batch, "
                "CASE language WHEN 'en' THEN :en WHEN 'fr' THEN :fr ELSE :es END, :occasion, "
                "address_id, id, :stream, CASE WHEN id % 100 = 0 THEN :failed ELSE :sent END, "
                "1, 1, :now, :now FROM subscribers"
            ),
            {
                **numbers,
                "batch": campaign.batch_id,
                "occasion": campaign.occasion_id,
                "stream": int(Stream.BULK),
                "failed": int(State.FAILED),
                "sent": int(State.SENT),
                "now": kept(session, sent_at),
            },
        )
        _count(session, campaign)
        return campaign.id


def _campaign(session: Session, occasion: str, topic: str, sent_at: datetime) -> Campaign:
    campaign = create(
        session,
        Frozen(
            title=occasion.removeprefix("edition:"),
            occasion=session.get_one(Occasion, batches.remember_occasion(session, occasion)),
            topic=session.query(Topic).filter_by(slug=topic).one(),
            messages={language: _message(language) for language in LANGUAGES},
            languages=Languages(frozenset(LANGUAGES), "en"),
            send_at=sent_at,
            zone="Europe/Paris",
            checksum="0" * 64,
        ),
        sent_at - timedelta(days=1),
    )
    campaign.move(CampaignState.SENDING, sent_at)
    campaign.move(CampaignState.SENT, sent_at + timedelta(hours=1))
    campaign.batch.first_sent_at = sent_at
    batches.finish_planning(session, campaign.batch)
    session.flush()
    return campaign


def _message(language: str) -> tuple[Composed, bytes]:
    composed = Composed(language, "News", "Preheader", "News", "<p>News</p>", "News", frozenset())
    return composed, compile_message(composed, HEADERS)


def _count(session: Session, campaign: Campaign) -> None:
    """Count once what workers would have counted one by one."""
    rows = session.query(Delivery.message_id, Delivery.state, text("count(*)")).filter_by(
        batch_id=campaign.batch_id
    )
    for message, state, count in rows.group_by(Delivery.message_id, Delivery.state):
        session.add(
            Tally(batch_id=campaign.batch_id, message_id=message, state=state, slot=0, count=count)
        )
