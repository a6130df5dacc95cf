"""Links that were asked for: once, claimed by one worker, kept for an hour."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from outreach.db.database import Database
from outreach.newsletters.checks import link_rows
from outreach.newsletters.checks.looking import Outcome
from outreach.newsletters.checks.models import LinkCheck, Problem

URLS = [f"https://a.test/{number}" for number in range(5)]


def asked(database: Database, now: datetime, *, again: bool = False) -> int:
    """Ask for all links."""
    with database.transaction() as session:
        return link_rows.ask(session, URLS, now, again=again)


def claimed(database: Database, now: datetime, count: int = 10) -> list[str]:
    """Take some on."""
    with database.transaction() as session:
        return link_rows.claim(session, count, now)


def answered(database: Database, now: datetime, *urls: str, status: int = 200) -> None:
    """Write down how some answered."""
    with database.transaction() as session:
        link_rows.record(session, {url: Outcome(status) for url in urls}, now)


def pending(database: Database, now: datetime) -> int:
    """Count what waits."""
    with database.reading() as session:
        return link_rows.pending(session, URLS, now)


def known(database: Database, now: datetime) -> dict[str, int]:
    """Give the status of what is known."""
    with database.reading() as session:
        rows = link_rows.known(session, URLS, now)
        return {url: row.status for url, row in rows.items()}


def test_a_link_is_asked_for_once_however_often_a_button_is_pressed(
    database: Database, now: datetime
) -> None:
    assert asked(database, now) == 5
    assert asked(database, now) == 0
    assert asked(database, now, again=True) == 0
    assert pending(database, now) == 5
    answered(database, now + timedelta(seconds=1), *URLS[:3])
    assert pending(database, now) == 2
    assert asked(database, now + timedelta(seconds=2), again=True) == 0
    assert asked(database, now + timedelta(minutes=1)) == 0
    assert asked(database, now + timedelta(minutes=1), again=True) == 3


def test_every_link_is_taken_on_by_one_worker(database: Database, now: datetime) -> None:
    asked(database, now)
    first, second = claimed(database, now, 3), claimed(database, now, 3)
    assert (len(first), len(second)) == (3, 2)
    assert sorted(first + second) == URLS
    assert claimed(database, now) == []


def test_what_a_worker_never_told_about_is_taken_on_again(
    database: Database, now: datetime
) -> None:
    asked(database, now)
    claimed(database, now)
    answered(database, now, URLS[0])
    later = now + link_rows.GIVEN_UP + timedelta(seconds=1)
    assert sorted(claimed(database, later)) == URLS[1:]
    given_up = now + link_rows.PATIENCE + timedelta(seconds=1)
    assert claimed(database, given_up) == []
    assert pending(database, given_up) == 0
    assert asked(database, given_up) == 4


def test_an_answer_counts_for_an_hour(database: Database, now: datetime) -> None:
    answered(database, now, *URLS[:2], status=404)
    assert known(database, now) == dict.fromkeys(URLS[:2], 404)
    assert known(database, now + timedelta(minutes=59)) != {}
    assert known(database, now + timedelta(minutes=60)) == {}
    answered(database, now + timedelta(minutes=70), URLS[0])
    assert known(database, now + timedelta(minutes=70)) == {URLS[0]: 200}


def test_whether_anything_is_due_is_told_without_writing(database: Database, now: datetime) -> None:
    def due() -> bool:
        with database.reading() as session:
            return link_rows.is_due(session, now)

    assert not due()
    asked(database, now)
    assert due()
    claimed(database, now)
    assert not due()


def test_two_workers_may_write_the_same_links_down(database: Database, now: datetime) -> None:
    answered(database, now, *URLS)
    answered(database, now, *reversed(URLS), status=410)
    assert set(known(database, now).values()) == {410}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/" + "x" * 1900,
        "https://a.test/\u202e\u2028é☃",
        "https://a.test/'\";--",
        "https://a.test/%00",
    ],
)
def test_a_row_holds_any_address(database: Database, now: datetime, url: str) -> None:
    strange = f"https://b.test/\r\nX: y\x00\ud800{'z' * 5000}"
    with database.transaction() as session:
        link_rows.ask(session, [url], now)
        link_rows.record(session, {url: Outcome(200, strange, Problem.NONE)}, now)
    with database.reading() as session:
        [row] = link_rows.known(session, [url], now).values()
        assert row.url == url
        assert row.final_url.startswith("https://b.test/X: y")
        assert len(row.final_url) < 2001


def test_too_many_links_and_too_long_ones_are_left(database: Database, now: datetime) -> None:
    many = [f"https://a.test/{number}" for number in range(link_rows.MOST + 50)]
    with database.transaction() as session:
        assert link_rows.ask(session, [*many, "https://" + "a" * 3000], now) == link_rows.MOST


def test_links_are_forgotten_in_the_end(database: Database, now: datetime) -> None:
    asked(database, now)
    with database.transaction() as session:
        link_rows.ask(session, ["https://b.test/"], now + link_rows.FORGOTTEN + timedelta(days=1))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LinkCheck)) == 1
