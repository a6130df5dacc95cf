"""Tokens and addresses of ours."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.bootstrap import boot
from outreach.errors import BadToken
from outreach.links import Links, Purpose
from outreach.settings import Settings
from outreach.web.app import create_app

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
    assert len(LINKS.to_sandbox_unsubscribe(topic=999, message=900_000)) <= 75


def test_every_link_that_we_make_leads_to_a_route(settings: Settings) -> None:
    links = Links(settings.base_url, settings.secret_keys)
    made = {
        "to_unsubscribe": links.to_unsubscribe(subscriber=1, topic=1, batch=1),
        "to_preferences": links.to_preferences("fr", subscriber=1),
        "to_personal_data": links.to_personal_data("fr", subscriber=1, now=NOW),
        "to_confirm": links.to_confirm("fr", subscriber=1, signup=1),
        "to_edition": links.to_edition("fr", "wrm", "2020-07"),
        "to_article": links.to_article("fr", "slug"),
        "to_page": links.to_page("fr", "privacy"),
        "to_event": links.to_event("fr", "slug"),
        "to_register": links.to_register("fr", "slug", subscriber=1),
        "to_seat": links.to_seat("fr", registration=1),
        "to_join": links.to_join("fr", registration=1, number=0),
        "to_event_file": links.to_event_file("fr", "slug"),
        "to_calendar": links.to_calendar("fr", topic="news", kind="webinar"),
        "to_password": links.to_password(staff=1, number=0, expires=NOW),
        "to_sandbox_unsubscribe": links.to_sandbox_unsubscribe(topic=1, message=1),
        "to_sandbox_preferences": links.to_sandbox_preferences(topic=1, message=1),
        "to_preview": links.to_preview("fr", edition=1, now=NOW),
        "to_events": links.to_events("fr"),
        "to_embed": links.to_embed("fr", "events", "view=month"),
        "to_embed_data": links.to_embed_data("fr", "signup"),
        "to_embed_script": links.to_embed_script("v1.js"),
        "to_oembed": links.to_oembed(links.to_events("fr"), "json"),
        "to_builder": links.to_builder("fr", "view=next"),
        "to_partner": links.to_partner("fr", partner=1),
        "to_subscribe": links.to_subscribe("fr"),
        "to_newsletters": links.to_newsletters("fr"),
        "to_media": links.to_media("a" * 64, "guide.pdf"),
        "home": links.home("fr"),
    }
    assert set(made) == {name for name in dir(Links) if name.startswith("to_")} | {"home"}
    services = boot(settings)
    routes = create_app(services).url_map.bind("127.0.0.1:8000")
    for name, url in made.items():
        assert routes.test(urlsplit(url).path, "GET"), name
    services.close()
