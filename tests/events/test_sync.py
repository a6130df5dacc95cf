"""Event files become occurrences; nobody is mailed, and nothing that was promised is deleted."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from outreach.delivery.models import Delivery
from outreach.events.changes import open_changes
from outreach.events.models import EventStatus, Occurrence
from outreach.events.queries import event, upcoming
from tests.writing import EVENT, Home, text

PATH = "content/events/talk/event.toml"
SERIES = """\
kind = "meeting"
start = 2026-10-01T15:00:00
end = 2026-10-01T16:00:00
zone = "Europe/Paris"

[recurrence]
rule = "FREQ=MONTHLY;BYDAY=1TH;COUNT=6"
"""
CONFIRMED, CANCELLED = EventStatus.CONFIRMED, EventStatus.CANCELLED
Row = tuple[date, datetime | None, EventStatus]


def sync(home: Home, content: str) -> None:
    """Write `event.toml` and sync."""
    home.write(PATH, content)
    assert home.faults() == []


def rows(home: Home) -> list[Row]:
    """Give original date, start and status of every occurrence."""
    with home.database.reading() as session:
        return [
            (row.original, row.starts_at, row.status) for row in event(session, "talk").occurrences
        ]


def waiting(home: Home) -> int:
    """Count the changes that wait for their release."""
    with home.database.reading() as session:
        return len(open_changes(session))


def at(month: int, day: int, hour: int) -> datetime:
    """Give a moment of the winter of 2026 and 2027."""
    return datetime(2026 if month > 6 else 2027, month, day, hour, 0, tzinfo=UTC)


def test_an_event_has_one_occurrence(talk: Home) -> None:
    sync(talk, EVENT)
    assert rows(talk) == [(date(2026, 12, 1), at(12, 1, 14), CONFIRMED)]
    assert waiting(talk) == 0


def test_a_series_has_its_occurrences(talk: Home) -> None:
    sync(talk, SERIES)
    assert rows(talk) == [
        (date(2026, 10, 1), at(10, 1, 13), CONFIRMED),
        (date(2026, 11, 5), at(11, 5, 14), CONFIRMED),
        (date(2026, 12, 3), at(12, 3, 14), CONFIRMED),
        (date(2027, 1, 7), at(1, 7, 14), CONFIRMED),
        (date(2027, 2, 4), at(2, 4, 14), CONFIRMED),
        (date(2027, 3, 4), at(3, 4, 14), CONFIRMED),
    ]
    assert waiting(talk) == 0


def test_an_event_that_moves_keeps_its_occurrence_and_its_first_name(talk: Home) -> None:
    sync(talk, EVENT)
    sync(talk, EVENT.replace("2026-12-01", "2026-12-08"))
    sync(talk, EVENT.replace("2026-12-01", "2026-12-09"))
    assert rows(talk) == [(date(2026, 12, 1), at(12, 9, 14), CONFIRMED)]
    with talk.database.reading() as session:
        row = event(session, "talk")
        assert row.previous_start == at(12, 1, 14)
        assert (row.date, row.occurrences[0].day) == (date(2026, 12, 9), date(2026, 12, 9))
    sync(talk, EVENT)
    with talk.database.reading() as session:
        assert event(session, "talk").previous_start is None


def test_an_occurrence_that_vanishes_is_cancelled_unless_it_is_over(talk: Home) -> None:
    sync(talk, SERIES)
    weekday = SERIES.replace("2026-10-01", "2026-10-02").replace("1TH", "1FR")
    sync(talk, weekday)
    told = {original: status for original, _, status in rows(talk)}
    assert told[date(2026, 10, 1)] is CONFIRMED
    assert told[date(2026, 12, 3)] is CANCELLED
    assert told[date(2026, 12, 4)] is CONFIRMED
    assert len(told) == 12


def test_one_occurrence_is_moved_and_another_cancelled(talk: Home) -> None:
    more = """
[[override]]
date = 2026-12-03
start = 2026-12-04T10:00:00

