"""Events from the command line: what is planned, what changed, and its release."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.db.database import Database
from outreach.links import Links
from outreach.settings import Settings
from outreach.times import utc_now
from tests.cli.conftest import Command
from tests.events.hall import PATH, Hall
from tests.writing import Home, text

FAR = """\
kind = "webinar"
start = 2036-12-01T15:00:00
end = 2036-12-01T16:30:00
zone = "Europe/Paris"

[registration]
capacity = 5
"""


@pytest.fixture
def hall(filled: Database, home: Path, settings: Settings) -> Hall:
    """Give the sample with a talk in ten years, and two people who have a seat."""
    links = Links(settings.base_url, settings.secret_keys)
    settings = replace(settings, home=home)
    made = Hall(Home(home, filled, settings, links, utc_now() - timedelta(hours=3)))
    made.home.write("content/events/talk/en.md", text("Talk"))
    made.home.write("content/events/talk/fr.md", text("Conférence"))
    made.sync(FAR)
    made.seat("amina@example.org")
    made.seat("fanta@example.org", language="fr")
    made.wait(hours=1)
    return made


def moved(hall: Hall) -> None:
    """Let the talk begin an hour later."""
    hall.sync(FAR.replace("T15:00", "T16:00"))


def test_events_are_listed_with_their_seats(hall: Hall, outreach: Command) -> None:
    moved(hall)
    shown = outreach("events", "list")
    assert shown.exit_code == 0, shown.output
    [line] = [line for line in shown.stdout.splitlines() if line.startswith("talk ")]
    for words in ("webinar", "1 Dec 2036", "2 of 5", "en, fr", "to be released"):
        assert words in line
    known = {
        each["event"]: each for each in json.loads(outreach("events", "list", "--json").stdout)
    }
    assert (known["talk"]["seats"], known["talk"]["capacity"]) == (2, 5)
    assert len(known) > 2


def test_a_diff_says_what_changed_and_who_would_be_told(hall: Hall, outreach: Command) -> None:
    assert "Nothing waits" in outreach("events", "diff").stdout
    moved(hall)
    shown = outreach("events", "diff", "talk").stdout
    for words in (
        "2036-12-01",
        "moved",
        "15:00 (Europe/Paris",
        "16:00 (Europe/Paris",
        "en 1, fr 1",
    ):
        assert words in shown
    [told] = json.loads(outreach("events", "diff", "--json").stdout)
    assert told["occurrences"][0]["told"] == {"en": 1, "fr": 1}
    assert len(hall.sent()) == 2


def test_a_release_tells_them_and_there_is_nothing_left(hall: Hall, outreach: Command) -> None:
    moved(hall)
    released = outreach("events", "release", "talk")
    assert "Registrants who are told: 2" in released.stdout
    hall.wait(hours=4)
    hall.tell()
    assert [mail.subject for mail in hall.sent()[2:]] == [
        "New time: Talk",
        "Nouvel horaire\N{NO-BREAK SPACE}: Conférence",
    ]
    again = outreach("events", "release", "talk")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "no change of this event" in again.stderr


def test_what_does_not_exist_is_said(hall: Hall, outreach: Command) -> None:
    assert hall.home.path
    for words in (("diff", "nowhere"), ("release", "nowhere")):
        result = outreach("events", *words)
        assert result.exit_code == 1
        assert "not here any more" in result.stderr


def test_an_invitation_is_sent_again_to_who_has_a_seat(hall: Hall, outreach: Command) -> None:
    result = outreach("events", "resend", "talk", "Amina@example.org", "--on", "2036-12-01")
    assert "sent again: 1" in result.stdout, result.output
    assert [mail.to for mail in hall.sent()[2:]] == ["amina@example.org"]
    for address, why in (("nobody@example.org", "Nobody with the address"), ("x", "not an e-mail")):
        refused = outreach("events", "resend", "talk", address)
        assert refused.exit_code == 1
        assert why in refused.stderr
    assert len(hall.sent()) == 3
    assert (hall.home.path / PATH).exists()


def test_registrants_are_listed_and_written_to_a_file(hall: Hall, outreach: Command) -> None:
    shown = outreach("events", "registrations", "talk")
    assert shown.stdout.splitlines()[0].startswith("date,state,name,address")
    assert "amina@example.org" in shown.stdout
    file = hall.home.path / "list.csv"
    written = outreach("events", "registrations", "talk", "--out", str(file))
    assert "Registrations written: 2" in written.stdout
    assert file.read_bytes().startswith(b"\xef\xbb\xbfdate,")
    lines = outreach("events", "registrations", "talk", "--json", "--on", "2036-12-01").stdout
    assert [json.loads(line)["address"] for line in lines.splitlines()] == [
        "amina@example.org",
        "fanta@example.org",
    ]


def test_attendance_is_counted_by_language_and_country(hall: Hall, outreach: Command) -> None:
    shown = outreach("events", "attendance", "talk").stdout
    assert "seats" in shown
    assert "came" not in shown
    assert "Français" in shown
    told = json.loads(outreach("events", "attendance", "talk", "--json").stdout)
    assert (told["seats"], told["attendance_known"]) == (2, False)
    assert told["by_language"] == {"en": [1, 0], "fr": [1, 0]}
    assert hall.home.path


def test_a_link_is_replaced_and_mailed_anew(hall: Hall, outreach: Command) -> None:
    done = outreach("events", "revoke", "talk", "amina@example.org")
    assert "Links replaced: 1" in done.stdout, done.output
    assert [mail.to for mail in hall.sent()[2:]] == ["amina@example.org"]
    assert outreach("events", "revoke", "talk", "nobody@example.org").exit_code == 1


def test_a_purge_lists_what_is_due_before_it_deletes(hall: Hall, outreach: Command) -> None:
    assert "this is what is due" in outreach("events", "purge", "--dry-run").stdout
    assert "Registrations purged: 0" in outreach("events", "purge").stdout
    assert len(hall.sent()) == 2
