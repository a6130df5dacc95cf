"""Segments on the command line."""

import json
from pathlib import Path

import pytest

from outreach.db.database import Database
from tests.cli.conftest import Command

FRENCH = '[[segments]]\nslug = "french"\nname.en = "French readers"\nrule.language = "fr"\n'


@pytest.fixture
def french(outreach: Command, filled: Database, home: Path) -> Database:
    """Give the sample with one segment of its own."""
    (home / "subscribers" / "segments.toml").write_text(FRENCH)
    assert outreach("sync").exit_code == 0
    return filled


@pytest.mark.usefixtures("filled")
def test_the_sample_has_three(outreach: Command) -> None:
    listed = outreach("segment", "list")
    assert listed.exit_code == 0, listed.output
    for slug in ("francophone-africa", "open-hour-missed", "new-this-year"):
        assert slug in listed.stdout
    told = json.loads(outreach("segment", "list", "--json").stdout)
    assert [each["origin"] for each in told] == ["file"] * 3
    assert told[0]["rule"]["all"][0] == {"language": ["fr"]}


@pytest.mark.usefixtures("french")
def test_a_segment_is_counted_by_language(outreach: Command) -> None:
    told = json.loads(outreach("segment", "count", "french", "--json").stdout)
    assert told["total"] == sum(told["languages"].values()) == 4
    assert set(told["languages"]) == {"fr", "fr-CA"}
    assert "Français" in outreach("segment", "count", "french").stdout
    none = outreach("segment", "count", "french", "--topic", "events", "--json")
    assert json.loads(none.stdout)["total"] == 0


@pytest.mark.usefixtures("french")
def test_a_campaign_goes_to_a_segment_alone(outreach: Command) -> None:
    words = ("campaign", "schedule", "wrm/2020-07", "--segment", "french", "--now")
    made = outreach(*words)
    assert made.exit_code == 0, made.output
    assert "in “French readers”" in made.stdout
    assert "Recipients in all: 4" in made.stdout
    shown = outreach("campaign", "show", "1")
    assert "Only for: French readers (french)" in shown.stdout
    assert json.loads(outreach("campaign", "show", "1", "--json").stdout)["segment"] == "french"


@pytest.mark.usefixtures("filled")
def test_what_is_not_there_is_said(outreach: Command) -> None:
    for words in (
        ("segment", "count", "nothing"),
        ("campaign", "schedule", "wrm/2020-07", "--segment", "nothing", "--now"),
    ):
        result = outreach(*words)
        assert result.exit_code == 1
        assert "There is no segment “nothing”." in result.output


@pytest.mark.usefixtures("filled")
def test_without_segments_one_is_told_where_to_write_them(outreach: Command, home: Path) -> None:
    (home / "subscribers" / "segments.toml").unlink()
    outreach("sync")
    assert "subscribers/segments.toml" in outreach("segment", "list").stdout
