"""What embeds show: the next events, those of a month, and the way to each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from outreach.content.site import load_site
from outreach.events.programme import Shown, Wish, coming_up, in_use, of_month, span, topics
from outreach.events.programme import ways_to_subscribe as ways
from tests.events.hall import SERIES, TALK
from tests.writing import EVENT, Home, text

EXTERNAL = EVENT.replace("webinar", "meeting").replace("2026-12-01", "2026-12-20")


@pytest.fixture
def programme(home: Home) -> Home:
    """Give a talk and a series with registration by us, and a meeting with it elsewhere."""
    for slug, content in {"talk": TALK, "hour": SERIES, "away": EXTERNAL}.items():
        home.write(f"content/events/{slug}/event.toml", content)
        home.write(f"content/events/{slug}/en.md", text(slug))
    assert home.faults() == []
    return home


def next_ones(home: Home, wish: Wish, *, hours: float = 0, count: int = 9) -> list[Shown]:
    """Give what comes up, some hours later."""
    now = home.now + timedelta(hours=hours)
    with home.database.reading() as session:
        site = load_site(session, home.links)
        return coming_up(session, site, home.links, wish, count=count, now=now)


def december(home: Home, wish: Wish) -> list[Shown]:
    """Give every date of December 2026."""
    with home.database.reading() as session:
        site = load_site(session, home.links)
        days = date(2026, 12, 1), date(2026, 12, 31)
        return of_month(session, site, home.links, wish, days=days, now=home.now)


EVERYTHING = Wish("en")


def test_each_event_comes_once_and_every_date_of_a_month(programme: Home) -> None:
    assert [each.listed.slug for each in next_ones(programme, EVERYTHING)] == [
        "talk",
        "hour",
        "away",
    ]
    assert len(next_ones(programme, EVERYTHING, count=1)) == 1
    weekly = SERIES.replace("FREQ=MONTHLY;BYDAY=1TH;COUNT=3", "FREQ=WEEKLY;COUNT=3")
    programme.write("content/events/hour/event.toml", weekly)
    assert programme.faults() == []
    days = [(each.listed.slug, each.listed.date.day) for each in december(programme, EVERYTHING)]
    assert days == [("talk", 1), ("hour", 3), ("hour", 10), ("hour", 17), ("away", 20)]


def test_what_a_month_shows_many_times_is_read_once(programme: Home) -> None:
    said: list[str] = []

    def hear(*heard: object) -> None:
        said.append(str(heard[2]))

    engine = programme.database.engine
    event.listen(engine, "before_cursor_execute", hear)
    assert len(december(programme, EVERYTHING)) == 3
    event.remove(engine, "before_cursor_execute", hear)
    assert [each for each in said if "events.recurrence" in each and "JOIN" in each] == []


def test_any_of_several_topics_and_kinds_may_be_meant(programme: Home) -> None:
    def slugs(wish: Wish) -> list[str]:
        return [each.listed.slug for each in next_ones(programme, wish)]

    assert slugs(Wish("en", kinds=("webinar",))) == ["talk"]
    assert slugs(Wish("en", kinds=("webinar", "meeting"))) == ["talk", "hour", "away"]
    assert slugs(Wish("en", topics=("news", "gone"), kinds=("meeting",))) == ["hour", "away"]
    assert slugs(Wish("en", topics=("gone",))) == []


def test_the_way_to_register_is_our_page_for_the_very_date_and_names_the_partner(
    programme: Home,
) -> None:
    base = programme.links.base_url
    talk, hour, away = next_ones(programme, Wish("fr", partner="a&b"))
    assert talk.register_url == f"{base}/fr/events/talk/register?partner=a%26b"
    assert hour.register_url == f"{base}/fr/events/hour/register?on=2026-12-03&partner=a%26b"
    assert away.register_url == f"{base}/fr/events/away/register?partner=a%26b"
    assert away.url == f"{base}/fr/events/away?partner=a%26b"
    assert (talk.id, hour.id) == ("talk@127.0.0.1", "hour@127.0.0.1#2026-12-03")


def test_where_registration_is_closed_it_says_so(programme: Home) -> None:
    closing = TALK.replace("capacity = 5", "closes_minutes_before = 600")
    programme.write("content/events/talk/event.toml", closing)
    assert programme.faults() == []
    talk = next_ones(programme, EVERYTHING, hours=24 * 8)[0]
    assert talk.register_url == ""
    assert str(talk.note) == "Registration for this event is closed."
    assert next_ones(programme, EVERYTHING)[0].note is None


def test_what_does_not_take_place_or_is_over_has_no_way_to_register(programme: Home) -> None:
    programme.write("content/events/away/event.toml", f'status = "cancelled"\n{EXTERNAL}')
    assert programme.faults() == []
    away = december(programme, EVERYTHING)[-1]
    assert (away.listed.takes_place, away.register_url, away.note) == (False, "", None)
    later = Home(
        programme.path,
        programme.database,
        programme.settings,
        programme.links,
        programme.now + timedelta(days=60),
    )
    assert {each.register_url for each in december(later, EVERYTHING)} == {""}
    assert {each.note for each in december(later, EVERYTHING)} == {None}


def test_what_has_left_the_content_is_not_shown(programme: Home) -> None:
    for name in ("event.toml", "en.md"):
        programme.remove(f"content/events/talk/{name}")
    programme.sync()
    assert "talk" not in [each.listed.slug for each in december(programme, EVERYTHING)]
    with programme.database.reading() as session:
        assert span(session, Wish("en", kinds=("webinar",))) is None


def test_how_far_there_is_something_and_by_what_one_can_choose(programme: Home) -> None:
    with programme.database.reading() as session:
        assert span(session, EVERYTHING) == (date(2026, 12, 1), date(2027, 2, 4))
        assert [topic.slug for topic in topics(session)] == ["news"]
        assert in_use(session) == ({"news"}, {"webinar", "meeting"})


def test_the_calendar_is_of_the_topic_and_the_kind_where_it_is_one(programme: Home) -> None:
    links = programme.links
    one = ways(links, Wish("fr", ("news",), ("webinar",)))
    assert one.ics == f"{links.base_url}/fr/events/topic/news/kind/webinar.ics"
    assert one.webcal == "webcal://127.0.0.1:8000/fr/events/topic/news/kind/webinar.ics"
    assert one.google.startswith("https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F")
    assert ways(links, Wish("fr", ("a", "b"))).ics == f"{links.base_url}/fr/events.ics"
