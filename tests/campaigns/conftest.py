"""A small audience, and an edition to send to it."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.audience.models import Subscriber, Subscription, SubscriptionState, Topic
from outreach.campaigns import schedule
from outreach.campaigns.languages import Languages
from outreach.campaigns.models import Campaign
from outreach.campaigns.schedule import Frozen
from outreach.db.database import Database
from outreach.delivery.models import Address, Occasion, Suppression, SuppressionReason
from outreach.mail.compiled import Headers, Mailbox, compile_message
from outreach.mail.compose import Composed

CHAINS = {"fr": ["fr", "en"], "es": ["es", "en"], "en": ["en"]}
HEADERS = Headers(
    sender=Mailbox("news@example.org", "News"), bulk=True, list_id=("News", "news.example.org")
)


@dataclass
class Place:
    """One topic, one edition's occasion, and whoever is added."""

    session: Session
    now: datetime
    topic: Topic
    occasion: Occasion
    people: list[Subscriber] = field(default_factory=list)

    def add(
        self,
        language: str = "en",
        state: SubscriptionState = SubscriptionState.CONFIRMED,
        **profile: Any,  # noqa: ANN401  (columns of Subscriber)
    ) -> Subscriber:
        """Add a person who has the topic."""
        name = f"person{len(self.people)}@example.org"
        address = Address(
            address=name,
            normal=name,
            domain="example.org",
            hash=hashlib.sha256(name.encode()).digest(),
        )
        self.session.add(address)
        self.session.flush()
        person = Subscriber(
            reference=f"reference-{len(self.people)}",
            address_id=address.id,
            language=language,
            created_at=self.now,
            **profile,
        )
        self.session.add(person)
        self.session.flush()
        self.session.add(
            Subscription(
                topic_id=self.topic.id, subscriber_id=person.id, state=state, changed_at=self.now
            )
        )
        self.session.flush()
        self.people.append(person)
        return person

    def suppress(self, person: Subscriber) -> None:
        """Put the person's address among those not to be mailed."""
        address = self.session.get_one(Address, person.address_id)
        self.session.add(
            Suppression(hash=address.hash, reason=SuppressionReason.STAFF, at=self.now)
        )
        self.session.flush()

    def campaign(
        self,
        *available: str,
        body: str = "Hello",
        send_at: datetime | None = None,
        **narrower: Any,  # noqa: ANN401  (fields of Frozen)
    ) -> Campaign:
        """Schedule the edition in these languages (English if none is named)."""
        messages = {language: message(language, body) for language in available or ("en",)}
        frozen = Frozen(
            title="wrm/2020-07",
            occasion=self.occasion,
            topic=self.topic,
            messages=messages,
            languages=Languages(frozenset(messages), "en", CHAINS),
            send_at=send_at or self.now,
            zone="Europe/Paris",
            checksum="0" * 64,
        )
        frozen = replace(frozen, **narrower)
        return schedule.create(self.session, frozen, self.now)

    def sending(
        self,
        *available: str,
        body: str = "Hello",
        **narrower: Any,  # noqa: ANN401  (fields of Frozen)
    ) -> Campaign:
        """Schedule the edition and start it."""
        made = self.campaign(*available, body=body, **narrower)
        schedule.start_due(self.session, self.now)
        return made


def message(language: str, body: str) -> tuple[Composed, bytes]:
    """Compose and compile a small message."""
    composed = Composed(
        language=language,
        subject="July",
        preheader="News of July",
        title="July",
        html=f"<p>{body}</p>",
        text=body,
        fields=frozenset(),
    )
    return composed, compile_message(composed, HEADERS)


def found_place(session: Session, now: datetime) -> Place:
    """Make the topic and the occasion."""
    topic = Topic(slug="news", position=1, active=True, names={"en": "News"}, descriptions={})
    occasion = Occasion(name="edition:wrm/2020-07")
    session.add_all([topic, occasion])
    session.flush()
    return Place(session, now, topic, occasion)


@pytest.fixture
def place(database: Database, now: datetime) -> Any:  # noqa: ANN401
    """Give the place within one open transaction."""
    with database.transaction() as session:
        yield found_place(session, now)
