"""The room of tests, the sandbox and the preview in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from outreach.delivery.addresses import remember
from outreach.delivery.models import Delivery, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.staff.models import Role
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import ADA, add, rows
from tests.web.test_trying import ROOM, let_go
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser

SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"


@pytest.fixture
def room(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give the room of tests on a phone, in French; no word on the console is allowed."""
    add(site, role=Role.EDITOR, language="fr")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    come_in(page, live, to=f"/desk/{ROOM}")
    yield page
    page.close()
    # A form with faults answers 422, and Chromium says so.
    assert [said for said in complaints if "422" not in said] == []


def check(page: Page) -> None:
    """Find no fault of accessibility, and nothing wider than the screen, at any width."""
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(SPARE) >= 0, f"{page.url} at {width}"
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(200)
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def test_the_room_has_no_fault_of_accessibility_in_any_of_its_states(
    site: Visitor, room: Page
) -> None:
    check(room)
    with site.services.database.transaction() as session:
        bad = remember(session, "bad@example.org", site.services.settings.suppression_key)
        suppress(session, bad.hash, SuppressionReason.BOUNCE, site.watch())
    room.fill("#addresses", f"{ADA}\nbad@example.org")
    room.get_by_role("button", name="courriels d’essai").click()
    let_go(site)
    room.get_by_text("Tous les courriels de cet essai ne sont pas partis.").wait_for()
    check(room)
    room.fill("#addresses", "nonsense")
    room.get_by_role("button", name="essai").last.click()
    room.locator("#faults").wait_for()
    assert room.evaluate("document.activeElement.id") == "faults"
    check(room)


def test_the_button_counts_what_it_sends(room: Page) -> None:
    button = room.locator(".test-form button")
    assert button.inner_text() == "Envoyer 3 courriels d’essai"
    room.fill("#addresses", f"{ADA}\nluc@example.org, ADA@example.org\n")
    assert button.inner_text() == "Envoyer 6 courriels d’essai"
    room.get_by_label("Anglais").uncheck()
    room.get_by_label("Espagnol").uncheck()
    room.fill("#addresses", ADA)
    assert button.inner_text() == "Envoyer un courriel d’essai"
    room.fill("#addresses", "")
    assert button.inner_text() == "Envoyer l’essai"


def test_the_page_looks_again_by_itself_but_not_under_ones_hands(site: Visitor, room: Page) -> None:
    room.locator(".test-form button").click()
    room.get_by_text("L’essai est en route.").wait_for()
    let_go(site)
    room.get_by_text("Tous les courriels de cet essai ont été remis.").wait_for()
    room.locator(".test-form button").click()
    room.get_by_text("L’essai est en route.").wait_for()
    room.fill("#addresses", "somebody@example.org")
    let_go(site)
    room.wait_for_timeout(3_000)
    assert room.input_value("#addresses") == "somebody@example.org"
    assert room.get_by_text("L’essai est en route.").is_visible()


def test_whoever_writes_a_subscribers_address_has_chosen_them(room: Page) -> None:
    room.get_by_label("Son adresse exacte").fill("rosa@example.org")
    assert room.locator("#reader-subscriber").is_checked()


def test_all_of_it_works_with_the_keyboard_and_without_scripts(
    site: Visitor, live: str, browser: Browser
) -> None:
    add(site, role=Role.EDITOR)
    page = browser.new_context(java_script_enabled=False).new_page()
    come_in(page, live, to=f"/desk/{ROOM}")
    page.locator("#addresses").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "Send 3 test mails":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**sent=*")
    let_go(site)
    page.get_by_text("Every mail of this test has been handed over.").wait_for(timeout=15_000)
    assert len(rows(site, Delivery)) == 3
    page.close()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_pages_behind_the_links_have_no_fault_and_fit_a_phone(
    site: Visitor, live: str, quiet_page: Page, language: str
) -> None:
    leave, choices, preview = site.tried_paths(language)
    before = site.dump()
    quiet_page.goto(live + leave)
    check(quiet_page)
    for _ in range(2):
        quiet_page.locator("form button").click()
        quiet_page.get_by_role("note").wait_for()
        check(quiet_page)
    quiet_page.goto(live + choices)
    check(quiet_page)
    quiet_page.locator("form button").first.click()
    quiet_page.get_by_role("status").wait_for()
    quiet_page.locator("form button").last.click()
    quiet_page.locator('form button[name="undo"]').click()
    quiet_page.get_by_role("status").wait_for()
    check(quiet_page)
    quiet_page.goto(live + preview)
    check(quiet_page)
    assert quiet_page.frame_locator("iframe").locator("h1").is_visible()
    assert site.dump() == before


def test_the_script_asks_for_nothing_from_elsewhere() -> None:
    script = Path("outreach/web/static/desk-test.js").read_text()
    assert "fetch(" not in script
    assert "innerHTML" not in script
