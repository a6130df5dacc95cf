"""Somebody who visits the site, and what they can do and see there."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from outreach import sync
from outreach.audience.models import Signup, Subscriber, Subscription, Topic
from outreach.bootstrap import Services
from outreach.delivery.models import Address, Message
from outreach.events.partner_models import Partner
from outreach.events.registration_models import Registration
from outreach.links import Purpose
from outreach.newsletters.asking import Asked
from outreach.newsletters.testing import compose_test, post_test
from outreach.schema import METADATA
from outreach.staff.audit import Actor

LANGUAGES = ("en", "fr", "es")
TESTER = "tester@example.org"
_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')


class Watch:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.begun = self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.skipped = 0

    def __call__(self) -> datetime:
        """Give the present moment."""
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def ticks(self) -> float:
        """Give the seconds by which answers age that are kept before Flask."""
        return (self.now - self.begun).total_seconds() + self.skipped

    def skip_a_minute(self) -> None:
        """Let what is kept before Flask be too old, at the same moment."""
        self.skipped += 60


@dataclass
class Visitor:
    """A test client with the services behind the site."""

    home: Path
    services: Services
    watch: Watch
    client: FlaskClient
    app: Flask
    port: int

    def get(self, path: str, **more: str) -> TestResponse:
        """Open a page; `more`: headers, with underscores."""
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        return self.client.get(path, headers=headers, buffered=True)

    def text(self, path: str) -> str:
        """Open a page that must be there, and give its HTML."""
        answer = self.client.get(path, buffered=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def sync(self) -> None:
        """Read the content files again; none may have a fault. No answer is kept from before."""
        self.watch.skip_a_minute()
        assert [*sync.synchronise(self.services, self.watch()).faults] == []

    def sign_up(self, address: str, language: str = "en", **more: str) -> TestResponse:
        """Send the form."""
        form = {"address": address, "language": language, "topics": "news", "consent": "yes"}
        return self.client.post(f"/{language}/subscribe", data=form | more)

    def confirm_path(self, address: str) -> str:
        """Give the path that the confirmation mail leads to."""
        with self.services.database.reading() as session:
            row = session.scalars(
                select(Signup)
                .join(Subscriber, Subscriber.id == Signup.subscriber_id)
                .join(Address, Address.id == Subscriber.address_id)
                .where(Address.address == address)
                .order_by(Signup.id.desc())
            ).first()
            assert row, "nobody signed up"
            token = self.services.links.token(Purpose.CONFIRM, row.subscriber_id, row.id)
            return f"/{row.language}/confirm/{token}"

    def subscriber(self, address: str = "ana@example.org", language: str = "es") -> int:
        """Sign up and confirm; give the subscriber's number."""
        assert self.sign_up(address, language).status_code == 303
        assert self.client.post(self.confirm_path(address)).status_code == 200
        with self.services.database.reading() as session:
            query = select(Subscriber.id).join(Address).where(Address.address == address)
            return session.scalars(query).one()

    def preferences_path(self, subscriber: int, language: str = "en") -> str:
        """Give the path of somebody's preference page."""
        token = self.services.links.token(Purpose.PREFERENCES, subscriber)
        return f"/{language}/preferences/{token}"

    def personal_path(self, subscriber: int, language: str = "en") -> str:
        """Give the path of somebody's own data, good for an hour."""
        links = self.services.links
        url = links.to_personal_data(language, subscriber=subscriber, now=self.watch())
        return url.removeprefix(links.base_url)

    def leave_path(self, subscriber: int, topic: str = "news") -> str:
        """Give the path of an unsubscribe link."""
        with self.services.database.reading() as session:
            number = session.scalars(select(Topic.id).where(Topic.slug == topic)).one()
        links = self.services.links
        url = links.to_unsubscribe(subscriber=subscriber, topic=number, batch=0)
        return url.removeprefix(links.base_url)

    def tried_paths(self, language: str = "fr") -> list[str]:
        """Give where the links of a test lead: to unsubscribe, to the preferences, to the web."""
        services = self.services
        links, asked = (
            services.links,
            Asked("wrm/2020-07", (TESTER,), "full", (language,), "k" * 20),
        )
        now = self.watch()
        with services.database.reading() as session:
            ready = compose_test(session, services.outbox, asked, now)
        with services.database.transaction() as session:
            batch = post_test(session, services.outbox, ready, Actor(None, now)).batch_id
            message = session.scalars(select(Message.id).where(Message.batch_id == batch)).one()
        topic = ready.topic.id
        made = (
            links.to_sandbox_unsubscribe(topic=topic, message=message),
            links.to_sandbox_preferences(topic=topic, message=message),
            links.to_preview(language, edition=ready.edition.id, now=now),
        )
        return [url.removeprefix(links.base_url) for url in made]

    def register(self, address: str, slug: str = "open-hour", **more: str) -> TestResponse:
        """Send the registration form in English."""
        form = {"name": "Ana", "address": address, "consent": "yes"}
        return self.client.post(f"/en/events/{slug}/register", data=form | more)

    def registration(self, address: str) -> Registration:
        """Give the latest registration of an address."""
        with self.services.database.reading() as session:
            query = (
                select(Registration)
                .join(Subscriber, Subscriber.id == Registration.subscriber_id)
                .join(Address, Address.id == Subscriber.address_id)
                .where(Address.address == address)
                .order_by(Registration.id.desc())
            )
            found = session.scalars(query).first()
            assert found, "nobody registered"
            assert found.occurrence.event.slug
            return found

    def seat_path(self, address: str, language: str = "en") -> str:
        """Give the path of somebody's seat."""
        links = self.services.links
        url = links.to_seat(language, registration=self.registration(address).id)
        return url.removeprefix(links.base_url)

    def join_path(self, address: str, language: str = "en") -> str:
        """Give the path of somebody's way in."""
        links, found = self.services.links, self.registration(address)
        url = links.to_join(language, registration=found.id, number=found.join_number)
        return url.removeprefix(links.base_url)

    def partner_path(self, language: str = "en", slug: str = "mineral-commons") -> str:
        """Give the path of a partner's own page."""
        links = self.services.links
        with self.services.database.reading() as session:
            number = session.scalars(select(Partner.id).where(Partner.slug == slug)).one()
        return links.to_partner(language, partner=number).removeprefix(links.base_url)

    def state(self, subscriber: int, topic: str = "news") -> str:
        """Give how far somebody's subscription has come."""
        with self.services.database.reading() as session:
            query = select(Subscription.state).join(Topic, Topic.id == Subscription.topic_id)
            where = query.where(Subscription.subscriber_id == subscriber, Topic.slug == topic)
            return str(session.scalars(where).one_or_none() or "none")

    def links_of(self, html: str) -> set[str]:
        """Give every address of ours in a page, as paths."""
        base = self.services.links.base_url
        found = {unescape(link).removeprefix(base) for link in _LINK.findall(html)}
        return {link.partition("#")[0] for link in found if link.startswith("/")} - {""}

    def dump(self) -> str:
        """Give a fingerprint of every row of every table, the totals in `hits` left out."""
        digest = hashlib.sha256()
        with self.services.database.engine.connect() as connection:
            for table in METADATA.sorted_tables:
                if table.name != "hits":
                    rows = sorted(repr(tuple(row)) for row in connection.execute(table.select()))
                    digest.update(f"{table.name}{rows}".encode())
        return digest.hexdigest()
