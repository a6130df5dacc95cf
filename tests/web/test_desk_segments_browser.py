"""Segments in a real browser: accessibility, reflow, the keyboard, counts by script."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from outreach.audience.segment_rules import AllOf, AnyOf, Not, Tagged
from tests.audience.crowd import human, settle
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import add
from tests.web.test_desk_segments import put
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give a page of an editor, with two people and a segment; it must not complain."""
    add(site)
    with site.services.database.transaction() as session:
        settle(
            session, [human(tags=("press",)), human(tags=("press",), language="fr")], site.watch()
        )
    put(site, AllOf((Tagged(("press",)), AnyOf((Tagged(("press",)), Not(Tagged(("x",))))))))
    page = browser.new_page(viewport={"width": 320, "height": 640})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    come_in(page, live)
    yield page
    page.close()
    assert complaints == []


def filled(desk: Page, live: str) -> None:
    """Open a form with every condition in it, some with faults."""
    desk.goto(f"{live}/desk/segments/new?copy=mine")
    for kind in ("topic", "country", "subscribed", "event", "source"):
        desk.locator("#new").select_option(kind)
        desk.locator("button[value=add]").click()
    desk.get_by_role("button", name="Count", exact=True).click()
    desk.wait_for_selector("#faults")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_segments_has_a_fault_of_accessibility(
    desk: Page, live: str, scheme: Literal["light", "dark"]
) -> None:
    desk.emulate_media(color_scheme=scheme)
    for name in ("segments", "segments/mine", "segments/mine/edit", "form"):
        if name == "form":
            filled(desk, live)
        else:
            desk.goto(f"{live}/desk/{name}")
        found = Axe().run(desk, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_nothing_of_segments_is_wider_than_the_screen(desk: Page, live: str) -> None:
    for width in (320, 768, 1280):
        desk.set_viewport_size({"width": width, "height": 700})
        spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
        for name in ("segments", "segments/mine", "segments/mine/edit"):
            desk.goto(f"{live}/desk/{name}")
            assert desk.evaluate(spare) >= 0, f"{name} at {width}"
        filled(desk, live)
        assert desk.evaluate(spare) >= 0, f"form at {width}"


def test_numbers_come_by_themselves(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/segments")
    cell = desk.get_by_role("row").filter(has_text="Mine").locator("td").first
    expect(cell).to_have_text("2")
    desk.goto(f"{live}/desk/segments/mine/edit")
    expect(desk.get_by_role("status")).to_have_text("2 people")
    desk.locator("#value-1").fill("board")
    expect(desk.get_by_role("status")).to_have_text("0 people")


def test_enter_counts_and_a_button_leads_on_to_what_it_added(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/segments/mine/edit")
    desk.locator("#value-1").press("Enter")
    desk.wait_for_load_state()
    assert desk.url.endswith("/desk/segments/mine/edit")
    expect(desk.get_by_role("status")).to_have_text("2 people")
    desk.locator("#new").select_option("country")
    desk.locator("button[value=add]").press("Enter")
    expect(desk.locator("#is-3")).to_be_focused()
    desk.locator("button[value=remove-3]").press("Enter")
    expect(desk.locator("#join")).to_be_focused()
