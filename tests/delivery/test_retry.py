"""The rules of trying again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.delivery.models import State, Stream
from outreach.delivery.retry import BACK_OFF, decide, next_pause
from outreach.delivery.transports.parcels import Fate

AWAY = timedelta(seconds=30)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tries=st.integers(1, 5), chance=st.floats(0, 1))
def test_pauses_grow_from_a_quarter_of_an_hour_to_eight_hours(tries: int, chance: float) -> None:
    pause = next_pause(tries, chance)
    assert pause is not None
    assert BACK_OFF[tries - 1] * 0.89 < pause < BACK_OFF[tries - 1] * 1.11
    assert timedelta(minutes=13) < pause < timedelta(hours=9)


def test_after_five_further_tries_it_is_given_up() -> None:
    assert next_pause(6, 0.5) is None
    decision = decide(Fate.DEFERRED, Stream.BULK, tries=5, away=AWAY, chance=0.5)
    assert decision.state is State.FAILED


@pytest.mark.parametrize("stream", list(Stream))
def test_a_server_that_is_away_costs_nothing(stream: Stream) -> None:
    decision = decide(Fate.RETURNED, stream, tries=5, away=AWAY, chance=0.5)
    assert (decision.state, decision.pause) == (State.QUEUED, AWAY)
    assert not decision.costs_a_try


def test_what_was_cut_off_is_uncertain_for_bulk_and_goes_again_for_transactional_mail() -> None:
    bulk = decide(Fate.CUT_OFF, Stream.BULK, tries=0, away=AWAY, chance=0.5)
    letter = decide(Fate.CUT_OFF, Stream.TRANSACTIONAL, tries=0, away=AWAY, chance=0.5)
    assert bulk.state is State.UNCERTAIN
    assert (letter.state, letter.costs_a_try) == (State.QUEUED, True)
