"""Subscribers in and out, from the command line."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONSENT, Command, imported


@pytest.fixture
def synced(outreach: Command, database: object) -> None:
    """Read the sample's topics."""
    assert database
    assert outreach("sync").exit_code == 0


def exported(outreach: Command) -> list[dict[str, object]]:
    result = outreach("subscribers", "export", "--format", "jsonl")
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("synced")
def test_an_import_counts_what_it_did(outreach: Command, home: Path) -> None:
    first = imported(outreach, home)
    assert first.exit_code == 0, first.stderr
    people = exported(outreach)
    assert len(people) == 12
    assert all(person["topics"] == ["news"] for person in people)
    assert "unchanged" in imported(outreach, home).stdout


@pytest.mark.usefixtures("synced")
def test_a_dry_run_writes_nothing(outreach: Command, home: Path) -> None:
    result = imported(outreach, home, "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was written" in result.stdout
    assert exported(outreach) == []


@pytest.mark.usefixtures("synced")
def test_faulty_lines_are_told_with_their_numbers_and_the_rest_is_imported(
    outreach: Command, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("address,language\nada@example.org,fr\nnobody\neva@example.org,en\n")
    words = ("subscribers", "import", str(file), "--topic", "news", "--consent", CONSENT)
    result = outreach(*words)
    assert result.exit_code == 1
    assert f"{file}:3: " in result.stderr
    assert [person["address"] for person in exported(outreach)] == [
        "ada@example.org",
        "eva@example.org",
    ]


@pytest.mark.usefixtures("synced")
def test_an_unknown_topic_is_refused(outreach: Command, home: Path, tmp_path: Path) -> None:
    file = home / "subscribers" / "import" / "example.csv"
    words = ("subscribers", "import", str(file), "--topic", "cats", "--consent", CONSENT)
    assert outreach(*words).exit_code == 1
    out = str(tmp_path / "out.csv")
    assert outreach("subscribers", "export", "--topic", "cats", "--out", out).exit_code == 1
    assert not Path(out).exists()


@pytest.mark.usefixtures("filled")
def test_an_export_as_csv_can_be_read_back(outreach: Command, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    result = outreach("subscribers", "export", "--topic", "news", "--out", str(out))
    assert "12 subscribers" in result.stdout
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert rows[0]["address"] == "amina.diallo@example.org"


@pytest.mark.usefixtures("database")
def test_what_is_no_language_is_wrong_use(outreach: Command, home: Path) -> None:
    assert imported(outreach, home, "--language", "klingon!").exit_code == 2
