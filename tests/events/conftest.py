"""A home of its own for each test."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from tests.events.hall import Hall
from tests.writing import Home, basic, text


@pytest.fixture
def home(tmp_path: Path, database: Database, settings: Settings, now: datetime) -> Home:
    """Give a home with a site, topics and one newsletter."""
    path = tmp_path / "home"
    path.mkdir()
    links = Links(settings.base_url, settings.secret_keys)
    return basic(Home(path, database, replace(settings, home=path), links, now))


@pytest.fixture
def talk(home: Home) -> Home:
    """Give a home with the text of an event."""
    home.write("content/events/talk/en.md", text("Talk"))
    return home


@pytest.fixture
def hall(home: Home) -> Hall:
    """Give a house whose talk, on 1 December 2026, takes registrations."""
    for language, title in (("en", "Talk"), ("fr", "Conférence"), ("es", "Charla")):
        home.write(f"content/events/talk/{language}.md", text(title))
    made = Hall(home)
    made.sync()
    return made
