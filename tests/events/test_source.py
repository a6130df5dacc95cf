"""What `event.toml` may say, and how each fault is told: with its line, all at once."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.events.models import Event, EventStatus, RegistrationKind
from outreach.events.queries import event, photo
from outreach.events.recurrence import read_rule
from outreach.events.registration_source import QuestionSource, RegistrationSource
from outreach.events.series_source import OverrideSource, RecurrenceSource
from outreach.events.source import EventSource, PersonSource
from tests.writing import EVENT, Home, picture

REPOSITORY = Path(__file__).parent.parent.parent
PATH = "content/events/talk/event.toml"
SERIES = """\
kind = "meeting"
start = 2026-12-03T15:00:00
end = 2026-12-03T16:00:00
zone = "Europe/Paris"

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH"
"""


def read(home: Home, content: str) -> Event:
    """Sync a good file, and give the event."""
    home.write(PATH, content)
    assert home.faults() == []
    with home.database.reading() as session:
        return event(session, "talk")


def told(home: Home, content: str) -> list[tuple[int, str]]:
    """Sync a faulty file, and give line and English of each fault."""
    home.write(PATH, content)
    return [(line, said) for path, line, said in home.faults() if path == PATH]


def test_a_file_of_the_first_release_says_what_it_said(talk: Home) -> None:
    row = read(talk, EVENT)
    assert row.status is EventStatus.CONFIRMED
    assert row.registration is RegistrationKind.EXTERNAL
    assert row.registration_url == "https://example.org/register"
    assert (row.recurrence, row.reminders) == ({}, [1440, 60])


def test_registration_can_be_built_in(talk: Home) -> None:
    form = """
[registration]
capacity = 30
wait_list = true
closes_minutes_before = 15

[[registration.questions]]
name = "diet"
label = {en = "What do you eat?", fr = "Que mangez-vous ?"}
required = true
choices = [{en = "All"}, {en = "No meat"}]
"""
    row = read(talk, EVENT.replace('registration = "https://example.org/register"\n', form))
    assert (row.registration, row.registration_url) == (RegistrationKind.BUILT_IN, "")
    assert (row.capacity, row.wait_list, row.closes_minutes) == (30, True, 15)
    assert row.questions == [
        {
            "name": "diet",
            "label": {"en": "What do you eat?", "fr": "Que mangez-vous ?"},
            "required": True,
            "choices": [{"en": "All"}, {"en": "No meat"}],
        }
    ]


def test_everything_else_is_kept(talk: Home) -> None:
    more = """\
status = "tentative"
online_url = "https://example.org/room"
interpretation = ["fr", "es"]
reminders = [60, 4320, 60]
recording = "https://example.org/film"
slides = "https://example.org/slides.pdf"
retention_days = 30
"""
    row = read(talk, EVENT + more)
    assert row.status is EventStatus.TENTATIVE
    assert row.online_url == "https://example.org/room"
    assert row.interpretation == ["fr", "es"]
    assert row.reminders == [4320, 60]
    assert row.recording_url == "https://example.org/film"
    assert row.slides_url == "https://example.org/slides.pdf"
    assert row.retention_days == 30


def test_a_duration_stands_for_the_end(talk: Home) -> None:
    row = read(talk, EVENT.replace("end = 2026-12-01T16:30:00", "duration = 45"))
    assert row.ends_at == datetime(2026, 12, 1, 14, 45, tzinfo=UTC)


def test_a_photograph_lies_beside_the_file_and_is_described(talk: Home) -> None:
    person = '\n[[people]]\nname = "Ada"\nphoto = "ada.png"\n'
    assert told(talk, EVENT + person) == [
        (
            11,
            "“people”: Say in [people.photo_alt] what the photograph shows, for those who cannot "
            "see it.",
        )
    ]
    described = f'{person}\n[people.photo_alt]\nen = "Ada, laughing"\n'
    assert told(talk, EVENT + described) == [
        (11, "There is no picture “ada.png” beside this file or in “images”.")
    ]
    talk.write("content/events/talk/images/ada.png", picture())
    row = read(talk, EVENT + described)
    assert row.people[0]["photo_alt"] == {"en": "Ada, laughing"}
    with talk.database.reading() as session:
        found = photo(session, talk.links, event(session, "talk"), row.people[0])
        assert found
        assert (found.width, found.height) == (64, 48)
        assert photo(session, talk.links, event(session, "talk"), {"name": "Bea"}) is None


def test_a_series_and_what_departs_from_it_is_kept(talk: Home) -> None:
    more = """\
exceptions = [2027-01-07]
extra = [2027-01-14, 2027-01-21T18:00:00]

[[override]]
date = 2027-02-04
start = 2027-02-05T10:00:00

