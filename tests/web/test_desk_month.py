"""The calendar of the desk: weeks as each language begins them, days in the zone of staff."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.models import CampaignState
from outreach.events.models import Event, EventKind, EventTranslation, Occurrence
from outreach.staff.models import Role
from outreach.web.desk.agenda import Span, shown_days
from outreach.web.month import Month, month, weekdays
from tests.web.desk_sends import Send, add_send
from tests.web.test_desk import Colleague, add, browser
from tests.web.visitor import Visitor

TODAY = date(2026, 11, 28)
MONDAY, SUNDAY = Locale("fr"), Locale("es", "MX")


@pytest.mark.parametrize(
    ("locale", "first", "last"),
    [
        (MONDAY, date(2026, 10, 26), date(2026, 12, 6)),
        (SUNDAY, date(2026, 11, 1), date(2026, 12, 5)),
    ],
)
def test_weeks_begin_as_the_language_begins_them(locale: Locale, first: date, last: date) -> None:
    weeks = month("", TODAY, locale).weeks
    assert (weeks[0][0], weeks[-1][-1]) == (first, last)
    assert len({day.weekday() for day in (week[0] for week in weeks)}) == 1


def test_the_days_of_a_week_are_named_in_their_order() -> None:
    assert weekdays(month("", TODAY, MONDAY).weeks[0], MONDAY)[0] == ("lun.", "lundi")
    assert [whole for _, whole in weekdays(month("", TODAY, SUNDAY).weeks[0], SUNDAY)][::6] == [
        "domingo",
        "sábado",
    ]


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.sampled_from([MONDAY, SUNDAY]))
def test_every_day_of_a_month_stands_in_it_once(day: date, locale: Locale) -> None:
    shown = month(f"{day:%Y-%m}", TODAY, locale)
    days = [each for week in shown.weeks for each in week]
    assert days == sorted(set(days))
    assert all(len(week) == 7 for week in shown.weeks)
    inside = [each for each in days if each.month == day.month]
    assert (inside[0], inside[-1]) == (shown.first, shown.last)
    assert len(days) - len(inside) < 14


def test_the_months_before_and_after_cross_the_year_and_end_somewhere() -> None:
    assert (month("2026-12", TODAY, MONDAY).after, month("2026-01", TODAY, MONDAY).before) == (
        "2027-01",
        "2025-12",
    )
    assert month("2000-01", TODAY, MONDAY).before == ""
    assert month("2199-12", TODAY, MONDAY).after == ""


@pytest.mark.parametrize(
    "asked",
    ["", "2026", "2026-13", "2026-1", "1999-12", "2200-01", "9999-12", "nonsense", "20²6-01"],
)
def test_what_is_no_month_shows_the_present_one(asked: str) -> None:
    assert month(asked, TODAY, MONDAY) == Month(date(2026, 11, 1), 0)


def test_the_agenda_looks_ahead_unless_a_month_is_asked_for() -> None:
    shown = month("", TODAY, MONDAY)
    assert shown_days(shown, TODAY, asked=False)[1] == Span(TODAY, date(2026, 12, 28))
    assert shown_days(shown, TODAY, asked=True)[1] == Span(date(2026, 11, 1), date(2026, 11, 30))


def test_a_day_of_staff_has_the_hours_that_its_zone_gives_it() -> None:
    """Clocks go forward on 29 March and back on 25 October; in Cairo they skip midnight."""
    for day, zone, hours in (
        (date(2026, 3, 29), "Europe/Paris", 23),
        (date(2026, 10, 25), "Europe/Paris", 25),
        (date(2026, 4, 24), "Africa/Cairo", 23),
        (date(2026, 11, 1), "America/New_York", 25),
    ):
        begins, ends = Span(day, day).moments(zone)
        assert (ends - begins).total_seconds() == hours * 3600
        assert begins.tzinfo is UTC


@pytest.fixture
def paris(site: Visitor) -> Visitor:
    """Give the site of staff who live by the time of Paris."""
    settings = replace(site.services.settings, staff_zone="Europe/Paris")
    object.__setattr__(site.services, "settings", settings)
    return site


@pytest.fixture
def ada(paris: Visitor) -> Colleague:
    """Give the browser of a viewer who is signed in."""
    add(paris, role=Role.VIEWER)
    made = browser(paris)
    made.sign_in()
    return made


def cell(html: str, day: str) -> str:
    """Give what the table of the month says of one day."""
    start = html.index(f'<time datetime="{day}"><span aria-hidden')
    return html[start : html.index("</td>", start)]


def test_a_send_stands_on_the_day_of_staff(ada: Colleague) -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    add_send(ada.site, Send("late/2026-11", CampaignState.SCHEDULED, late))
    december = ada.get("?month=2026-12&view=month").text
    assert "late/2026-11" in cell(december, "2026-12-01")
    assert "00:30" in cell(december, "2026-12-01")
    november = ada.get("?month=2026-11&view=month").text
    assert "late/2026-11" not in cell(november, "2026-11-30")
    assert "late/2026-11" in cell(november, "2026-12-01")  # the last week shows the next month
    assert "late/2026-11" not in ada.get("?month=2026-11&view=agenda").text
    assert "late/2026-11" not in ada.get("?month=2027-02&view=month").text
    assert "Europe/Paris" in december


def test_what_was_cancelled_is_no_send_and_what_was_sent_says_so(ada: Colleague) -> None:
    moment = datetime(2026, 11, 10, 9, tzinfo=UTC)
    add_send(ada.site, Send("gone/1", CampaignState.CANCELLED, moment))
    add_send(ada.site, Send("went/1", CampaignState.SENT, moment))
    html = ada.get("?month=2026-11&view=month").text
    assert "gone/1" not in html
    assert "sent" in cell(html, "2026-11-10")


def test_a_full_day_shows_three_and_unfolds_the_rest(ada: Colleague) -> None:
    for number in range(5):
        moment = datetime(2026, 11, 10, 9 + number, tzinfo=UTC)
        add_send(ada.site, Send(f"full/{number}", CampaignState.SENT, moment))
    html = cell(ada.get("?month=2026-11&view=month").text, "2026-11-10")
    first, _, rest = html.partition("<details>")
    assert [f"full/{number}" in first for number in range(5)] == [True] * 3 + [False] * 2
    assert "2 more" in rest
    assert "full/4" in rest


def test_events_stand_on_the_day_of_staff_wherever_they_take_place(ada: Colleague) -> None:
    """Half past midnight of 3 December on Kiritimati is the 2nd in Paris."""
    start = datetime(2026, 12, 2, 10, 30, tzinfo=UTC)
    add_event(ada.site, "far", date(2026, 12, 3), start, zone="Pacific/Kiritimati")
    add_event(ada.site, "whole-day", date(2026, 12, 3), None)
    html = ada.get("?month=2026-12&view=month").text
    assert "far in English" in cell(html, "2026-12-02")
    assert "whole-day in English" in cell(html, "2026-12-03")
    assert "far in English" not in cell(html, "2026-12-03")


def test_a_day_may_be_two_off_across_the_earth(ada: Colleague) -> None:
    settings = replace(ada.site.services.settings, staff_zone="Etc/GMT+12")
    object.__setattr__(ada.site.services, "settings", settings)
    start = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)  # 2 December there, 30 November here
    add_event(ada.site, "far", date(2026, 12, 2), start, zone="Pacific/Kiritimati")
    html = ada.get("?month=2026-11&view=agenda").text
    assert "far in English" in html
    assert "far in English" not in ada.get("?month=2026-12&view=agenda").text


def test_today_is_marked_once_in_the_table(ada: Colleague) -> None:
    html = ada.get("?view=month").text
    assert html.count('aria-current="date"') == 1
    assert "today" in cell(html, "2026-11-23")
    assert 'aria-current="date"' not in ada.get("?view=month&month=2027-03").text


def test_without_a_wish_both_views_are_there_and_a_wish_leaves_one(ada: Colleague) -> None:
    both, listed, table = (ada.get(path).text for path in ("", "?view=agenda", "?view=month"))
    assert [html.count('class="month"') for html in (both, listed, table)] == [1, 0, 1]
    assert [html.count('class="agenda"') for html in (both, listed, table)] == [1, 1, 0]
    assert ada.get("?view=nonsense&month=<script>").status_code == 200


def add_event(
    site: Visitor, slug: str, day: date, start: datetime | None, *, zone: str = "Europe/Paris"
) -> None:
    """Enter a meeting with one occurrence."""
    with site.services.database.transaction() as session:
        texts = [
            EventTranslation(
                language=language,
                title=f"{slug} in {said}",
                summary="",
                body="",
                first_line=1,
                checksum="0" * 64,
                synced_at=site.watch(),
            )
            for language, said in (("en", "English"), ("fr", "French"), ("es", "Spanish"))
        ]
        event = Event(
            slug=slug,
            kind=EventKind.MEETING,
            date=day,
            starts_at=start,
            zone=zone,
            people=[],
            translations=texts,
        )
        event.occurrences.append(Occurrence(original=day, day=day, starts_at=start))
        session.add(event)


def test_what_is_of_no_hour_comes_before_what_is(ada: Colleague) -> None:
    add_event(ada.site, "whole-day", date(2026, 12, 3), None)
    add_send(
        ada.site, Send("august/1", CampaignState.SCHEDULED, datetime(2026, 12, 3, 8, tzinfo=UTC))
    )
    html = ada.get("?month=2026-12&view=agenda").text
    assert html.index("whole-day in English") < html.index("august/1")
