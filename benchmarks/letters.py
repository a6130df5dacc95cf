"""An outbox to be measured: a database full of deliveries of one batch, and what sends it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from outreach.db.database import Database
from outreach.delivery.addresses import address_hash
from outreach.delivery.batches import (
    NewDelivery,
    add_deliveries,
    add_message,
    open_batch,
    remember_occasion,
)
from outreach.delivery.models import Address, Stream
from outreach.links import Links
from outreach.mail.compiled import Headers, Mailbox, compile_message
from outreach.mail.compose import Composed
from outreach.schema import METADATA
from outreach.settings import Settings
from outreach.times import Clock, utc_now

PAGE = 1_000
LANGUAGES = ("en", "fr", "es")
WORDS = "Les femmes du bassin minier tiennent leurs réunions au village. "
HEADERS = Headers(
    sender=Mailbox("news@example.org", "Women’s news"),
    reply_to="office@example.org",
    bulk=True,
    list_id=("News", "news.example.org"),
    list_archive="https://news.example.org/en/newsletters",
    list_help="https://news.example.org/en/pages/help",
    feedback_id="1:news:outreach",
)


@dataclass(frozen=True)
class Services:
    """What sending needs."""

    settings: Settings
    database: Database
    links: Links
    clock: Clock


def open_services(folder: Path, mail_url: str, environ: dict[str, str], *, full: bool) -> Services:
    """Make a database in a folder, and what goes with it."""
    settings = Settings.from_environ(
        {
            "OUTREACH_HOME": str(folder),
            "MAIL_URL": mail_url,
            "SECRET_KEY": "only-for-measuring-0123456789-abcdef",
            "BASE_URL": "https://news.example.org",
            **environ,
        }
    )
    database = Database(settings.database_url, power_loss_safe=full)
    METADATA.create_all(database.engine)
    return Services(settings, database, Links(settings.base_url, settings.secret_keys), utc_now)


def composed_of(language: str, kilobytes: int) -> Composed:
    """Give a letter that is about so large on the wire, with personal fields."""
    room = max(400, int(kilobytes * 1000 * 0.84) - 1_300)
    text = "Dear [[ first_name | friend ]],\n\n" + _prose(room // 5)
    text += "\n[[ unsubscribe_url ]]\n[[ preferences_url ]]\n"
    html = (
        f'<html lang="{language}"><body><p>Dear [[ first_name | friend ]],</p>'
        f'<p>{_prose(room - room // 5)}</p><a href="[[ unsubscribe_url ]]">x</a>'
        '<a href="[[ preferences_url ]]">y</a></body></html>'
    )
    fields = frozenset({"first_name", "unsubscribe_url", "preferences_url"})
    return Composed(language, f"News ({language})", "Preheader", "News", html, text, fields)


def fill_outbox(services: Services, recipients: int, kilobytes: int) -> int:
    """Queue that many deliveries of one batch in three languages; give the batch's id."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        batch = open_batch(
            session, name="measured", stream=Stream.BULK, list_name="news", list_number=1, now=now
        )
        occasion = remember_occasion(session, "edition:measured")
        messages = [
            add_message(session, batch, letter, compile_message(letter, HEADERS)).id
            for letter in (composed_of(language, kilobytes) for language in LANGUAGES)
        ]
    for page in _pages(recipients):
        with services.database.transaction() as session:
            session.execute(insert(Address), [_address(services, number) for number in page])
            rows = [
                NewDelivery(
                    batch_id=batch.id,
                    message_id=messages[number % len(messages)],
                    occasion_id=occasion,
                    address_id=number,
                    recipient=number,
                    fields=json.dumps({"first_name": f"Zoé {number}"}, ensure_ascii=False),
                )
                for number in page
            ]
            add_deliveries(session, rows, now)
        services.database.breathe()
    return batch.id


def _address(services: Services, number: int) -> dict[str, object]:
    address = f"reader{number}@example.org"
    digest = address_hash(address, services.settings.suppression_key)
    return {
        "id": number,
        "address": address,
        "normal": address,
        "domain": "example.org",
        "hash": digest,
    }


def _pages(recipients: int) -> Iterator[range]:
    for first in range(1, recipients + 1, PAGE):
        yield range(first, min(first + PAGE, recipients + 1))


def _prose(length: int) -> str:
    lines = WORDS * (length // len(WORDS) + 1)
    return "\n".join(lines[at : at + 70] for at in range(0, length, 70))
