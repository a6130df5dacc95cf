"""Sets up a whole installation for each flow test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from outreach.bootstrap import boot
from outreach.demo.catcher import Catcher
from outreach.demo.home import free_port
from outreach.settings import Settings
from outreach.web.app import create_app
from tests.flows.installation import Installation, Watch

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Set up the sample in a folder of its own, with its database and a mail catcher."""
    with set_up(database_url, tmp_path) as running:
        yield running


@pytest.fixture
def mailbox_installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Set up the same with an incoming mailbox (a Maildir in the home)."""
    (tmp_path / "home" / "incoming" / "new").mkdir(parents=True)
    mailbox = {"MAILBOX_URL": "maildir:incoming", "MAILBOX_ADDRESS": "in@news.example.org"}
    with set_up(database_url, tmp_path, **mailbox) as running:
        yield running


@contextmanager
def set_up(database_url: str, folder: Path, **settings: str) -> Iterator[Installation]:
    """Copy the sample, start a catcher, wire the services, read the content."""
    home = folder / "home"
    for name in ("content", "templates", "subscribers"):
        shutil.copytree(REPOSITORY / name, home / name)
    catcher = Catcher(folder / "caught", port=free_port(_ports()))
    catcher.start()
    watch = Watch()
    environ = {
        "OUTREACH_HOME": str(home),
        "DATABASE_URL": database_url,
        "MAIL_URL": f"smtp+plain://127.0.0.1:{catcher.port}",
        "SECRET_KEY": "a-key-that-only-the-tests-use-0123456789",
        "BASE_URL": "http://127.0.0.1:8000",
        "LOG_LEVEL": "WARNING",
        "SIGNUPS_PER_HOUR": "1000",
        **settings,
    }
    services = boot(Settings.from_environ(environ), clock=watch)
    app = create_app(services, ticks=lambda: watch.now.timestamp())
    running = Installation(home, services, catcher, watch, app.test_client())
    running.sync()
    yield running
    catcher.stop()
    services.close()


def _ports() -> int:
    """Give where to look for a port: each process of a run has a range of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return 22_000 + 100 * int(worker)
