"""The list of registrants, as spreadsheets read it."""

import csv
import io
from datetime import date

import pytest

from outreach.errors import NotFound
from outreach.events.queries import event
from outreach.events.registrants import export_csv
from tests.events.hall import TALK, Hall, Reception

QUESTIONS = """
[[registration.questions]]
name = "meal"

[[registration.questions.choices]]
en = "Yes, please"

[[registration.questions.choices]]
en = "No"

[registration.questions.label]
en = "A meal?"
"""


def exported(hall: Hall, on: date | None = None) -> list[dict[str, str]]:
    """Write the list and read it again."""
    out = io.StringIO(newline="")
    with hall.home.database.reading() as session:
        count = export_csv(session, out, event(session, "talk"), on, "Europe/Paris")
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert len(rows) == count
    return rows


def test_each_registrant_is_a_line_with_their_answers_in_words(hall: Hall) -> None:
    hall.sync(TALK + QUESTIONS)
    desk = Reception(hall)
    desk.register("a@example.org", name="Aïcha", country="ML", **{"question-meal": "1"})
    desk.confirm(desk.only().id)
    [row] = exported(hall)
    assert row["name"] == "Aïcha"
    assert (row["address"], row["state"], row["date"]) == (
        "a@example.org",
        "confirmed",
        "2026-12-01",
    )
    assert row["registered"] == "2026-11-23 10:00"
    assert row["answer: meal"] == "Yes, please"


def test_a_cell_that_would_run_as_a_formula_does_not(hall: Hall) -> None:
    hall.seat(name="=HYPERLINK(1)")
    assert exported(hall)[0]["name"] == "'=HYPERLINK(1)"


def test_one_date_or_none(hall: Hall) -> None:
    hall.seat()
    assert len(exported(hall, date(2026, 12, 1))) == 1
    with pytest.raises(NotFound):
        exported(hall, date(2026, 12, 2))
