"""An outbox full of deliveries, and how to look into it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from outreach.db.database import Database
from outreach.delivery.addresses import remember
from outreach.delivery.batches import (
    NewDelivery,
    add_deliveries,
    add_message,
    open_batch,
    remember_occasion,
    tallies,
)
from outreach.delivery.models import Batch, Delivery, State, Stream
from outreach.delivery.sender import Sender
from outreach.links import Links
from outreach.mail.compiled import Headers, Mailbox, compile_message
from outreach.mail.compose import Composed
from outreach.settings import Settings
from outreach.times import Clock, utc_now


@dataclass(frozen=True)
class Services:
    """What sending needs."""

    settings: Settings
    database: Database
    links: Links
    clock: Clock


@dataclass
class Outbox:
    """A database with batches to be sent, and how to look into it."""

    database: Database
    environ: dict[str, str]

    def services(self, mail_url: str, *, clock: Clock = utc_now, **environ: str) -> Services:
        """Give what a sender needs."""
        settings = Settings.from_environ({**self.environ, "MAIL_URL": mail_url, **environ})
        links = Links(settings.base_url, settings.secret_keys)
        return Services(settings, self.database, links, clock)

    def fill(
        self, count: int, *, stream: Stream = Stream.BULK, name: str = "batch", text: str = "Hi"
    ) -> Batch:
        """Queue that many deliveries in one batch; give it."""
        now = datetime.now(UTC)
        bulk = stream is Stream.BULK
        key = Settings.from_environ(self.environ).suppression_key
        with self.database.transaction() as session:
            batch = open_batch(
                session, name=name, stream=stream, list_name="news", list_number=3, now=now
            )
            message = add_message(session, batch, *letter(bulk=bulk, text=text))
            occasion = remember_occasion(session, f"edition:{name}")
            rows = [
                NewDelivery(
                    batch_id=batch.id,
                    message_id=message.id,
                    occasion_id=occasion,
                    address_id=remember(session, f"reader{number}@example.org", key).id,
                    recipient=number + 1,
                    fields=json.dumps({"first_name": f"Zoé {number}"}),
                    stream=stream,
                )
                for number in range(count)
            ]
            add_deliveries(session, rows, now)
        return batch

    def states(self, batch: Batch) -> dict[State, int]:
        """Count the rows of a batch by state, and see that the counters say the same."""
        with self.database.reading() as session:
            if not self.database.is_sqlite:  # both counts of one moment, while senders go on
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            counted = session.execute(
                select(Delivery.state, func.count())
                .where(Delivery.batch_id == batch.id)
                .group_by(Delivery.state)
            )
            rows = {state: count for state, count in counted}  # noqa: C416  (rows are no pairs)
            said = tallies(session, [batch.id])
        assert {state: count for state, count in said.by_state.items() if count} == rows
        total = said.waiting + said.sent + said.failed + said.suppressed
        assert said.planned == total + said.cancelled + said.uncertain == sum(rows.values())
        return rows


def letter(*, bulk: bool = True, text: str = "Hi") -> tuple[Composed, bytes]:
    """Give a small letter, composed and compiled."""
    links = "[[ unsubscribe_url ]]\n[[ preferences_url ]]\n" if bulk else "[[ confirm_url ]]\n"
    words = f"{text} [[ first_name | friend ]]\n{links}"
    html = f'<html lang="en"><body><p>{words}</p></body></html>'
    composed = Composed("en", "News", "Pre", "News", html, words, frozenset({"first_name"}))
    headers = Headers(
        sender=Mailbox("news@example.org", "News"),
        bulk=bulk,
        list_id=("News", "news.example.org") if bulk else None,
    )
    return composed, compile_message(composed, headers)


def run(services: Services, stream: Stream = Stream.BULK, connections: int = 2) -> None:
    """Send until nothing is due."""
    Sender(services, stream, connections=connections).run(threading.Event(), until_idle=True)


@contextmanager
def sending(services: Services, *streams: Stream, connections: int = 2) -> Iterator[None]:
    """Send in threads, one for each stream given, until the block ends; then stop them."""
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=Sender(services, stream, connections=connections).run, args=(stop,), daemon=True
        )
        for stream in streams
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
