"""Every rung on every host page, against a stand-in that gives the golden answers."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.web.embed.neighbours import Host, StandIn
from tests.web.embed.rungs import (
    COMPONENTS,
    HOSTS,
    ONLY_LINK,
    RUNGS,
    SIDEWAYS,
    Watched,
    element,
    see_content,
    see_link,
    snippet,
    watch,
)

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
SMALL = """(all) => all.filter((one) => {
  const box = one.getBoundingClientRect();
  const least = one.matches(".button, .foot a, input:not([type=checkbox]), select") ? 44 : 24;
  return box.height > 0 && !one.closest(".ears") && (box.height < least || box.width < 24);
}).map((one) => one.outerHTML)"""

NEW = """() => {
  const one = document.activeElement?.shadowRoot?.activeElement;
  if (!one || one.reached) return false;
  return (one.reached = true);
}"""
OUTLINE = "getComputedStyle(document.activeElement.shadowRoot.activeElement).outlineWidth"


@pytest.mark.parametrize("name", HOSTS)
def test_a_visitor_sees_the_content_or_at_least_the_link(
    stand_in: StandIn, host: Host, watched: Watched, name: str
) -> None:
    for rung in RUNGS:
        watched.page.goto(host.page(name, snippet(rung, stand_in.origin)))
        if name in ONLY_LINK:
            watched.page.wait_for_timeout(200)
            see_link(watched.page, rung)
        else:
            see_content(watched.page, rung)
        watched.check(host.address, stand_in.origin)
    if name in ONLY_LINK:
        assert not [path for path in stand_in.asked if "/embed/" in path]
    assert stand_in.cookies == []


@pytest.mark.parametrize("name", [name for name in HOSTS if name not in ONLY_LINK])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_its_place_and_every_target_can_be_hit(
    stand_in: StandIn, host: Host, browser: Browser, name: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for rung in COMPONENTS:
        page.goto(host.page(name, snippet(rung, stand_in.origin)))
        page.locator(f"{element(rung)} .sheet").wait_for()
        assert page.evaluate(SIDEWAYS) <= 0, rung
        beyond = "one => one.scrollWidth - one.clientWidth"
        assert page.locator(".sheet").evaluate(beyond) <= 0, rung
        targets = page.locator(".sheet").locator("a, button, input:not([type=hidden]), select")
        assert targets.evaluate_all(SMALL) == [], rung
    page.close()


@pytest.mark.parametrize("rung", COMPONENTS)
def test_at_four_hundred_percent_everything_is_read_downwards(
    stand_in: StandIn, host: Host, browser: Browser, rung: str
) -> None:
    context = browser.new_context(  # 1280 pixels of glass, of which each of the page's takes four
        viewport={"width": 320, "height": 256}, device_scale_factor=4
    )
    page = context.new_page()
    page.goto(host.page("plain", snippet(rung, stand_in.origin)))
    page.locator(f"{element(rung)} .sheet").wait_for()
    assert page.evaluate(SIDEWAYS) <= 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("rung", COMPONENTS)
def test_the_component_has_no_fault_of_accessibility(
    stand_in: StandIn,
    host: Host,
    browser: Browser,
    rung: str,
    scheme: Literal["light", "dark"],
) -> None:
    for width in (320, 1280):
        page = browser.new_page(
            color_scheme=scheme, viewport={"width": width, "height": 900}, timezone_id="Asia/Tokyo"
        )
        page.goto(
            host.page("dark" if scheme == "dark" else "plain", snippet(rung, stand_in.origin))
        )
        page.locator(f"{element(rung)} .sheet").wait_for()
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        page.close()


@pytest.mark.parametrize("rung", COMPONENTS)
def test_the_keyboard_alone_reaches_everything_and_focus_is_seen(
    stand_in: StandIn, host: Host, browser: Browser, rung: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    watched = watch(page)
    page.goto(host.page("reset", snippet(rung, stand_in.origin)))
    place = page.locator(element(rung))
    place.locator(".sheet").wait_for()
    every = "a[href], button, input:not([type=hidden], [tabindex]), select"
    wanted = sum(one.is_visible() for one in place.locator(every).all())
    reached = 0
    for _ in range(wanted + 1):
        page.keyboard.press("Tab")
        if page.evaluate(NEW):
            reached += 1
            outline = page.evaluate(OUTLINE)
            assert float(outline.removesuffix("px")) >= 2
    assert reached == wanted
    assert watched.errors == []
    page.close()
