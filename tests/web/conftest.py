"""A site to visit: the sample content, synced; by a test client, or by a real browser."""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import make_url
from werkzeug.serving import make_server

from outreach import sync
from outreach.bootstrap import boot
from outreach.settings import Settings
from outreach.web.app import create_app
from tests.conftest import administer, named
from tests.install_chromium import find_chromium
from tests.web.visitor import Visitor, Watch

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a copy of the sample that a test may change before it visits."""
    folder = tmp_path / "home"
    for name in ("content", "templates", "subscribers"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


class Compiled(FileSystemBytecodeCache):
    """Templates as they were compiled before, wherever the copy of them lies that a test reads."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Know a template by its name; what it says is compared by its checksum."""
        return super().get_cache_key(name)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which each template is kept once it has been compiled."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def empty_site(home: Path, environ: dict[str, str], compiled: Path) -> Iterator[Visitor]:
    """Give a site whose content nobody has read yet."""
    watch = Watch()
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    more = {"OUTREACH_HOME": str(home), "BASE_URL": address, "LOG_LEVEL": "ERROR"}
    services = boot(Settings.from_environ(environ | more), clock=watch)
    app = create_app(services, ticks=watch.ticks)
    app.jinja_env.bytecode_cache = Compiled(str(compiled))
    yield Visitor(home, services, watch, app.test_client(), app, port)
    services.close()


@pytest.fixture(scope="session")
def _synced(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read the sample once into one SQLite database, to be copied for each test."""
    path = tmp_path_factory.mktemp("synced") / "synced.sqlite"
    shutil.copy(_sqlite_template, path)
    _sync_sample(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _synced_postgresql(postgresql_server: str, _postgresql_template: str) -> str:
    """Read the sample once into one PostgreSQL database, to be cloned for each test."""
    name = f"synced_{uuid.uuid4().hex[:12]}"
    administer(postgresql_server, f'CREATE DATABASE "{name}" TEMPLATE "{_postgresql_template}"')
    _sync_sample(named(postgresql_server, name))
    return name


def _sync_sample(url: str) -> None:
    environ = {
        "OUTREACH_HOME": str(REPOSITORY),
        "DATABASE_URL": url,
        "MAIL_URL": "maildir:nowhere",
        "SECRET_KEY": "a-key-that-only-the-tests-use-0123456789",
        "BASE_URL": "http://127.0.0.1:8000",
        "LOG_LEVEL": "ERROR",
    }
    services = boot(Settings.from_environ(environ))
    assert list(sync.synchronise(services, Watch()()).faults) == []
    services.close()


@pytest.fixture
def _postgresql_for_test(request: pytest.FixtureRequest) -> str:
    """Clone the sample for tests that visit the site, and nothing for the others."""
    synced = "site" in request.fixturenames
    name: str = request.getfixturevalue("_synced_postgresql" if synced else "_postgresql_template")
    return name


@pytest.fixture
def site(empty_site: Visitor, request: pytest.FixtureRequest) -> Visitor:
    """Give a site with the sample's content."""
    database = empty_site.services.database
    if database.is_sqlite:
        database.close()
        shutil.copy(request.getfixturevalue("_synced"), str(make_url(database.url).database))
    return empty_site


@pytest.fixture
def live(site: Visitor) -> Iterator[str]:
    """Serve the site on a port of this machine; give its address."""
    server = make_server("127.0.0.1", site.port, site.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{site.port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the system's Chromium; without one the test is skipped, or fails in CI."""
    found = find_chromium()
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("NO BROWSER: CI must have a Chromium")
    pytest.skip("NO BROWSER: there is no Chromium on this machine")


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """Start the system's Chromium, as root too."""
    return {"executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture
def quiet_page(browser: Browser) -> Iterator[Page]:
    """Give a page that must not complain: an error on its console fails the test."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
