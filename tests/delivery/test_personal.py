"""What is personal in a message, written again and again."""

from datetime import datetime, timedelta
from email import message_from_bytes
from hashlib import blake2b

from outreach.db.rows import to_microseconds
from outreach.delivery import workers
from outreach.delivery.claims import claim_bulk
from outreach.delivery.personal import Writer
from outreach.times import utc_now
from tests.delivery.outboxes import Outbox, Services


def writer_of(services: Services) -> Writer:
    return Writer(services.database, services.links, services.settings.suppression_key, None)


def test_a_message_id_is_the_same_whoever_writes_it_after_whichever_others(
    outbox: Outbox, now: datetime
) -> None:
    services = outbox.services("smtp+plain://127.0.0.1:1")
    batch = outbox.fill(3)
    with services.database.transaction() as session:
        worker = workers.register(session)
        due = utc_now() + timedelta(minutes=1)
        claims = claim_bulk(session, batch.id, worker, due, limit=3)
    one, other = writer_of(services), writer_of(services)
    first = {claim.id: one.write(claim, now).content for claim in claims}
    second = {claim.id: other.write(claim, now).content for claim in reversed(claims)}
    assert first == second
    key, born = services.settings.suppression_key, to_microseconds(batch.created_at)
    for number, content in first.items():
        digest = blake2b(f"{born}:{number}".encode(), digest_size=16, key=key).hexdigest()
        assert message_from_bytes(content)["Message-ID"] == f"<{digest}@example.org>"
