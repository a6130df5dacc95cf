"""Partners on the command line."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from outreach.db import hits
from outreach.db.database import Database
from outreach.links import Links, Purpose
from outreach.settings import Settings
from tests.cli.conftest import Command


@pytest.mark.parametrize("words", [("partners",), ("partners", "list")])
def test_partners_are_listed_with_their_totals(
    outreach: Command, filled: Database, words: tuple[str, ...]
) -> None:
    with filled.transaction() as session:
        hits.add(session, hits.PARTNER_VIEW, "andes-women", day=_day(), count=1234)
    listed = outreach(*words)
    assert listed.exit_code == 0, listed.output
    assert listed.stdout.index("mineral-commons") < listed.stdout.index("andes-women")
    assert "1,234" in listed.stdout


@pytest.mark.usefixtures("filled")
def test_programs_get_all_of_it(outreach: Command) -> None:
    told = json.loads(outreach("partners", "list", "--json").stdout)
    assert [each["slug"] for each in told] == ["mineral-commons", "andes-women", "sahel-radio"]
    assert told[1]["origins"][0] == "https://mujeres-andes.example"
    assert told[0]["in_all"] == {"views": 0, "registrations": 0, "outward": 0, "signups": 0}


@pytest.mark.usefixtures("filled")
def test_a_link_opens_the_partners_page_in_the_language_asked_for(
    outreach: Command, settings: Settings
) -> None:
    for more, language in (((), "en"), (("--language", "fr"), "fr")):
        printed = outreach("partners", "link", "andes-women", *more)
        assert printed.exit_code == 0, printed.output
        path = urlsplit(printed.stdout.strip()).path
        _empty, spoken, place, token = path.split("/")
        assert (spoken, place) == (language, "partner")
        links = Links(settings.base_url, settings.secret_keys)
        assert links.read(Purpose.PARTNER, token) == (2,)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "said"),
    [(("nobody",), "There is no partner"), (("andes-women", "--language", "xx"), "does not speak")],
)
def test_what_there_is_not_is_told(outreach: Command, words: tuple[str, ...], said: str) -> None:
    refused = outreach("partners", "link", *words)
    assert refused.exit_code == 1
    assert said in refused.output


@pytest.mark.usefixtures("filled")
def test_without_any_the_list_says_where_to_write_one(outreach: Command, home: Path) -> None:
    (home / "content" / "partners.toml").unlink()
    assert outreach("sync").exit_code == 0
    assert "content/partners.toml" in outreach("partners").stdout


def _day() -> date:
    return datetime.now(UTC).date()
