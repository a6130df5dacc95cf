"""A home of its own for each test."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from tests.delivery.servers import MailServer
from tests.writing import Home, basic


@pytest.fixture
def home(tmp_path: Path, database: Database, settings: Settings, now: datetime) -> Home:
    """Give a home with a site, topics and one newsletter."""
    path = tmp_path / "home"
    path.mkdir()
    links = Links(settings.base_url, settings.secret_keys)
    return basic(Home(path, database, replace(settings, home=path), links, now))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Give a server that takes everything until it is told otherwise."""
    server = MailServer()
    server.start()
    yield server
    server.stop()
