"""The command line in a folder of its own, with a copy of the sample's files and a database."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main
from outreach.db.database import Database

REPOSITORY = Path(__file__).parent.parent.parent

CONSENT = "Invented people; nobody was asked, because nobody exists."

Command = Callable[..., Result]
"""Runs `outreach` with some words; gives exit code and output."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a folder with a copy of the sample's files."""
    folder = tmp_path / "home"
    for name in ("content", "templates", "subscribers"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture
def variables(environ: dict[str, str], home: Path) -> dict[str, str]:
    """Give the environment of a command in that folder."""
    return {**environ, "OUTREACH_HOME": str(home), "LOG_LEVEL": "ERROR"}


@pytest.fixture
def outreach(variables: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the command line, run in that folder."""
    monkeypatch.chdir(home)
    for name in ("MAIL_URL", "SECRET_KEY", "BASE_URL", "DATABASE_URL", "OUTREACH_HOME"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, **changed: str) -> Result:
        return CliRunner().invoke(main, words, env={**variables, **changed})

    return run


@pytest.fixture
def filled(outreach: Command, database: Database, home: Path) -> Database:
    """Give the database with the sample's content and subscribers."""
    for result in (outreach("sync"), imported(outreach, home)):
        assert result.exit_code == 0, result.output
    return database


def imported(outreach: Command, home: Path, *more: str) -> Result:
    """Import the sample's subscribers."""
    file = home / "subscribers" / "import" / "example.csv"
    return outreach(
        "subscribers", "import", str(file), "--topic", "news", "--consent", CONSENT, *more
    )
