"""An edition in three languages, to be broken in one place by each test."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach.db.database import Database
from outreach.links import Links
from outreach.mail.compose import Stationery
from outreach.newsletters.checks import link_rows
from outreach.newsletters.checks.edition import ask, check_edition
from outreach.newsletters.checks.findings import CheckResult
from outreach.newsletters.checks.looking import Outcome
from outreach.newsletters.compose import Desk, desk_for
from outreach.newsletters.queries import edition
from outreach.settings import Settings
from tests.conftest import REPOSITORY
from tests.writing import EVENT, Home, basic, picture, text

FOLDER = "content/newsletters/letter/july"
LANGUAGES = ("en", "fr", "es")
PREHEADERS = {
    "en": "Forty characters and a few more, so that inboxes show it.",
    "fr": "Quarante signes et quelques autres, pour les messageries.",
    "es": "Cuarenta signes y algunos más, para que se vea en el buzón.",
}
FIRST = 9
"""The line at which a body begins."""


@dataclass
class Desks:
    """The home, and what checking an edition in it needs."""

    home: Home
    stationery: Stationery

    def write(self, language: str, body: str, **head: str) -> None:
        """Write one language of the edition."""
        values = {
            "title": "July",
            "subject": "The letter of July",
            "preheader": PREHEADERS[language],
            "date": "2026-11-20",
            "summary": "What it is about.",
            **head,
        }
        lines = "\n".join(f"{key}: {value}" for key, value in values.items())
        self.home.write(f"{FOLDER}/{language}.md", f"---\n{lines}\n---\n\n{body}\n")

    def write_all(self, body: str, **head: str) -> None:
        """Write the same in every language."""
        for language in LANGUAGES:
            self.write(language, body, **head)

    def open(self, session: Session) -> Desk:
        """Give the desk of the edition."""
        return desk_for(
            session,
            self.stationery,
            self.home.links,
            edition=edition(session, "letter/july"),
            now=self.home.now,
        )

    def check(self, *, at: datetime | None = None) -> CheckResult:
        """Sync and check."""
        self.home.sync()
        with self.home.database.reading() as session:
            return check_edition(self.open(session), edition(session, "letter/july"), at=at)

    def told(self) -> list[tuple[str, str, str, str, int, str]]:
        """Sync and check: level, kind, language, file, line and English of each finding."""
        return [
            (
                str(each.level),
                str(each.kind),
                each.language,
                each.path.removeprefix(f"{FOLDER}/"),
                each.line,
                str(each.sentence),
            )
            for each in self.check().findings
        ]

    def ask(self, *, again: bool = False) -> int:
        """Ask for the links to be looked at."""
        self.home.sync()
        with self.home.database.transaction() as session:
            return ask(self.open(session), edition(session, "letter/july"), again=again)

    def record(self, outcomes: dict[str, Outcome]) -> None:
        """Let links have answered, now."""
        with self.home.database.transaction() as session:
            link_rows.record(session, outcomes, self.home.now)


@pytest.fixture(scope="session")
def stationery() -> Stationery:
    """Give the product's own templates."""
    return Stationery(REPOSITORY / "templates")


@pytest.fixture
def desks(
    tmp_path: Path, database: Database, settings: Settings, now: datetime, stationery: Stationery
) -> Desks:
    """Give a home with an edition in three languages that has nothing wrong with it."""
    path = tmp_path / "home"
    path.mkdir()
    links = Links("https://news.example.org", settings.secret_keys)
    home = basic(Home(path, database, replace(settings, home=path), links, now))
    for language in LANGUAGES:
        home.write(f"content/pages/guide/{language}.md", text())
        home.write(f"content/articles/story/{language}.md", text())
        home.write(f"content/events/talk/{language}.md", text("A talk"))
        home.write(f"content/events/over/{language}.md", text("Long ago"))
    home.write("content/events/talk/event.toml", EVENT.replace("registration =", "# "))
    over = EVENT.replace("2026-12-01", "2026-10-01").replace("registration =", "# ")
    home.write("content/events/over/event.toml", over)
    home.write(f"{FOLDER}/images/a.png", picture((640, 400)))
    made = Desks(home, stationery)
    made.write_all("Some words.")
    assert home.faults() == []
    return made