[[override]]
date = 2027-01-14
cancelled = true
"""
    row = read(talk, SERIES + more)
    assert row.recurrence["rule"] == "FREQ=MONTHLY;BYDAY=1TH"
    assert row.recurrence["exceptions"] == ["2027-01-07"]
    assert row.recurrence["extra"] == ["2027-01-14T14:00:00+00:00", "2027-01-21T17:00:00+00:00"]
    assert row.recurrence["departures"] == [
        ["2027-01-14", None, None],
        ["2027-02-04", "2027-02-05T09:00:00+00:00", "2027-02-05T10:00:00+00:00"],
    ]


def test_every_fault_of_a_series_is_told_at_once_with_its_line(talk: Home) -> None:
    more = """\
exceptions = [2027-01-08]
extra = [2027-02-04]

[[override]]
date = 2027-03-05
cancelled = true

[[override]]
date = 2027-04-01
start = 2027-03-28T02:30:00
"""
    assert told(talk, SERIES + more) == [
        (8, "The series has no occurrence on 2027-01-08."),
        (9, "There is an occurrence on 2027-02-04 already."),
        (11, "The series has no occurrence on 2027-03-05."),
        (
            17,
            "2027-03-28 02:30 does not exist in Europe/Paris: the clocks skip that hour. "
            "Choose an hour before or after.",
        ),
    ]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (SERIES.replace("1TH", "1FR"), 7, "The rule begins on 2026-12-04"),
        (SERIES.replace("FREQ=MONTHLY;", ""), 7, "how often"),
        (SERIES + "\n[[override]]\ndate = 2026-12-03\n", 10, "what becomes of it"),
        (
            SERIES + "\n[[override]]\ndate = 2026-12-03\nend = 2026-12-03T18:00:00\n",
            11,
            "without “start”",
        ),
        (
            SERIES + "\n[[override]]\ndate = 2026-12-03\nstart = 2026-12-03T18:00:00\n"
            "cancelled = true\n",
            11,
            "no new time",
        ),
        (EVENT + "\n[[override]]\ndate = 2026-12-03\ncancelled = true\n", 9, "“recurrence”"),
        (
            'kind = "deadline"\ndate = 2026-12-01\n\n[recurrence]\nrule = "FREQ=DAILY"\n',
            4,
            "without “start”",
        ),
        (EVENT + 'status = "moved"\n', 8, "Possible: confirmed, tentative, cancelled, postponed"),
        (EVENT + "duration = 60\n", 8, "said twice"),
        (EVENT + "reminders = [1]\n", 8, "a whole number from 5"),
        (EVENT + 'interpretation = ["fr", "fr"]\n', 8, "twice"),
        (EVENT + 'online_url = "room"\n', 8, "not a web address"),
        (EVENT.replace('"https://example.org/register"', '"here"'), 7, "not a web address"),
        (
            EVENT.replace('"https://example.org/register"', "{wait_list = true}"),
            7,
            "without “capacity”",
        ),
        (
            EVENT.replace('"https://example.org/register"', "{capacity = 0}"),
            7,
            "a whole number from 1",
        ),
        (
            EVENT.replace(
                '"https://example.org/register"', '{url = "https://example.org", capacity = 3}'
            ),
            7,
            "elsewhere",
        ),
        (EVENT.replace("2026-12-01T15:00:00", "2026-03-29T02:30:00"), 3, "does not exist"),
    ],
)
def test_a_fault_is_told_where_it_stands(talk: Home, content: str, line: int, said: str) -> None:
    [(found, sentence)] = told(talk, content)
    assert said in sentence
    assert found == line


def test_the_documentation_shows_what_can_be_read(talk: Home) -> None:
    documented = (REPOSITORY / "docs" / "content.md").read_text()
    blocks = re.findall(r"```toml\n(.*?)```", documented, re.DOTALL)
    [people] = [block for block in blocks if 'photo = "shakya.jpg"' in block]
    [series] = [block for block in blocks if "[recurrence]" in block]
    [form] = [block for block in blocks if "[[registration.questions]]" in block]
    talk.write("content/events/talk/images/shakya.jpg", picture())
    read(talk, people.replace('topic = "events"', 'topic = "news"'))
    start = SERIES.partition("[recurrence]")[0]
    row = read(talk, start + series + form)
    assert (row.capacity, row.questions[0]["name"]) == (50, "subject")
    rules = [rule for rule in re.findall(r"`(FREQ=[^`]+)`", documented) if not rule.endswith("1TH")]
    assert len(rules) == 4
    for rule in rules:
        read_rule(rule, "Europe/Paris")


def test_every_key_is_documented() -> None:
    documented = (REPOSITORY / "docs" / "content.md").read_text()
    part = documented.partition("## An event")[2].partition("\n## ")[0]
    models = (EventSource, PersonSource, RecurrenceSource, OverrideSource, RegistrationSource)
    for model in (*models, QuestionSource):
        for key in model.model_fields:
            assert re.search(rf"\b{key}\b", part), key
