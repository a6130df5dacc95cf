"""What the ledger knows a person by."""

from datetime import datetime, timedelta

from outreach.audience.references import new_reference


def test_references_are_unlike_even_for_one_number_and_moment(now: datetime) -> None:
    assert len({new_reference(now, 7) for _ in range(1000)}) == 1000


def test_references_rise_with_number_and_time_and_fit_their_column(now: datetime) -> None:
    made = [new_reference(now, number) for number in range(20)]
    made.append(new_reference(now + timedelta(days=36_500), 1))
    assert made == sorted(made)
    assert {len(reference) for reference in made} == {32}
