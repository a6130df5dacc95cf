"""The golden answers, which hold the contract, and the schema that partners read it from."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.web.visitor import Visitor

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_answer_is_what_the_schema_says(site: Visitor, path: Path) -> None:
    schema = json.loads(site.text("/embed/v1.schema.json"))
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [*checker.iter_errors(json.loads(path.read_text()))] == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_our_site_says_all_that_a_golden_answer_says(site: Visitor, path: Path) -> None:
    name = "signup" if path.stem == "signup" else "events"
    view = "?view=month" if path.stem.startswith("month") else ""
    said = json.loads(site.text(f"/embed/fr/{name}.json{view}"))
    _covers(said, json.loads(path.read_text()))


def _covers(said: object, frozen: object) -> None:
    """Keys are only ever added, and what stood there was of the same kind."""
    if isinstance(frozen, dict):
        assert isinstance(said, dict)
        assert set(frozen) <= set(said)
        for name, value in frozen.items():
            if value is not None and said[name] is not None:
                _covers(said[name], value)
    elif isinstance(frozen, list):
        assert isinstance(said, list)
        for each in said[:1] if frozen else []:
            _covers(each, frozen[0])
    else:
        assert type(said) is type(frozen)
