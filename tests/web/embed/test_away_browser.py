"""When our site is away, slow or wrong: the link stays, or what the browser kept is shown."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.embed.neighbours import Host, StandIn
from tests.web.embed.rungs import (
    COMPONENTS,
    Watched,
    element,
    see_component,
    see_link,
    snippet,
    watch,
)

pytestmark = pytest.mark.browser

TICK = 10_000
"""Milliseconds, more than our scripts wait."""

WRONG = (
    (500, ""),
    (404, ""),
    (400, '{"error": "“x” cannot be “view”."}'),
    (200, "{"),
    (200, "null"),
    (200, "[]"),
    (200, '{"version": 2, "title": "x"}'),
    (200, '{"version": 1, "title": "x"}'),
    (200, "<!doctype html><title>A portal that wants a password</title>"),
)
"""Answers that are none, with their status."""


def settle(page: Page) -> None:
    """Let the page's timers pass twice, without waiting for them."""
    for _ in range(2):
        page.clock.run_for(TICK)
        page.wait_for_timeout(150)


@pytest.mark.parametrize("rung", ["loader", *COMPONENTS])
def test_when_we_are_away_the_link_stays(
    stand_in: StandIn, host: Host, watched: Watched, rung: str
) -> None:
    stand_in.leave()
    watched.page.goto(host.page("plain", snippet(rung, stand_in.origin)))
    watched.page.wait_for_timeout(300)
    see_link(watched.page, rung)
    watched.check(host.address, stand_in.origin)


@pytest.mark.parametrize("rung", COMPONENTS)
@pytest.mark.parametrize("keeping", ["public, max-age=300", "public, max-age=0"])
def test_when_we_are_away_what_the_browser_kept_is_shown(
    stand_in: StandIn, host: Host, watched: Watched, rung: str, keeping: str
) -> None:
    stand_in.keeping = keeping
    page = host.page("strict", snippet(rung, stand_in.origin))
    watched.page.goto(page)
    see_component(watched.page, rung)
    stand_in.leave()
    watched.page.goto("about:blank")
    watched.page.goto(page)
    see_component(watched.page, rung)
    watched.check(host.address, stand_in.origin)


@pytest.mark.parametrize("rung", COMPONENTS)
def test_a_wrong_answer_leaves_the_link(
    stand_in: StandIn, host: Host, watched: Watched, rung: str
) -> None:
    page = watched.page
    for number, (status, body) in enumerate(WRONG):
        stand_in.status, stand_in.broken = status, body
        page.goto(host.page("plain", snippet(rung, stand_in.origin, f' heading="{number}"')))
        page.wait_for_timeout(200)
        see_link(page, rung)
        assert page.locator(element(rung)).evaluate("one => one.childElementCount") == 1
        watched.check(host.address, stand_in.origin)
    assert len(stand_in.data_asked()) >= len(WRONG)


@pytest.mark.parametrize("rung", COMPONENTS)
def test_an_answer_that_does_not_come_is_not_waited_for(
    stand_in: StandIn, host: Host, watched: Watched, rung: str
) -> None:
    page = watched.page
    page.clock.install()
    stand_in.waits.clear()
    page.goto(host.page("plain", snippet(rung, stand_in.origin)))
    page.wait_for_timeout(300)
    see_link(page, rung)
    settle(page)
    stand_in.waits.set()
    page.wait_for_timeout(300)
    see_link(page, rung)
    assert len([url for url in watched.requests if ".json" in url]) == 2
    assert watched.errors == []


def test_a_slow_answer_takes_the_place_of_the_link(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    stand_in.waits.clear()
    watched.page.goto(host.page("plain", snippet("events", stand_in.origin)))
    watched.page.wait_for_timeout(500)
    see_link(watched.page, "events")
    stand_in.waits.set()
    see_component(watched.page, "events")


@pytest.mark.parametrize(("name", "page"), [("events", "events"), ("signup", "subscribe")])
@pytest.mark.parametrize(("said", "language"), [('language="es"', "es"), ("", "fr")])
def test_where_a_host_left_the_link_out_there_is_one(
    stand_in: StandIn,
    host: Host,
    watched: Watched,
    name: str,
    page: str,
    said: str,
    language: str,
) -> None:
    stand_in.status = 500
    there = f'<script src="{stand_in.origin}/embed/v1.js"></script>'
    empty = f"{there}<outreach-{name} {said}>\n</outreach-{name}>"
    watched.page.goto(host.page("strict", empty))
    link = watched.page.locator(f"outreach-{name} > a")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", f"{stand_in.origin}/{language}/{page}")
    watched.page.wait_for_timeout(300)
    expect(link).to_have_count(1)
    watched.check(host.address, stand_in.origin)


def test_a_change_that_fails_gives_the_link_back(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(host.page("plain", snippet("events", stand_in.origin)))
    see_component(page, "events")
    stand_in.status = 400
    place = page.locator("outreach-events")
    place.evaluate("one => one.setAttribute('count', '99')")
    expect(page.get_by_role("link", name="Le calendrier")).to_be_visible()
    see_link(page, "events")
    stand_in.status = 200
    place.evaluate("one => one.setAttribute('count', '9')")
    see_component(page, "events")
    watched.check(host.address, stand_in.origin)


def test_without_scripts_the_link_is_there(stand_in: StandIn, host: Host, watched: Watched) -> None:
    browser = watched.page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    quiet = watch(page)
    for rung in ("loader", *COMPONENTS):
        page.goto(host.page("plain", snippet(rung, stand_in.origin)))
        see_link(page, rung)
    assert quiet.errors == []
    context.close()
