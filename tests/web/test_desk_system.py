"""The state of the system: who is at work, what waits, and the settings without any secret."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import update

from outreach.campaigns.models import CampaignState
from outreach.db import beats
from outreach.delivery.models import Batch, BatchState, State, Worker
from outreach.phrases.catalog import phrases
from outreach.settings import Settings
from outreach.staff.models import Role
from outreach.variables import VARIABLES, Variable
from outreach.web.desk.settings_shown import HIDDEN, shown_settings, without_secrets
from tests.web.desk_sends import Send, add_send, everybody_works
from tests.web.test_desk import Colleague, add, browser
from tests.web.visitor import Visitor

pytestmark = pytest.mark.one_database

SECRET = "hunter2hunter2hunter2hunter2hunter2"
ENGLISH = phrases("en")


def colleague(site: Visitor, role: Role) -> Colleague:
    """Give the browser of somebody of that role, signed in."""
    add(site, role=role)
    made = browser(site)
    made.sign_in()
    return made


def table(html: str, heading: str) -> list[str]:
    """Give the lines of the table below a heading, as text."""
    start = html.index(f">{heading}</h2>")
    body = html[html.index("<tbody>", start) : html.index("</tbody>", start)]
    lines = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


def test_workers_and_clocks_are_alive_silent_or_ended(site: Visitor) -> None:
    now, here = site.watch(), datetime.now(UTC)
    with site.services.database.transaction() as session:
        for host, beat_at, ended_at in (
            ("alive", here, None),
            ("silent", here - timedelta(seconds=31), None),
            ("ended", here - timedelta(hours=23), here - timedelta(hours=23)),
            ("forgotten", here - timedelta(hours=25), here - timedelta(hours=25)),
        ):
            worker = Worker(host=f"{host}/40", process=7, started_at=now, beat_at=beat_at)
            worker.ended_at = ended_at
            session.add(worker)
        beats.beat(session, "clock:tick", now)
        beats.beat(session, "clock:stopped", now - timedelta(seconds=61))
    html = colleague(site, Role.VIEWER).get("system").text
    workers = table(html, "Workers")
    assert [line.split()[0] for line in workers] == ["silent", "alive", "ended"]
    for line in workers:
        host, _, number, life, *_rest = line.split()
        assert (host, number) == (life, "7")
    assert [" ".join(line.split()[:2]) for line in table(html, "Clocks")] == [
        "tick alive",
        "stopped silent",
    ]


def test_a_worker_is_one_line_whatever_it_consists_of(site: Visitor) -> None:
    here = datetime.now(UTC)
    with site.services.database.transaction() as session:
        for host, age in (("a", 0), ("a", 0), ("b", 0), ("b", 31), ("c", 0)):
            beat_at = here - timedelta(seconds=age)
            worker = Worker(host=f"{host}/40", process=7, started_at=here, beat_at=beat_at)
            session.add(worker)
        before = {"started_at": here - timedelta(hours=1), "beat_at": here - timedelta(hours=1)}
        session.add(Worker(host="c/40", process=7, ended_at=here, **before))
    lines = table(colleague(site, Role.VIEWER).get("system").text, "Workers")
    told = {line.split()[0]: " ".join(line.split()[3:]) for line in lines}
    assert len(lines) == len(told) == 3
    assert told["a"].startswith("alive 2 parts")
    assert told["b"].startswith("silent 1 of 2 parts alive")
    assert "part" not in told["c"]
    assert told["c"].startswith("alive ")


def test_a_worker_that_ended_long_ago_is_shown_only_while_it_is_the_last(site: Visitor) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    with site.services.database.transaction() as session:
        for host, days in (("older", 1), ("old", 0)):
            at = long_ago - timedelta(days=days)
            session.add(Worker(host=host, process=7, started_at=at, beat_at=at, ended_at=at))
    viewer = colleague(site, Role.VIEWER)
    assert [line.split()[0] for line in table(viewer.get("system").text, "Workers")] == ["old"]


def test_a_clock_that_stopped_long_ago_is_shown_only_while_it_is_the_last(site: Visitor) -> None:
    now = site.watch()
    with site.services.database.transaction() as session:
        beats.beat(session, "clock:old", now - timedelta(days=8))
    viewer = colleague(site, Role.VIEWER)
    assert [line.split()[0] for line in table(viewer.get("system").text, "Clocks")] == ["old"]
    with site.services.database.transaction() as session:
        beats.beat(session, "clock:new", now)
    assert [line.split()[0] for line in table(viewer.get("system").text, "Clocks")] == ["new"]


def test_where_nobody_ever_worked_the_page_says_how_to_start(site: Visitor) -> None:
    html = colleague(site, Role.VIEWER).get("system").text
    assert "Start one with: outreach worker" in html
    assert "Start one with: outreach clock" in html


def test_what_waits_is_counted_with_the_oldest(site: Visitor) -> None:
    now = site.watch()
    add_send(site, Send("wrm/1", CampaignState.SENDING, now, {State.QUEUED: 1200, State.SENT: 5}))
    add_send(site, Send("wrm/2", CampaignState.PAUSED, now, {State.CLAIMED: 34}))
    site.sign_up("ana@example.org")
    first, second = table(colleague(site, Role.VIEWER).get("system").text, "What waits to be sent")
    assert first == "Confirmations, invitations and the like 1 23/11/2026, 09:00"
    assert second == "Editions and announcements 1,234 –"


def test_the_database_is_named_and_its_schema_judged(site: Visitor) -> None:
    html = colleague(site, Role.VIEWER).get("system").text
    kind = "SQLite" if site.services.database.is_sqlite else "PostgreSQL"
    assert re.search(rf"{kind} \d+\.\d+[.\d]*, [\d.]+ (kB|MB)", html)
    assert "up to date" in html
    with site.services.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    html = browser_again(site).get("system").text
    assert "not up to date" in html
    assert "outreach database upgrade" in html


def browser_again(site: Visitor) -> Colleague:
    """Sign in anew, who was added before."""
    made = browser(site)
    made.sign_in()
    return made


@pytest.mark.parametrize("role", list(Role))
def test_only_admins_see_the_settings(site: Visitor, role: Role) -> None:
    answer = colleague(site, role).get("system")
    assert answer.status_code == 200
    assert ("Settings as read" in answer.text) == (role is Role.ADMIN)
    assert ("STAFF_ZONE" in answer.text) == (role is Role.ADMIN)
    assert site.services.settings.secret_keys[0] not in answer.text


def test_settings_are_told_with_where_they_come_from(site: Visitor) -> None:
    lines = table(colleague(site, Role.ADMIN).get("system").text, "Settings as read")
    assert len(lines) == len(VARIABLES)
    said = {line.split()[0]: line for line in lines}
    assert said["OFFER_HOURS"].startswith("OFFER_HOURS 24 default How long a seat")
    assert said["LOG_LEVEL"].startswith("LOG_LEVEL ERROR set")
    length = len(site.services.settings.secret_keys[0])
    assert said["SECRET_KEY"].startswith(f"SECRET_KEY set, {length} characters set")
    assert said["MAILBOX_URL"].startswith("MAILBOX_URL empty default")


@pytest.mark.parametrize(
    "hostile",
    [
        f"smtp://user:{SECRET}@mail.example.org:587",
        f"smtps://{SECRET}:{SECRET}@mail.example.org",
        f"smtp://user:587/{SECRET}@mail.example.org",
        f"smtp://user:1#{SECRET}@mail.example.org",
        f"smtp://user:1?{SECRET}@mail.example.org",
        f"smtp://user:{SECRET}[@mail.example.org",
        f"smtp://user:x@{SECRET}@mail.example.org",
        f"imaps://in:{SECRET}@mail.example.org/INBOX",
        f"postgresql://user:{SECRET}@database/outreach",
        f"postgresql://database/outreach?user=u&password={SECRET}",
        f"postgresql:///outreach?password={SECRET}#x",
        f"https://user:{SECRET}@news.example.org",
    ],
)
@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: str(variable.name))
def test_no_variable_gives_a_secret_away(variable: Variable, hostile: str) -> None:
    said = without_secrets(variable.name, hostile, ENGLISH)
    assert SECRET not in said
    assert "hunter2" not in said
    assert HIDDEN in said or re.fullmatch(r"set, \d+ characters", said)


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_PREVIOUS", "SUPPRESSION_KEY"])
def test_a_key_is_only_said_to_be_set(name: str) -> None:
    assert without_secrets(name, SECRET, ENGLISH) == "set, 35 characters"
    assert without_secrets(name, "", ENGLISH) == "empty"


def test_what_a_variable_of_tomorrow_may_be_called_is_a_secret_too() -> None:
    for name in ("SMS_TOKEN", "API_KEY", "HOOK_SECRET", "SMTP_PASSWORD", "BASIC_AUTH"):
        assert SECRET not in without_secrets(name, SECRET, ENGLISH)


def test_an_address_without_a_secret_is_told_whole() -> None:
    for value in ("sqlite:////var/outreach.sqlite", "https://news.example.org", "maildir:out"):
        assert without_secrets("X", value, ENGLISH) == value
    assert without_secrets("X", "postgresql://u:p@db:5433/out", ENGLISH) == (
        f"postgresql://{HIDDEN}@db:5433/out"
    )


def test_the_settings_keep_what_the_environment_said_out_of_their_own_words(
    settings: Settings,
) -> None:
    assert settings.given["SECRET_KEY"]
    assert "given" not in repr(settings)


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: str(variable.name))
def test_the_meaning_of_every_setting_is_told_in_the_readers_language(
    variable: Variable, language: str, settings: Settings
) -> None:
    t = phrases(language)
    assert t(variable.meaning) != variable.meaning
    kept = set(re.findall(r"`[^`]+`", variable.meaning))
    assert set(re.findall(r"`[^`]+`", t(variable.meaning))) == kept
    [shown] = [each for each in shown_settings(settings, t) if each.name == variable.name]
    assert "".join(text for _, text in shown.meaning) == t(variable.meaning).replace("`", "")


def test_a_batch_that_is_held_is_not_overdue(site: Visitor) -> None:
    number = add_send(site, Send("wrm/1", CampaignState.SENDING, site.watch(), {State.QUEUED: 3}))
    assert number
    with site.services.database.transaction() as session:
        session.execute(update(Batch).values(state=BatchState.PAUSED))
    everybody_works(site)
    _, bulk = table(colleague(site, Role.VIEWER).get("system").text, "What waits to be sent")
    assert bulk == "Editions and announcements 3 –"
