"""The log: by who, by kind, by day, a page at a time, and quick at any size."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import func, insert, select, update

from outreach.staff import audit
from outreach.staff.audit import Wanted
from outreach.staff.models import Act, Role, Staff
from outreach.web.desk.log import PAGE
from tests.web.test_desk import EVE, Colleague, add, browser
from tests.web.visitor import Visitor


@pytest.fixture
def ada(site: Visitor) -> Colleague:
    """Give the browser of an admin who is signed in."""
    add(site)
    made = browser(site)
    made.sign_in()
    return made


def lines(html: str) -> list[str]:
    """Give the lines of the log: what was done, and to what."""
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html, re.DOTALL)
    return [" | ".join(re.findall(r"<td[^>]*>([^<]*)</td>", row)[1:3]) for row in rows]


def write(site: Visitor, *acts: tuple[int | None, str, str, datetime]) -> None:
    """Write lines: by whom, what, of what, when."""
    with site.services.database.transaction() as session:
        for who, act, subject, at in acts:
            session.add(
                Act(
                    at=at,
                    staff_id=who,
                    who="x@example.org",
                    act=act,
                    subject=subject,
                    before={},
                    after={},
                )
            )
            session.flush()


def test_lines_are_chosen_by_who_kind_and_day(ada: Colleague) -> None:
    eve = add(ada.site, EVE, Role.VIEWER)
    monday, tuesday = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (16, 17))
    write(
        ada.site,
        (eve, "staff.role", "one", monday),
        (eve, "staff.link", "two", tuesday),
        (None, "staff.role", "three", tuesday),
    )
    assert lines(ada.get(f"log?who={eve}").text)[:2] == [
        "Mailed a link to choose a password | two",
        "Gave a role | one",
    ]
    assert lines(ada.get("log?kind=staff.role").text) == [
        "Gave a role | three",
        "Gave a role | one",
    ]
    assert lines(ada.get("log?day=2026-11-17").text) == [
        "Gave a role | three",
        "Mailed a link to choose a password | two",
    ]
    assert "Gave a role | three" in lines(ada.get("log?who=command-line").text)
    chosen = f"log?who={eve}&kind=staff.role&day=2026-11-16"
    html = ada.get(chosen).text
    assert lines(html) == ["Gave a role | one"]
    assert f'value="{eve}" selected' in html
    assert 'value="staff.role" selected' in html
    assert 'value="2026-11-16"' in html
    assert "No line is like that" in ada.get(f"log?who={eve}&day=2026-11-18").text


def test_a_day_is_a_day_of_staff(ada: Colleague) -> None:
    late = datetime(2026, 11, 16, 23, 59, 59, tzinfo=UTC)
    write(
        ada.site,
        (None, "staff.role", "before", late - timedelta(days=1)),
        (None, "staff.role", "late", late),
        (None, "staff.role", "after", late + timedelta(seconds=1)),
    )
    assert lines(ada.get("log?day=2026-11-16").text) == ["Gave a role | late"]


def test_pages_keep_what_was_chosen(ada: Colleague) -> None:
    moment = datetime(2026, 11, 16, 12, tzinfo=UTC)
    write(ada.site, *((None, "staff.role", f"n{number}", moment) for number in range(PAGE + 3)))
    write(ada.site, (None, "staff.link", "other", moment))
    first = ada.get("log?kind=staff.role&who=command-line").text
    assert len(lines(first)) == PAGE
    [onward] = re.findall(r'href="/desk/(log\?before=[^"]+)"', first)
    second = ada.get(onward.replace("&amp;", "&")).text
    assert lines(second) == [f"Gave a role | n{number}" for number in (2, 1, 0)]
    assert "The latest lines" in second
    assert "before=" not in second


def test_a_line_is_said_in_the_readers_words(ada: Colleague) -> None:
    rule = {"all": [{"language": ["fr"]}, {"not": {"country": ["ZA"]}}]}
    acts: tuple[tuple[str, str, dict[str, object], dict[str, object]], ...] = (
        ("campaign.schedule", "campaign 7", {}, SCHEDULED),
        ("campaign.pause", "campaign 7", {"state": "sending", "sent": 1204}, {"state": "paused"}),
        ("edition.test", "gone/2020-01", {}, {"languages": "en, fr", "mails": 2, "as": "full"}),
        ("edition.test", "gone/2020-01", {}, {"as": "subscriber 205", "name": ""}),
        ("segment.change", "gone", {"rule": "old", "name": "N"}, {"rule": json.dumps(rule)}),
        ("staff.role", EVE, {"role": "viewer"}, {"role": "admin"}),
        ("staff.account", EVE, {"name": "", "language": "en"}, {"name": "E", "language": "fr"}),
        ("edition.links", "gone/2020-01", {}, {"links": "not a number"}),
    )
    with ada.site.services.database.transaction() as session:
        session.execute(update(Staff).values(language="fr"))
        for act, subject, before, after in acts:
            session.add(
                Act(
                    at=datetime(2026, 11, 27, 12, tzinfo=UTC),
                    staff_id=None,
                    who="command line",
                    act=act,
                    subject=subject,
                    before=before,
                    after=after,
                )
            )
            session.flush()
    html = unescape(ada.get("log").text)
    told = [
        line
        for cell in re.findall(r"<td[^>]*><span>((?:[^<]|<br>)*)</span></td></tr>", html)
        for line in cell.split("<br>")
        if line
    ]
    assert [line.replace("\N{NO-BREAK SPACE}", "~") for line in told[:14]] == [
        "Liens~: not a number",
        "Nom~: – → E",
        "Langue~: anglais → français",
        "Rôle~: lecture → administration",
        "Règle~: old → Toutes ces conditions~: Elles nous lisent dans cette langue~: français · "
        "Pas leur pays~: Afrique du Sud",
        "Nom~: N",
        "Écrit pour~: personne abonnée nº~205",
        "Langues~: anglais et français",
        "Courriels~: 2",
        "Écrit pour~: Amina Diallo",
        "État~: en cours d’envoi → en pause",
        "Envoyés~: 1\N{NARROW NO-BREAK SPACE}204",
        "Moment de l’envoi~: 28 nov. 2026, 01:16 (UTC)",
        "Nombre de personnes~: 1\N{NARROW NO-BREAK SPACE}204",
    ]
    assert "Campagne 7" in html


SCHEDULED: dict[str, object] = {"time": "2026-11-28T01:16+00:00", "people": 1204}


@pytest.mark.parametrize(
    "asked",
    [
        "who=999999",
        "who=-1",
        "who=x'--",
        "who=²",
        "kind=<script>",
        "day=2026-02-30",
        "day=9999-12-31",
        "day=20261116",
        "before=-5",
        f"before={10**40}",
        "before=x",
        f"who={10**30}",
        "day=0001-01-01",
    ],
)
def test_odd_wishes_are_answered(ada: Colleague, asked: str) -> None:
    answer = ada.get(f"log?{asked}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_the_log_is_searched_by_who_by_act_and_by_day(ada: Colleague) -> None:
    site = ada.site
    rare = add(site, EVE, Role.VIEWER)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    with site.services.database.transaction() as session:
        session.execute(
            insert(Act),
            [
                {
                    "at": begin + timedelta(minutes=number),
                    "staff_id": None,
                    "who": "command line",
                    "act": "staff.role",
                    "subject": f"n{number}",
                    "before": {},
                    "after": {},
                }
                for number in range(5_000)
            ],
        )
    write(site, (rare, "staff.link", "rare", begin + timedelta(minutes=5)))
    day = begin + timedelta(days=2)
    ways = (
        (audit.ALL, 50),
        (Wanted(staff_id=rare), 2),
        (Wanted(act="staff.link", staff_id=rare), 1),
        (Wanted(act="staff.link"), 1),
        (Wanted(command_line=True), 50),
        (Wanted(since=day, until=day + timedelta(days=1)), 50),
        (Wanted(act="staff.role", since=day, until=day + timedelta(days=1)), 50),
        (Wanted(act="staff.let_in", since=day, until=day + timedelta(days=1)), 0),
    )
    with site.services.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Act)) or 0) > 5_000
        for wanted, count in ways:
            assert len(audit.acts(session, wanted)) == count, wanted
