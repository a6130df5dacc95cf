"""`outreach campaign report`: the figures of the desk, on the command line."""

import csv
import io
import json
from pathlib import Path

import pytest

from outreach.campaigns.report_files import COUNTS
from outreach.db.database import Database
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def sent(outreach: Command, filled: Database) -> Database:
    """Send the sample's edition into a maildir."""
    assert outreach("campaign", "schedule", "wrm/2020-07", "--now", "--yes").exit_code == 0
    for words in (["clock", "--once"], ["worker", "--until-idle"]):
        result = outreach(*words)
        assert result.exit_code == 0, result.output
    return filled


def test_the_report_is_shown_with_every_part(outreach: Command) -> None:
    result = outreach("campaign", "report", "1")
    assert result.exit_code == 0, result.output
    for words in ("Français", "All", "Domain (", "From", "wrm/2020-07, sent"):
        assert words in result.stdout


def test_json_and_csv_tell_the_same_figures(outreach: Command) -> None:
    told = json.loads(outreach("campaign", "report", "1", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(outreach("campaign", "report", "1", "--csv").stdout)))
    for name in COUNTS:
        found = {row["part"]: 0 for row in rows if row["figure"] in COUNTS}
        for row in rows:
            if row["figure"] == name and row["part"] in ("all", "language", "domain"):
                found[row["part"]] += int(row["count"])
        assert found["all"] == found["language"] == found["domain"] == told[name]
    assert told["sent"] == told["planned"] == 12
    assert sum(each["sent"] for each in told["times"]) == 12
    assert told["state"] == "sent"


def test_wrong_use_is_told(outreach: Command) -> None:
    assert outreach("campaign", "report", "1", "--json", "--csv").exit_code == 2
    missing = outreach("campaign", "report", "77")
    assert missing.exit_code == 1
    assert "no campaign 77" in missing.output


def test_the_csv_has_one_line_a_figure(outreach: Command, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text(outreach("campaign", "report", "1", "--csv").stdout)
    first = file.read_text().splitlines()[0]
    assert first == "part,name,figure,count"
