"""Changes wait for a person: proposed once, withdrawn when changed back, released by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.errors import NotFound, Refused
from outreach.events.changes import difference_of, open_changes
from outreach.events.differences import ChangeKind, difference, differs
from outreach.events.models import EventStatus
from outreach.events.queries import event
from outreach.events.recurrence import Series
from outreach.events.release import release
from outreach.events.state import Slot, State, series_state
from tests.writing import EVENT, Home, text

PATH = "content/events/talk/event.toml"
SERIES = """\
kind = "meeting"
start = 2026-12-03T15:00:00
duration = 60
zone = "Europe/Paris"

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=3"
"""
DAY = date(2026, 12, 1)
START = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
KINDS = {
    ("confirmed", "confirmed"): None,
    ("confirmed", "tentative"): ChangeKind.TENTATIVE,
    ("tentative", "confirmed"): ChangeKind.CONFIRMED,
    ("confirmed", "cancelled"): ChangeKind.CANCELLED,
    ("confirmed", "postponed"): ChangeKind.POSTPONED,
    ("postponed", "confirmed"): ChangeKind.RESTORED,
    ("postponed", "cancelled"): ChangeKind.CANCELLED,
    ("cancelled", "tentative"): ChangeKind.RESTORED,
    ("cancelled", "cancelled"): None,
}


@pytest.fixture
def talk(home: Home) -> Home:
    """Give a home with the text of an event."""
    home.write("content/events/talk/en.md", text("Talk"))
    return home


def sync(home: Home, content: str) -> None:
    """Write `event.toml` and sync."""
    home.write(PATH, content)
    assert home.faults() == []


def told(home: Home) -> list[tuple[date, ChangeKind]]:
    """Give what the open changes consist of."""
    with home.database.reading() as session:
        return [
            (each.original, each.kind)
            for _, change in open_changes(session)
            for each in difference_of(change)
        ]


def state(status: str = "confirmed", *, hours: int = 0) -> State:
    """Give an event of one occurrence."""
    slot = Slot(DAY, START + timedelta(hours=hours), None, EventStatus(status))
    return State(EventStatus(status), {DAY: slot})


@pytest.mark.parametrize(("statuses", "kind"), KINDS.items(), ids=str)
def test_a_change_of_status_is_told_as_what_it_is(
    statuses: tuple[str, str], kind: ChangeKind | None
) -> None:
    before, after = map(state, statuses)
    assert [each.kind for each in difference(before, after)] == ([kind] if kind else [])


def test_an_occurrence_is_moved_added_or_gone() -> None:
    none = State(EventStatus.CONFIRMED)
    [moved] = difference(state(), state(hours=1))
    assert moved.kind is ChangeKind.MOVED
    assert moved.before
    assert moved.after
    assert moved.after.starts_at == START + timedelta(hours=1)
    assert [each.kind for each in difference(none, state())] == [ChangeKind.ADDED]
    assert [each.kind for each in difference(state(), none)] == [ChangeKind.CANCELLED]
    assert difference(none, state("cancelled")) == ()
    assert difference(state("cancelled"), state("cancelled", hours=1)) == ()


def test_a_rule_that_ends_beyond_the_horizon_differs_although_nothing_is_seen_of_it() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    start = datetime(2026, 12, 3, 15, 0)
    endless, ending = (
        series_state(Series(start, "Europe/Paris", rule), EventStatus.CONFIRMED, now)
        for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=500")
    )
    assert difference(endless, ending) == ()
    assert differs(endless, ending)
    assert not differs(endless, endless)


def test_a_state_survives_json() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    start = datetime(2026, 12, 3, 15, 0)
    series = Series(start, "Europe/Paris", "FREQ=WEEKLY", timedelta(hours=1))
    for one in (state(), series_state(series, EventStatus.TENTATIVE, now)):
        assert State.from_json(one.to_json()) == one


def test_a_new_event_proposes_nothing_and_a_new_time_does(talk: Home) -> None:
    sync(talk, EVENT)
    assert told(talk) == []
    sync(talk, EVENT.replace("T15:00", "T14:00"))
    assert told(talk) == [(DAY, ChangeKind.MOVED)]


def test_a_corrected_typo_proposes_nothing(talk: Home) -> None:
    sync(talk, EVENT)
    talk.write("content/events/talk/en.md", text("Walk", body="Better words.\n"))
    sync(talk, EVENT.replace("A Foundation", "The Foundation"))
    assert told(talk) == []


def test_changing_back_withdraws_the_change(talk: Home) -> None:
    sync(talk, EVENT)
    sync(talk, EVENT.replace("T15:00", "T14:00"))
    sync(talk, EVENT)
    assert told(talk) == []
    with talk.database.reading() as session:
        [change] = event(session, "talk").changes
        assert change.withdrawn_at == talk.now


def test_further_changes_are_told_as_one(talk: Home) -> None:
    sync(talk, SERIES)
    sync(talk, SERIES + "\n[[override]]\ndate = 2027-01-07\ncancelled = true\n")
    sync(talk, SERIES.replace("COUNT=3", "COUNT=4").replace("duration = 60", "duration = 45"))
    assert told(talk) == [
        (date(2026, 12, 3), ChangeKind.MOVED),
        (date(2027, 1, 7), ChangeKind.MOVED),
        (date(2027, 2, 4), ChangeKind.MOVED),
        (date(2027, 3, 4), ChangeKind.ADDED),
    ]
    with talk.database.reading() as session:
        assert len(event(session, "talk").changes) == 1


def test_what_is_over_is_nobodys_news(talk: Home) -> None:
    sync(talk, 'kind = "meeting"\ndate = 2020-06-23\n')
    sync(talk, 'kind = "meeting"\ndate = 2020-06-24\n')
    assert told(talk) == []


def test_a_release_announces_what_changed(talk: Home) -> None:
    sync(talk, SERIES)
    sync(talk, SERIES + "\n[[override]]\ndate = 2027-01-07\ncancelled = true\n")
    with talk.database.transaction() as session:
        change = release(session, "talk", talk.now)
        assert [each.kind for each in difference_of(change)] == [ChangeKind.CANCELLED]
    with talk.database.reading() as session:
        row = event(session, "talk")
        assert row.sequence == 1
        assert [each.sequence for each in row.occurrences] == [0, 1, 0]
        assert row.announced == row.changes[0].after
        assert row.changes[0].released_at == talk.now
    assert told(talk) == []
    talk.sync()
    sync(talk, SERIES)
    assert told(talk) == [(date(2027, 1, 7), ChangeKind.RESTORED)]


def test_each_step_raises_the_sequence_of_what_changed_and_a_typo_does_not(talk: Home) -> None:
    cancelled = "\n[[override]]\ndate = 2027-01-07\ncancelled = true\n"
    steps = (
        (SERIES, 0, [0, 0, 0]),
        (SERIES + cancelled, 1, [0, 1, 0]),
        (SERIES + cancelled.replace("01-07", "02-04"), 2, [0, 2, 1]),
        (SERIES, 3, [0, 2, 2]),
        (SERIES.replace("\n[rec", 'organiser = "Another"\n\n[rec'), 3, [0, 2, 2]),
    )
    for content, whole, each in steps:
        sync(talk, content)
        with talk.database.reading() as session:
            row = event(session, "talk")
            assert row.sequence == whole
            assert [one.sequence for one in row.occurrences] == each


def test_a_postponed_event_waits_for_its_new_date(talk: Home) -> None:
    sync(talk, EVENT)
    for content, kind in (
        (EVENT + 'status = "postponed"\n', ChangeKind.POSTPONED),
        (EVENT.replace("2026-12-01", "2027-02-01"), ChangeKind.RESTORED),
    ):
        sync(talk, content)
        assert told(talk) == [(DAY, kind)]
        with talk.database.transaction() as session:
            release(session, "talk", talk.now)
    with talk.database.reading() as session:
        row = event(session, "talk")
        assert (row.sequence, row.occurrences[0].sequence) == (2, 2)


def test_there_must_be_something_to_release(talk: Home) -> None:
    sync(talk, EVENT)
    with talk.database.transaction() as session:
        with pytest.raises(Refused, match="no change"):
            release(session, "talk", talk.now)
        with pytest.raises(NotFound):
            release(session, "gone", talk.now)


def test_of_releases_at_the_same_time_one_wins(talk: Home) -> None:
    sync(talk, EVENT)
    sync(talk, EVENT.replace("T15:00", "T14:00"))

    def attempt(_: int) -> bool:
        try:
            with talk.database.transaction() as session:
                release(session, "talk", talk.now)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, range(6))) == [False] * 5 + [True]
    with talk.database.reading() as session:
        assert open_changes(session) == []
