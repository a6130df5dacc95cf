"""Tokens and addresses of ours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import BadToken
from outreach.links import Links, Purpose

LINKS = Links("https://news.example.org", ("k" * 40,))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBERS = st.lists(st.integers(0, 2**62), min_size=1, max_size=5)


@given(st.sampled_from(Purpose), NUMBERS)
def test_a_token_gives_back_its_numbers(purpose: Purpose, numbers: list[int]) -> None:
    assert LINKS.read(purpose, LINKS.token(purpose, *numbers)) == tuple(numbers)


@given(NUMBERS, st.data())
def test_a_token_with_any_character_changed_opens_nothing(
    numbers: list[int], data: st.DataObject
) -> None:
    token = LINKS.token(Purpose.UNSUBSCRIBE, *numbers)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_").filter(lambda letter: letter != token[place]))
    with pytest.raises(BadToken):
        LINKS.read(Purpose.UNSUBSCRIBE, token[:place] + other + token[place + 1 :])


@given(st.text(max_size=200))
def test_no_text_of_a_stranger_opens_anything(text: str) -> None:
    with pytest.raises(BadToken):
        LINKS.read(Purpose.PREFERENCES, text)


def test_a_token_for_one_purpose_opens_no_other() -> None:
    token = LINKS.token(Purpose.UNSUBSCRIBE, 1)
    with pytest.raises(BadToken):
        LINKS.read(Purpose.PREFERENCES, token)


def test_a_lasting_token_is_not_read_as_an_expiring_one() -> None:
    token = LINKS.token(Purpose.PERSONAL, 7, int((NOW + timedelta(days=9)).timestamp()))
    with pytest.raises(BadToken):
        LINKS.read_expiring(Purpose.PERSONAL, token, NOW)


def test_an_expiring_token_is_good_for_its_time_only() -> None:
    token = LINKS.token(Purpose.PERSONAL, 7, expires=NOW + timedelta(hours=1))
    assert LINKS.read_expiring(Purpose.PERSONAL, token, NOW) == (7,)
    with pytest.raises(BadToken, match="expired"):
        LINKS.read_expiring(Purpose.PERSONAL, token, NOW + timedelta(hours=1))


def test_a_link_signed_with_an_earlier_key_goes_on_working() -> None:
    rotated = Links(LINKS.base_url, ("n" * 40, *LINKS.keys))
    assert rotated.read(Purpose.CONFIRM, LINKS.token(Purpose.CONFIRM, 1, 2)) == (1, 2)
    with pytest.raises(BadToken):
        Links(LINKS.base_url, ("n" * 40,)).read(Purpose.CONFIRM, LINKS.token(Purpose.CONFIRM, 1))


def test_the_unsubscribe_address_is_at_most_75_characters() -> None:
    url = LINKS.to_unsubscribe(subscriber=50_000_000, topic=999, batch=900_000)
    assert len(url) <= 75
