"""What is counted for a partner, when, and how often: never more than once, and for no stranger."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach.db import hits
from outreach.db.models import Hit
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import SuppressionReason
from outreach.delivery.suppressions import suppress
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


def test_each_form_that_is_taken_counts_whatever_we_know_of_the_address(desk: Reception) -> None:
    home = desk.hall.home
    desk.register("known@example.org", partner="one")
    desk.confirm(desk.only().id)
    assert counted(home) == 1
    for number, address in enumerate(
        ("known@example.org", "unknown@example.org", "unknown@example.org", "other@example.org"), 2
    ):
        desk.register(address, partner="one")
        assert counted(home) == number
    desk.register("nobodys@example.org")
    desk.register("nobodys@example.org", partner="two")
    assert (counted(home), counted(home, "two")) == (5, 1)


def test_an_address_that_we_may_not_write_to_counts_as_any_other(desk: Reception) -> None:
    home = desk.hall.home
    with home.database.transaction() as session:
        marked = address_hash("gone@example.org", home.settings.suppression_key)
        suppress(session, marked, SuppressionReason.BOUNCE, home.now)
    desk.register("gone@example.org", partner="one")
    assert (desk.all(), counted(home)) == ([], 1)


def test_what_becomes_of_a_form_counts_nothing_more(desk: Reception) -> None:
    hall = desk.hall
    hall.sync(ONE_SEAT + "wait_list = true\n")
    first = hall.seat("first@example.org")
    desk.register("new@example.org", partner="one")
    waiting = desk.all()[-1].id
    desk.confirm(waiting)
    assert hall.registration(waiting).state is RegistrationState.WAITLISTED
    desk.cancel(first)
    assert desk.offer() == 1
    for _click in range(2):
        desk.confirm(waiting)
    assert hall.registration(waiting).state is RegistrationState.CONFIRMED
    desk.cancel(waiting)
    assert counted(hall.home) == 1


def test_where_there_is_no_place_nothing_counts_known_or_not(desk: Reception) -> None:
    desk.hall.sync(ONE_SEAT)
    desk.hall.seat("first@example.org")
    for address in ("first@example.org", "unknown@example.org"):
        assert not desk.register(address, partner="one")
    assert counted(desk.hall.home) == 0


def test_a_row_keeps_the_partner_that_its_form_named_last(desk: Reception) -> None:
    desk.register("new@example.org", partner="one")
    desk.register("new@example.org", partner="two")
    desk.register("new@example.org")
    assert desk.only().partner == "two"


def test_a_partner_sees_what_staff_see_today_too(desk: Reception) -> None:
    home = desk.hall.home
    today = home.now.date()
    hit(home, hits.PARTNER_REGISTRATION, today, 3)
    hit(home, hits.PARTNER_VIEW, today, 5)
    with home.database.reading() as session:
        found = account(session, partner(home), today)
        [seen, _other] = listed(session, home.now)
    assert found.ever == found.months[today.replace(day=1)] == Totals(views=5, registrations=3)
    assert seen.recent == seen.ever == found.ever


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
