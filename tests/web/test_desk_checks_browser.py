"""The room of checks in a real browser: accessibility, reflow, and a page that looks again."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from outreach.newsletters.checks import link_rows
from outreach.newsletters.checks.looking import Outcome
from outreach.staff.models import Role
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import add
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser
ROOM = "desk/editions/wrm/2020-07/checks"
URLS = ("https://one.test/", "https://two.test/" + "a-long-way-without-a-blank-" * 5)


@pytest.fixture
def room(site: Visitor, live: str, quiet_page: Page) -> Page:
    """Give the room on a phone, of an editor who is signed in."""
    for language in LANGUAGES:
        file = site.home / f"content/newsletters/wrm/2020-07/{language}.md"
        file.write_text(file.read_text() + f"\n[a]({URLS[0]}) [b]({URLS[1]}) {{name}}\n")
    site.sync()
    add(site, role=Role.EDITOR)
    quiet_page.set_viewport_size({"width": 320, "height": 640})
    come_in(quiet_page, live)
    quiet_page.goto(f"{live}/{ROOM}")
    return quiet_page


def answer(site: Visitor, status: int) -> None:
    """Let both links answer."""
    with site.services.database.transaction() as session:
        link_rows.record(session, dict.fromkeys(URLS, Outcome(status)), site.watch())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_has_no_fault_of_accessibility_and_fits_every_screen(
    room: Page, site: Visitor, scheme: Literal["light", "dark"]
) -> None:
    answer(site, 404)
    room.emulate_media(color_scheme=scheme)
    room.reload()
    found = Axe().run(room, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    for width in (320, 768, 1280):
        room.set_viewport_size({"width": width, "height": 700})
        spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
        assert room.evaluate(spare) >= 0, width


def test_the_page_looks_again_by_itself_until_all_links_are_looked_at(
    room: Page, site: Visitor
) -> None:
    room.get_by_role("button", name="Look at the 2 links now").click()
    room.get_by_text("0 of 2 looked at").wait_for()
    found = Axe().run(room, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    answer(site, 404)
    room.get_by_role("button", name="Look at the 2 links again").wait_for(timeout=15_000)
    assert room.get_by_text("is dead: its site says that there is no such page").count() == 6


def test_on_paper_it_is_a_report_in_black_on_white(room: Page) -> None:
    room.emulate_media(media="print", color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert room.evaluate(ground) == "rgb(255, 255, 255)"
    assert room.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    for hidden in (".desk-side", ".tabs", ".check-ask"):
        assert not room.locator(hidden).first.is_visible()
    assert room.get_by_text("wrm/2020-07", exact=False).first.is_visible()
