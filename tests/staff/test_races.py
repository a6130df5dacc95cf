"""Two people at once: a link counts once, an address is added once, an admin stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from outreach.db.database import Database
from outreach.errors import OutreachError
from outreach.links import Links
from outreach.settings import Settings
from outreach.staff import people
from outreach.staff.audit import Actor
from outreach.staff.invitations import INVITATION, choose_password, opened, password_link
from outreach.staff.models import Role, Staff

PASSWORD = "nine silver mountains"


def add(database: Database, address: str, now: datetime) -> Staff:
    """Add an admin."""
    with database.transaction() as session:
        return people.add(session, people.NewStaff(address, "", "en", Role.ADMIN), Actor(None, now))


def at_once(database: Database, act: Callable[[Session, int], object], count: int = 5) -> int:
    """Let several do something in the same moment; give how many were not refused."""

    def attempt(number: int) -> bool:
        try:
            with database.transaction() as session:
                act(session, number)
        except OutreachError:
            return False
        return True

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(attempt, range(count)))


@pytest.fixture
def links(settings: Settings) -> Links:
    """Give the maker of links."""
    return Links(settings.base_url, settings.secret_keys)


def test_of_those_who_use_a_link_at_once_one_chooses(
    database: Database, links: Links, now: datetime
) -> None:
    staff = add(database, "ada@example.org", now)
    token = password_link(links, staff, good_for=INVITATION, now=now).rpartition("/")[2]

    def choose(session: Session, _number: int) -> None:
        choose_password(session, opened(session, links, token, now, locked=True), PASSWORD, now)

    assert at_once(database, choose) == 1


def test_an_address_that_several_add_at_once_is_added_once(
    database: Database, now: datetime
) -> None:
    new = people.NewStaff("eve@example.org", "", "en", Role.VIEWER)
    assert at_once(database, lambda rows, _: people.add(rows, new, Actor(None, now))) == 1
    with database.reading() as session:
        assert len(people.everybody(session)) == 1


def test_admins_who_shut_each_other_out_at_once_leave_one(
    database: Database, now: datetime
) -> None:
    numbers = [add(database, f"{name}@example.org", now).id for name in ("ada", "eve", "cy")]

    def shut_out(session: Session, number: int) -> None:
        people.shut_out(session, session.get_one(Staff, numbers[number]), Actor(None, now))

    assert at_once(database, shut_out, 3) == 2
