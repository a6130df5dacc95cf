"""Two topics, the sample organisation, and a way to look into the outbox."""

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.audience import preferences, signup
from outreach.audience.models import (
    Consent,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from outreach.audience.signup import Confirmed, SignupForm
from outreach.content.site import Site
from outreach.content.source import SiteSource
from outreach.db.database import Database
from outreach.delivery import batches
from outreach.delivery.batches import NewDelivery
from outreach.delivery.models import Address, Delivery, Message, Occasion, State, Stream
from outreach.delivery.outbox import Outbox
from outreach.links import Links
from outreach.mail.compiled import Headers, Mailbox, compile_message
from outreach.mail.compose import Composed, Stationery

REPOSITORY = Path(__file__).parent.parent.parent
KEY = b"a key that only the tests use"
PERSON = "Amina@example.org"


@dataclass(frozen=True)
class Mail:
    """A letter in the outbox."""

    to: str
    language: str
    subject: str
    text: str
    html: str
    fields: dict[str, str | int]
    recipient: int


@dataclass
class House:
    """What the tests of the audience work in: one database, one organisation."""

    database: Database
    outbox: Outbox
    site: Site
    now: datetime
    partners: tuple[str, ...] = ("one", "two")
    """That stand in the file at present."""

    def sign_up(self, address: str = PERSON, *topics: str, **form: object) -> None:
        """Send the sign-up form."""
        values = {"address": address, "topics": topics or ("news",), "language": "en"}
        read = SignupForm.model_validate(values | {"consent": True} | form)
        with self.database.transaction() as session:
            signup.sign_up(
                session, self.outbox, self.site, read, source="/en/subscribe", now=self.now
            )

    def confirm(self, mail: Mail | None = None) -> Confirmed:
        """Click the button behind the link of a confirmation, the last one by default."""
        clicked = mail or [each for each in self.mails() if "signup" in each.fields][-1]
        number = int(clicked.fields["signup"])
        with self.database.transaction() as session:
            asked = signup.read_signup(
                session, clicked.recipient, number, self.now, partners=self.partners
            )
            return signup.confirm(session, self.outbox, self.site, asked, latest=None, now=self.now)

    def subscribe(self, address: str = PERSON, *topics: str, **form: object) -> int:
        """Sign up and confirm; give the subscriber's id."""
        self.sign_up(address, *topics, **form)
        return self.confirm().subscriber

    def leave(self, subscriber: int, topic: str) -> None:
        """Take one topic off the preference page, and leave the others as they are."""
        confirmed = SubscriptionState.CONFIRMED
        states = self.states(subscriber)
        rest = tuple(slug for slug, state in states.items() if state == confirmed and slug != topic)
        form = preferences.PreferencesForm(topics=rest)
        with self.database.transaction() as session:
            preferences.save(session, subscriber, form, self.now)

    def mails(self) -> list[Mail]:
        """Give the transactional mail in the outbox, the oldest first."""
        query = (
            select(Delivery, Message, Address.address)
            .join(Message, Message.id == Delivery.message_id)
            .join(Address, Address.id == Delivery.address_id)
            .where(Delivery.stream == Stream.TRANSACTIONAL)
            .order_by(Delivery.id)
        )
        with self.database.reading() as session:
            return [
                Mail(
                    to=address,
                    language=message.language,
                    subject=message.subject,
                    text=message.text,
                    html=message.html,
                    fields=json.loads(delivery.fields or "{}"),
                    recipient=delivery.recipient,
                )
                for delivery, message, address in session.execute(query)
            ]

    def states(self, subscriber: int) -> dict[str, SubscriptionState]:
        """Give the state of each subscription by slug."""
        query = (
            select(Topic.slug, Subscription.state)
            .join(Topic, Topic.id == Subscription.topic_id)
            .where(Subscription.subscriber_id == subscriber)
        )
        with self.database.reading() as session:
            return {slug: SubscriptionState(state) for slug, state in session.execute(query)}

    def lines(self) -> list[Consent]:
        """Give the whole ledger."""
        with self.database.reading() as session:
            return list(session.scalars(select(Consent).order_by(Consent.id)))

    def said(self) -> list[tuple[str, str, str]]:
        """Give topic, action and method of each line of the ledger."""
        return [(line.topic, str(line.action), str(line.method)) for line in self.lines()]

    def person(self, subscriber: int) -> Subscriber:
        """Give the row of a subscriber."""
        with self.database.reading() as session:
            return session.get_one(Subscriber, subscriber)

    def queue(self, subscriber: int, topic: str = "news") -> int:
        """Queue a newsletter for somebody; give the delivery's id."""
        with self.database.transaction() as session:
            return _queue(session, subscriber, topic, self.now)

    def state_of(self, delivery: int) -> State:
        """Give the state of a delivery."""
        with self.database.reading() as session:
            return session.get_one(Delivery, delivery).state

    def topic(self, slug: str) -> Topic:
        """Give the row of a topic."""
        with self.database.reading() as session:
            return session.scalars(select(Topic).where(Topic.slug == slug)).one()

    def wait(self, **much: float) -> None:
        """Let time pass."""
        self.now += timedelta(**much)


def _queue(session: Session, subscriber: int, slug: str, now: datetime) -> int:
    person = session.get_one(Subscriber, subscriber)
    topic = session.scalars(select(Topic).where(Topic.slug == slug)).one()
    number = len(session.scalars(select(Occasion.id)).all())
    batch = batches.open_batch(
        session,
        name=f"campaign {number}",
        stream=Stream.BULK,
        list_name=slug,
        list_number=topic.id,
        now=now,
    )
    headers = Headers(
        sender=Mailbox("news@example.org"), bulk=True, list_id=("News", "news.example.org")
    )
    composed = Composed("en", "July", "News of July", "July", "<p>Hello</p>", "Hello", frozenset())
    message = batches.add_message(session, batch, composed, compile_message(composed, headers))
    occasion = batches.remember_occasion(session, f"edition {number}")
    batches.add_deliveries(
        session,
        [
            NewDelivery(
                batch_id=batch.id,
                message_id=message.id,
                occasion_id=occasion,
                address_id=person.address_id,
                recipient=subscriber,
                stream=Stream.BULK,
            )
        ],
        now,
    )
    return session.scalars(select(Delivery.id).where(Delivery.occasion_id == occasion)).one()


@pytest.fixture
def links() -> Links:
    """Give links of a site at a loopback address."""
    return Links("http://127.0.0.1:8000", ("a-key-that-only-the-tests-use-0123456789",))


@pytest.fixture
def site() -> Site:
    """Give the sample organisation."""
    text = (REPOSITORY / "content" / "site.toml").read_text("utf-8")
    return Site(SiteSource.model_validate(tomllib.loads(text)), None)


@pytest.fixture(scope="session")
def stationery() -> Stationery:
    """Give the templates of our letters."""
    return Stationery(REPOSITORY / "templates")


@pytest.fixture
def house(
    database: Database, links: Links, site: Site, stationery: Stationery, now: datetime
) -> House:
    """Give the house with its two topics, news and events."""
    with database.transaction() as session:
        for position, slug in enumerate(("news", "events")):
            session.add(
                Topic(
                    slug=slug,
                    position=position,
                    active=True,
                    names={"en": slug.capitalize(), "fr": f"{slug} en français"},
                    descriptions={"en": f"All about {slug}."},
                )
            )
    return House(database, Outbox(stationery, links, KEY), site, now)
