"""A worker looks at links that were asked for, and lets letters be judged."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from outreach.bootstrap import Services, boot
from outreach.newsletters.checks import link_rows, spam
from outreach.newsletters.checks.models import LinkCheck, Problem, SpamCheck
from outreach.newsletters.queries import edition
from outreach.settings import Settings
from outreach.sync import synchronise
from outreach.worker import errands
from outreach.worker.steps import Shift, judge_letters, look_at_links
from tests.newsletters.checks.servers import Web, serving


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Give services around the fresh database and the sample's content."""
    made = boot(settings)
    yield made
    made.close()


@pytest.fixture
def web() -> Iterator[Web]:
    """Run a web of our own."""
    with serving() as running:
        yield running


def rows(services: Services) -> dict[str, LinkCheck]:
    """Give every link by its address."""
    with services.database.reading() as session:
        return {row.url: row for row in session.scalars(select(LinkCheck))}


def ask(services: Services, *urls: str) -> None:
    """Ask for links to be looked at."""
    with services.database.transaction() as session:
        link_rows.ask(session, urls, services.clock())


def test_links_that_were_asked_for_are_looked_at_and_written_down(
    services: Services, web: Web
) -> None:
    urls = [web.url(f"/{status}") for status in (200, 404, 500)]
    away = web.url("/200", "inner.test")
    ask(services, *urls, away)
    assert errands.look_at_links(services, Event(), rules=web.rules())
    found = rows(services)
    assert [found[url].status for url in urls] == [200, 404, 500]
    assert found[away].problem == Problem.PRIVATE
    assert all(row.checked_at and row.claimed_at is None for row in found.values())
    assert not errands.look_at_links(services, Event(), rules=web.rules())
    assert len(web.asked) == 5  # 404 and 500 are asked twice: HEAD, then GET


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_others(
    services: Services, web: Web
) -> None:
    stop = Event()
    stop.set()
    ask(services, *(web.url(f"/200/{number}") for number in range(4)))
    errands.look_at_links(services, stop, rules=web.rules())
    assert sum(row.checked_at is None for row in rows(services).values()) > 1
    with services.database.reading() as session:
        later = services.clock() + link_rows.GIVEN_UP + timedelta(seconds=5)
        assert link_rows.is_due(session, later)


def test_in_earnest_nothing_on_this_machine_is_looked_at(services: Services, web: Web) -> None:
    ask(services, "http://localhost/", "http://169.254.169.254/latest/", web.url("/200"))
    assert look_at_links(Shift(services, Event()))
    assert {row.problem for row in rows(services).values()} <= {"private", "port", "name"}
    assert web.asked == []


def test_letters_that_were_asked_for_are_judged(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[bytes] = []

    def verdict(mail: bytes) -> spam.Verdict:
        judged.append(mail)
        return spam.Verdict(True, 1.5, 5.0, "X 1.5")

    monkeypatch.setattr(spam, "judged", verdict)
    synchronise(services, services.clock())
    with services.database.transaction() as session:
        spam.ask(session, edition(session, "wrm/2020-07"), services.clock())
    shift = Shift(services, Event())
    while judge_letters(shift):
        pass
    assert len(judged) == 3
    assert all(mail.startswith(b"From: ") for mail in judged)
    with services.database.reading() as session:
        found = session.scalars(select(SpamCheck)).all()
        assert {(row.score, row.limit, row.installed) for row in found} == {(1.5, 5.0, True)}
        assert all(row.sources for row in found)


def test_a_letter_of_an_edition_that_has_gone_is_not_asked_for_again(services: Services) -> None:
    with services.database.transaction() as session:
        session.add(SpamCheck(edition="gone/gone", language="en", asked_at=services.clock()))
    assert judge_letters(Shift(services, Event()))
    assert not judge_letters(Shift(services, Event()))
