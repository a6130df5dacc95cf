"""`outreach check`: what it prints, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.bootstrap import Services
from outreach.db.database import Database
from outreach.newsletters.checks.guarded import Rules
from outreach.worker import errands
from tests.cli.conftest import Command
from tests.newsletters.checks.servers import Web, serving


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Run a web of our own, and let the command look at it."""
    with serving() as running:

        def rules(_services: Services) -> Rules:
            return running.rules(ports=frozenset({80, 443, running.port}), resolve=running.resolve)

        monkeypatch.setattr(errands, "rules_for", rules)
        yield running


def add_link(home: Path, url: str) -> None:
    """Let the French text of the sample link to somewhere."""
    file = home / "content/newsletters/wrm/2020-07/fr.md"
    file.write_text(file.read_text() + f"\n[un lien]({url})\n")


def test_the_sample_is_checked_and_warnings_alone_are_no_failure(
    outreach: Command, filled: Database
) -> None:
    assert filled
    result = outreach("check", "wrm/2020-07")
    assert result.exit_code == 0, result.output
    assert "look: content/newsletters/wrm/2020-07/fr.md:32: The event" in result.output
    assert "In order: Content files without faults" in result.output
    assert "Not looked at: Spam score" in result.output
    assert "Fails: 0   To look at: 5" in result.output


def test_what_fails_ends_with_one(outreach: Command, filled: Database, home: Path) -> None:
    assert filled
    add_link(home, "https://ana:secret@example.org/")
    assert outreach("sync").exit_code == 0
    result = outreach("check", "wrm/2020-07")
    assert result.exit_code == 1
    lines = (home / "content/newsletters/wrm/2020-07/fr.md").read_text().splitlines()
    assert f"FAILS: content/newsletters/wrm/2020-07/fr.md:{len(lines)}: The link" in result.output
    assert "Fails: 1" in result.output


def test_for_programs_there_is_json(outreach: Command, filled: Database) -> None:
    assert filled
    result = outreach("check", "wrm/2020-07", "--json")
    told = json.loads(result.stdout)
    assert told["languages"] == ["en", "fr", "es"]
    assert told["fails"] == []
    assert {each["kind"] for each in told["warnings"]} == {"dates", "subject"}
    assert told["passed"]["fr"]
    assert told["not_looked_at"]["fr"] == ["spam"]
    assert told["warnings"][0]["line"] == 5


def test_an_unknown_edition_is_told(outreach: Command, filled: Database) -> None:
    assert filled
    result = outreach("check", "wrm/1999-01")
    assert result.exit_code == 1
    assert "There is no edition" in result.output


def test_links_are_looked_at_without_a_worker(
    outreach: Command, filled: Database, home: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled
    monkeypatch.setattr("outreach.newsletters.checks.links._RULES", web.rules())
    add_link(home, web.url("/404"))
    outreach("sync")
    before = outreach("check", "wrm/2020-07")
    assert before.exit_code == 0
    assert "not looked at within the last hour: 1, first" in before.output
    result = outreach("check", "wrm/2020-07", "--links")
    assert result.exit_code == 1
    assert "is dead: its site says that there is no such page (404)" in result.output
    asked = list(web.asked)
    assert asked
    again = outreach("check", "wrm/2020-07", "--links", "--json")
    assert web.asked == asked  # known for an hour
    assert json.loads(again.stdout)["spamassassin_missing"] in (True, False)