[[override]]
date = 2027-01-07
cancelled = true
"""
    sync(talk, SERIES + more)
    found = rows(talk)
    assert found[2] == (date(2026, 12, 3), at(12, 4, 9), CONFIRMED)
    assert found[3] == (date(2027, 1, 7), at(1, 7, 14), CANCELLED)


def test_a_cancelled_series_leaves_what_took_place_as_it_was(talk: Home) -> None:
    sync(talk, SERIES)
    sync(talk, SERIES.replace("\n[rec", 'status = "cancelled"\n\n[rec'))
    assert [status for _, _, status in rows(talk)] == [CONFIRMED] * 2 + [CANCELLED] * 4


def test_an_endless_series_grows_with_time_and_that_is_no_change(talk: Home) -> None:
    sync(talk, SERIES.replace(";COUNT=6", ""))
    before = rows(talk)
    with talk.database.reading() as session:
        changed_at = event(session, "talk").changed_at
    talk.now += timedelta(days=90)
    assert talk.sync().changed == ()
    after = rows(talk)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 3
    assert waiting(talk) == 0
    with talk.database.reading() as session:
        row = event(session, "talk")
        assert row.changed_at == changed_at
        assert sorted(row.announced["occurrences"]) == [str(original) for original, *_ in after]


def test_a_series_that_grew_while_a_change_waits_still_tells_only_that_change(
    talk: Home,
) -> None:
    endless = SERIES.replace(";COUNT=6", "")
    sync(talk, endless)
    sync(talk, endless + "\n[[override]]\ndate = 2027-03-04\ncancelled = true\n")
    talk.now += timedelta(days=60)
    talk.sync()
    with talk.database.reading() as session:
        [(_, change)] = open_changes(session)
        changed = {
            day
            for day, slot in change.after["occurrences"].items()
            if change.before["occurrences"].get(day) != slot
        }
        assert changed == {"2027-03-04"}


def test_a_folder_that_goes_away_cancels_what_people_expect(talk: Home) -> None:
    sync(talk, EVENT)
    for name in ("event.toml", "en.md"):
        talk.remove(f"content/events/talk/{name}")
    assert talk.faults() == []
    assert [status for _, _, status in rows(talk)] == [CANCELLED]
    assert waiting(talk) == 1
    with talk.database.reading() as session:
        assert event(session, "talk").translations
        assert upcoming(session, 9, "", talk.now) == []
    talk.write("content/events/talk/en.md", text("Talk"))
    sync(talk, EVENT)
    assert [status for _, _, status in rows(talk)] == [CONFIRMED]
    assert waiting(talk) == 0
    with talk.database.reading() as session:
        assert [each.slug for each in upcoming(session, 9, "", talk.now)] == ["talk"]


def test_a_folder_of_the_past_leaves_quietly_and_can_come_back(talk: Home) -> None:
    sync(talk, 'kind = "meeting"\ndate = 2020-06-23\n')
    for name in ("event.toml", "en.md"):
        talk.remove(f"content/events/talk/{name}")
    assert talk.faults() == []
    assert waiting(talk) == 0
    with talk.database.reading() as session:
        assert event(session, "talk").translations == []
    talk.write("content/events/talk/en.md", text("Talk"))
    sync(talk, 'kind = "meeting"\ndate = 2020-06-23\n')
    assert rows(talk) == [(date(2020, 6, 23), None, CONFIRMED)]
    with talk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Occurrence)) == 1


def test_a_faulty_file_keeps_its_last_good_occurrences(talk: Home) -> None:
    sync(talk, SERIES)
    before = rows(talk)
    talk.write(PATH, SERIES.replace("1TH", "1XX"))
    assert len(talk.faults()) == 1
    assert rows(talk) == before


def test_sync_mails_nobody(talk: Home) -> None:
    sync(talk, SERIES)
    sync(talk, SERIES.replace("T15", "T14"))
    sync(talk, SERIES.replace("\n[rec", 'status = "cancelled"\n\n[rec'))
    with talk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
