"""What the tests of delivery ask for: a mail server that does as it is told, and an outbox."""

from collections.abc import Iterator

import pytest

from outreach.db.database import Database
from tests.delivery.outboxes import Outbox
from tests.delivery.servers import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Give a server that takes everything until it is told otherwise."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def outbox(database: Database, environ: dict[str, str]) -> Outbox:
    """Give an empty outbox."""
    return Outbox(database, environ)
