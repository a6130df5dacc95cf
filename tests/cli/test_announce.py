"""Announcing an event from the command line: the plan, the preview, the warning, afterwards."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from outreach.times import utc_now
from tests.cli.conftest import Command
from tests.events.hall import Hall
from tests.writing import Home, text

TALK = """\
kind = "webinar"
topic = "news"
start = 2036-12-01T15:00:00
end = 2036-12-01T16:30:00
zone = "Europe/Paris"

[registration]
"""
ANNOUNCE = ("campaign", "announce", "talk")


@pytest.fixture
def hall(filled: Database, home: Path, settings: Settings) -> Hall:
    """Give the sample with a talk in ten years."""
    links = Links(settings.base_url, settings.secret_keys)
    settings = replace(settings, home=home)
    made = Hall(Home(home, filled, settings, links, utc_now() - timedelta(hours=3)))
    for language, title in (("en", "Talk"), ("fr", "Conférence")):
        made.home.write(f"content/events/talk/{language}.md", text(title))
    made.sync(TALK)
    return made


def test_the_plan_is_shown_and_the_campaign_frozen(hall: Hall, outreach: Command) -> None:
    done = outreach(*ANNOUNCE, "--now", "--yes")
    assert done.exit_code == 0, done.output
    assert "events/talk to the subscribers of “news”, now" in done.stdout
    assert "Recipients in all: 12" in done.stdout
    assert "Campaign 1 is scheduled." in done.stdout
    again = outreach(*ANNOUNCE, "--at", "2036-11-01 09:00", "--zone", "Europe/Paris", "--yes")
    assert "This has campaigns already: 1 (scheduled)." in again.stdout
    assert "events/talk" in outreach("campaign", "list").stdout


def test_a_preview_writes_files_and_sends_nothing(
    hall: Hall, outreach: Command, tmp_path: Path
) -> None:
    done = outreach(*ANNOUNCE, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{each}.{kind}" for each in ("en", "fr") for kind in ("html", "txt", "eml")}
    mail = (tmp_path / "out" / "fr.txt").read_text()
    assert "/fr/events/talk/register\n" in mail
    assert "[[" not in mail
    assert b"text/calendar" in (tmp_path / "out" / "fr.eml").read_bytes()
    assert outreach("campaign", "list", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("options", [(), ("--now", "--at", "2036-11-01 09:00")])
def test_a_time_must_be_said_and_only_one(
    hall: Hall, outreach: Command, options: tuple[str, ...]
) -> None:
    assert outreach(*ANNOUNCE, *options).exit_code == 2


def test_what_cannot_be_announced_is_refused_in_words(hall: Hall, outreach: Command) -> None:
    for slug, said in (("nothing", "not here"), ("embedding-gender", "is over")):
        done = outreach("campaign", "announce", slug, "--now", "--yes")
        assert done.exit_code == 1
        assert said in done.stderr


def test_a_change_warns_of_an_announcement_that_says_the_old_time(
    hall: Hall, outreach: Command
) -> None:
    outreach(*ANNOUNCE, "--at", "2036-11-01 09:00", "--zone", "Europe/Paris", "--yes")
    hall.wait(hours=4)
    hall.sync(TALK.replace("T15:00", "T14:00"))
    assert "outreach campaign cancel 1" in outreach("events", "diff").stdout
    outreach("campaign", "cancel", "1", "--yes")
    assert "outreach campaign cancel" not in outreach("events", "diff").stdout
