"""What is counted for a partner, when, and how often: never more than once, and for no stranger."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach.db import hits
from outreach.db.models import Hit
from outreach.events.partner_models import Partner
from outreach.events.partner_source import PATH
from outreach.events.partner_totals import Totals, account, as_csv, listed
from outreach.events.registration_models import RegistrationState
from outreach.events.retention import purge_page
from tests.events.hall import TALK, Hall, Reception
from tests.writing import Home

PARTNERS = '[[partners]]\nslug = "one"\nname = "One"\n[[partners]]\nslug = "two"\nname = "Two"\n'
ONE_SEAT = TALK.replace("capacity = 5", "capacity = 1")


@pytest.fixture
def desk(hall: Hall) -> Reception:
    """Give the reception of a house with two partners."""
    hall.home.write(PATH, PARTNERS)
    assert hall.home.faults() == []
    return Reception(hall)


def counted(home: Home, slug: str = "one", kind: str = hits.PARTNER_REGISTRATION) -> int:
    """Give a total of a partner."""
    with home.database.reading() as session:
        return hits.total(session, kind, slug)


def partner(home: Home, slug: str = "one") -> Partner:
    """Give a partner."""
    with home.database.reading() as session:
        return session.scalars(select(Partner).where(Partner.slug == slug)).one()


def hit(home: Home, kind: str, day: date, count: int, slug: str = "one") -> None:
    """Count something."""
    with home.database.transaction() as session:
        hits.add(session, kind, slug, day=day, count=count)


def test_a_registration_counts_once_it_is_confirmed_and_a_second_click_counts_nothing(
    desk: Reception,
) -> None:
    desk.register("new@example.org", partner="one")
    row = desk.only()
    assert (row.partner, counted(desk.hall.home)) == ("one", 0)
    desk.confirm(row.id)
    desk.confirm(row.id)
    assert counted(desk.hall.home) == 1
    desk.register("new@example.org", partner="one")
    desk.register("new@example.org", partner="two")
    assert (counted(desk.hall.home), counted(desk.hall.home, "two")) == (1, 0)


def test_whoever_needs_no_click_counts_at_once(desk: Reception) -> None:
    desk.register("new@example.org")
    desk.confirm(desk.only().id)
    desk.cancel(desk.only().id)
    assert counted(desk.hall.home) == 0
    desk.register("new@example.org", partner="one")
    assert desk.all()[-1].state is RegistrationState.CONFIRMED
    assert counted(desk.hall.home) == 1


def test_whoever_gives_a_seat_back_and_takes_one_again_counts_once(desk: Reception) -> None:
    desk.register("new@example.org", partner="one")
    desk.confirm(desk.only().id)
    desk.cancel(desk.only().id)
    desk.register("new@example.org", partner="one")
    desk.cancel(desk.all()[-1].id)
    desk.register("new@example.org", partner="two")
    assert [row.partner for row in desk.all()] == ["one", "one", "two"]
    assert (counted(desk.hall.home), counted(desk.hall.home, "two")) == (1, 0)


def test_a_form_sent_again_before_the_click_counts_for_whom_it_named_last(desk: Reception) -> None:
    desk.register("new@example.org", partner="one")
    desk.register("new@example.org", partner="two")
    desk.register("new@example.org")
    assert desk.only().partner == "two"
    desk.confirm(desk.only().id)
    assert (counted(desk.hall.home), counted(desk.hall.home, "two")) == (0, 1)


def test_a_place_on_the_wait_list_counts_when_it_becomes_a_seat(desk: Reception) -> None:
    hall = desk.hall
    hall.sync(ONE_SEAT + "wait_list = true\n")
    first = hall.seat("first@example.org")
    desk.register("new@example.org", partner="one")
    waiting = desk.all()[-1].id
    desk.confirm(waiting)
    assert hall.registration(waiting).state is RegistrationState.WAITLISTED
    assert counted(hall.home) == 0
    desk.cancel(first)
    assert desk.offer() == 1
    assert counted(hall.home) == 0
    desk.confirm(waiting)
    assert counted(hall.home) == 1


def test_a_form_alone_counts_nothing_for_whom_nobody_knows_and_for_whom_is_registered(
    desk: Reception,
) -> None:
    desk.register("known@example.org", partner="one")
    desk.confirm(desk.only().id)
    before = counted(desk.hall.home)
    desk.register("known@example.org", partner="one")
    desk.register("unknown@example.org", partner="one")
    assert counted(desk.hall.home) == before


def test_what_a_partner_sees_has_no_registration_of_a_day_that_is_not_over(
    desk: Reception,
) -> None:
    home = desk.hall.home
    today = home.now.date()
    hit(home, hits.PARTNER_REGISTRATION, today, 3)
    hit(home, hits.PARTNER_VIEW, today, 5)
    with home.database.reading() as session:
        assert account(session, partner(home), today).ever == Totals(views=5)
        tomorrow = account(session, partner(home), today + timedelta(days=1))
        assert tomorrow.ever == Totals(views=5, registrations=3)
        [seen, _other] = listed(session, home.now)
        assert seen.recent == seen.ever == Totals(views=5, registrations=3)


def test_the_partner_outlives_the_persons_data(desk: Reception) -> None:
    home = desk.hall.home
    desk.register("new@example.org", partner="one")
    desk.confirm(desk.only().id)
    desk.hall.wait(days=400)
    with home.database.transaction() as session:
        assert purge_page(session, desk.only().occurrence_id, home.now) == 1
    row = desk.only()
    assert (row.subscriber_id, row.name, row.partner) == (None, "", "one")
    assert counted(home) == 1


def test_months_are_summed_up_and_older_ones_stand_in_the_whole(desk: Reception) -> None:
    home = desk.hall.home  # 23 November 2026
    hit(home, hits.PARTNER_VIEW, date(2026, 11, 23), 1)
    hit(home, hits.PARTNER_VIEW, date(2026, 11, 1), 2)
    hit(home, hits.PARTNER_SIGNUP, date(2026, 2, 28), 4)
    hit(home, hits.PARTNER_OUTWARD, date(2025, 12, 1), 8)
    hit(home, hits.PARTNER_VIEW, date(2025, 11, 30), 16)
    hit(home, hits.PARTNER_VIEW, date(2026, 11, 2), 99, slug="two")
    hit(home, "registration", date(2026, 11, 2), 99)
    with home.database.reading() as session:
        found = account(session, partner(home), home.now.date())
        [one, two] = listed(session, home.now)
    assert list(found.months) == [date(2025, 12, 1)] + [date(2026, m, 1) for m in range(1, 12)]
    assert found.months[date(2026, 11, 1)] == Totals(views=3)
    assert found.months[date(2026, 2, 1)] == Totals(signups=4)
    assert found.months[date(2025, 12, 1)] == Totals(outward=8)
    assert found.ever == one.ever == Totals(views=19, outward=8, signups=4)
    assert one.recent == Totals(views=3)
    assert two.recent == two.ever == Totals(views=99)


def test_the_last_thirty_days_are_thirty(desk: Reception) -> None:
    home = desk.hall.home
    today = home.now.date()
    hit(home, hits.PARTNER_VIEW, today - timedelta(days=29), 1)
    hit(home, hits.PARTNER_VIEW, today - timedelta(days=30), 10)
    with home.database.reading() as session:
        [one, _two] = listed(session, home.now)
    assert (one.recent.views, one.ever.views) == (1, 11)


def test_a_partner_that_nobody_saw_has_nought_of_all(desk: Reception) -> None:
    home = desk.hall.home
    with home.database.reading() as session:
        found = account(session, partner(home), home.now.date())
    assert set(found.months.values()) == {Totals()}
    assert len(found.months) == 12


def test_the_file_for_spreadsheets_has_a_line_a_month_and_one_for_all(desk: Reception) -> None:
    home = desk.hall.home
    hit(home, hits.PARTNER_VIEW, date(2026, 11, 1), 1234)
    with home.database.reading() as session:
        found = account(session, partner(home), home.now.date())
    lines = as_csv(found, ["Month", "=Views", "a", "b", "c"], "In all", ";").splitlines()
    assert lines[0] == "Month;'=Views;a;b;c"
    assert lines[1] == "2025-12;0;0;0;0"
    assert lines[-2:] == ["2026-11;1234;0;0;0", "In all;1234;0;0;0"]
    assert len(lines) == 14


def test_totals_hold_nothing_but_kind_slug_day_and_number(desk: Reception) -> None:
    desk.register("new@example.org", partner="one")
    desk.confirm(desk.only().id)
    with desk.hall.home.database.reading() as session:
        rows = session.scalars(select(Hit).where(Hit.kind.startswith("partner-"))).all()
    assert [(row.kind, row.key, row.count) for row in rows] == [("partner-registration", "one", 1)]
    assert set(Hit.__table__.columns.keys()) == {"kind", "key", "day", "count"}
