"""What every command has in common: settings, exit codes, errors in plain words."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_all_settings_that_are_wrong_are_listed_at_once(outreach: Command) -> None:
    result = outreach("editions", MAIL_URL="nowhere", SECRET_KEY="short", BASE_URL="")
    assert result.exit_code == 1
    for name in ("MAIL_URL", "SECRET_KEY", "BASE_URL"):
        assert name in result.stderr
    assert not result.stdout


def test_a_database_that_is_not_up_to_date_is_refused_with_the_way_out(
    outreach: Command, tmp_path: Path
) -> None:
    result = outreach("editions", DATABASE_URL=f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    assert result.exit_code == 1
    assert "outreach database upgrade" in result.stderr


def test_a_wrong_folder_gets_no_empty_database(outreach: Command, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "outreach.sqlite"
    result = outreach("campaign", "list", DATABASE_URL=f"sqlite:///{file}")
    assert result.exit_code == 1
    assert "There is no database at" in result.stderr
    assert not file.parent.exists()


def test_a_database_that_does_not_answer_is_said_without_a_traceback(outreach: Command) -> None:
    result = outreach("editions", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert result.exit_code == 1
    assert "The database does not answer" in result.stderr


@pytest.mark.parametrize(
    "words", [["nonsense"], ["campaign", "show"], ["campaign", "show", "seven"], ["clock", "--x"]]
)
def test_wrong_use_is_told_apart(outreach: Command, words: list[str]) -> None:
    assert outreach(*words).exit_code == 2


def test_an_upgrade_makes_the_database_and_can_be_repeated(
    outreach: Command, tmp_path: Path
) -> None:
    fresh = {"DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.sqlite'}"}
    assert outreach("database", "upgrade", **fresh).exit_code == 0
    assert outreach("database", "upgrade", **fresh).exit_code == 0
    assert outreach("editions", **fresh).exit_code == 0


@pytest.mark.usefixtures("database")
def test_the_file_env_adds_settings_and_the_environment_wins(outreach: Command, home: Path) -> None:
    (home / ".env").write_text("MAIL_URL=nonsense\nSTAFF_ZONE=Nowhere\n")
    result = outreach("editions")
    assert "STAFF_ZONE" in result.stderr
    assert "MAIL_URL" not in result.stderr


@pytest.mark.usefixtures("database")
def test_with_demo_the_running_demos_settings_win(
    outreach: Command, home: Path, variables: dict[str, str]
) -> None:
    assert "outreach demo" in outreach("--demo", "campaign", "list").stderr
    (home / "instance").mkdir()
    lines = [f"{name}='{value}'" for name, value in variables.items()]
    (home / "instance" / "demo.env").write_text("\n".join(lines))
    result = outreach("--demo", "campaign", "list", DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert result.exit_code == 0


def test_the_version_is_told(outreach: Command) -> None:
    assert "outreach" in outreach("--version").stdout


@pytest.mark.usefixtures("database")
def test_help_needs_no_settings(outreach: Command) -> None:
    result = outreach("campaign", "schedule", "--help", SECRET_KEY="", MAIL_URL="")
    assert result.exit_code == 0
    assert "--zone" in result.stdout
