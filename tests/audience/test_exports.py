"""Subscribers as files."""

import csv
import io
import json
from pathlib import Path

import pytest

from outreach.audience import exports, preferences
from outreach.audience.imports import ImportRequest, import_csv
from outreach.audience.preferences import PreferencesForm
from tests.audience.conftest import KEY, House


def as_csv(house: House, topic: str | None = None) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    with house.database.reading() as session:
        number = exports.export_csv(session, out, topic=topic)
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert len(rows) == number
    return rows


def test_a_subscriber_is_written_with_topics_and_state(house: House) -> None:
    house.subscribe("amina@example.org", "news", "events", first_name="Éléonore", language="fr")
    (row,) = as_csv(house)
    assert (row["address"], row["first_name"]) == ("amina@example.org", "Éléonore")
    assert (row["language"], row["topics"], row["left_at"]) == ("fr", "news events", "")


def test_only_those_of_one_topic_are_written_when_asked(house: House) -> None:
    house.subscribe("one@example.org", "news")
    house.subscribe("two@example.org", "events")
    house.sign_up("three@example.org", "events")
    assert [row["address"] for row in as_csv(house, "events")] == ["two@example.org"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    assert exports.neutral(name) == f"'{name}"
    assert exports.neutral("Amina") == "Amina"
    assert exports.neutral("") == ""


def test_what_was_neutralised_comes_back_by_our_own_import(house: House, tmp_path: Path) -> None:
    number = house.subscribe()
    form = PreferencesForm(last_name="=cmd()")
    with house.database.transaction() as session:
        preferences.save(session, number, form, house.now)
    rows = as_csv(house)
    assert rows[0]["last_name"] == "'=cmd()"
    path = tmp_path / "again.csv"
    path.write_text("address,last_name\nother@example.org,'=cmd()\n")
    request = ImportRequest(path, "news", "Moved from our old installation")
    assert import_csv(house.database, request, key=KEY, now=house.now).new == 1
    assert as_csv(house)[1]["last_name"] == "'=cmd()"


def test_json_lines_hold_one_person_each(house: House) -> None:
    number = house.subscribe("one@example.org", "news")
    house.subscribe("two@example.org", "events")
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    out = io.StringIO()
    with house.database.reading() as session:
        assert exports.export_json_lines(session, out) == 2
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["topics"], first["left_at"]) == ([], house.now.isoformat())
    assert (second["topics"], second["left_at"]) == (["events"], None)


def test_more_than_a_page_is_written_without_gap(house: House, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = "".join(f"person{number}@example.org\n" for number in range(2345))
    path.write_text("email\n" + lines)
    request = ImportRequest(path, "news", "Signed a list at a conference")
    import_csv(house.database, request, key=KEY, now=house.now)
    rows = as_csv(house)
    assert len({row["address"] for row in rows}) == 2345
    assert {row["topics"] for row in rows} == {"news"}
