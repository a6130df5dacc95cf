"""Tags and types of organisation: one spelling for each, in lists, files and data about oneself."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.audience import exports, personal, preferences
from outreach.audience.imports import ImportReport, ImportRequest, import_csv
from outreach.audience.labels import label, separated
from outreach.audience.queries import by_address
from tests.audience.conftest import KEY, House

STATEMENT = "Signed the paper list at our conference in Lima, 3 March 2026"


def run(house: House, tmp_path: Path, text: str, *, dry_run: bool = False) -> ImportReport:
    file = tmp_path / "list.csv"
    file.write_text(text, "utf-8")
    request = ImportRequest(file, "news", STATEMENT, dry_run=dry_run)
    return import_csv(house.database, request, key=KEY, now=house.now)


def tags(house: House, address: str) -> tuple[str, ...]:
    with house.database.reading() as session:
        return personal.held(session, by_address(session, address).id).tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Press", "press"),
        ("  Lima, été 2026 ", "lima-ete-2026"),
        ("Société civile", "societe-civile"),
        ("--a__b--", "a-b"),
        ("हिन्दी", "हिन्दी"),
        ("がく", "がく"),
        ("Straße", "strasse"),
        ("!?", ""),
    ],
)
def test_spellings_meet(text: str, expected: str) -> None:
    assert label(text) == expected


@given(text=st.text(max_size=40))
def test_a_label_stays_as_it_is(text: str) -> None:
    found = label(text)
    assert label(found) == found
    assert separated(found) == ([found] if found else [])


@pytest.mark.parametrize(
    "header",
    [
        "address,Organisation type,Tags",
        "courriel,Type d’organisation,Étiquettes",
        "correo,Tipo de organización,Etiquetas",
    ],
)
def test_columns_are_known_by_their_names_in_three_languages(
    house: House, tmp_path: Path, header: str
) -> None:
    report = run(house, tmp_path, f'{header}\na@example.org,Civil Society,"Press; Lima 2026,x"\n')
    assert (report.new, report.ignored_columns) == (1, ())
    with house.database.reading() as session:
        assert by_address(session, "a@example.org").organisation_type == "civil-society"
    assert tags(house, "a@example.org") == ("lima-2026", "press", "x")


def test_a_second_list_adds_tags_and_takes_none_away(house: House, tmp_path: Path) -> None:
    head = "address,tags,organisation type\n"
    run(house, tmp_path, f"{head}a@example.org,press,ngo\nb@example.org,,\n")
    text = f"{head}a@example.org,press;board,ministry\nb@example.org,board,ngo\n"
    assert run(house, tmp_path, text, dry_run=True).changed == 2
    assert run(house, tmp_path, text).changed == 2
    assert run(house, tmp_path, text).unchanged == 2
    assert tags(house, "a@example.org") == ("board", "press")
    assert tags(house, "b@example.org") == ("board",)
    with house.database.reading() as session:
        kinds = [by_address(session, f"{one}@example.org").organisation_type for one in "ab"]
        assert kinds == ["ngo", "ngo"]


def test_whoever_left_gets_no_tag(house: House, tmp_path: Path) -> None:
    number = house.subscribe("a@example.org")
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    assert run(house, tmp_path, "address,tags\na@example.org,press\n").left == 1
    assert tags(house, "a@example.org") == ()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("a@example.org,!!!,", "no letter"),
        (f"a@example.org,{'x' * 65},", "more than 64"),
        (f"a@example.org,,{';'.join(f't{n}' for n in range(21))}", "at most 20"),
    ],
)
def test_what_cannot_be_a_label_is_told_with_its_line(
    house: House, tmp_path: Path, cells: str, words: str
) -> None:
    report = run(house, tmp_path, f"address,organisation type,tags\n{cells}\n")
    assert report.faulty_count == 1
    assert report.faulty[0].number == 2
    assert words in str(report.faulty[0].sentence)


def test_what_is_exported_can_be_imported_again(house: House, tmp_path: Path) -> None:
    run(house, tmp_path, "address,tags,organisation type\na@example.org,press;board,ngo\n")
    out = io.StringIO(newline="")
    with house.database.reading() as session:
        exports.export_csv(session, out)
        (record,) = exports.subscribers(session)
    assert record["tags"] == ["board", "press"]
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["tags"], row["organisation_type"]) == ("board;press", "ngo")
    again = row["address"] + ',"' + row["tags"] + '",' + row["organisation_type"]
    report = run(house, tmp_path, f"address,tags,organisation_type\n{again}\n")
    assert report.unchanged == 1
