"""The desk in a real browser: accessibility, reflow, the keyboard, no complaints."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.test_browser import WCAG
from tests.web.test_desk import ADA, PAGES, PASSWORD, add
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give a page of an admin on a phone, signed in with the keyboard alone, in French."""
    add(site, language="fr")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live}/desk/sign-in?language=fr")
    typed = {"address": ADA, "password": PASSWORD}
    for _ in range(20):
        page.keyboard.press("Tab")
        page.keyboard.type(typed.pop(page.locator(":focus").get_attribute("id") or "", ""))
        if not typed:
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/desk/")
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_desk_has_a_fault_of_accessibility(
    desk: Page, live: str, scheme: Literal["light", "dark"]
) -> None:
    desk.emulate_media(color_scheme=scheme)
    for name in PAGES:
        desk.goto(f"{live}/desk/{name}")
        found = Axe().run(desk, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_nothing_of_the_desk_is_wider_than_the_screen(desk: Page, live: str) -> None:
    for width in (320, 768, 1280):
        desk.set_viewport_size({"width": width, "height": 700})
        for name in PAGES:
            desk.goto(f"{live}/desk/{name}")
            spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
            assert desk.evaluate(spare) >= 0, f"{name} at {width}"


def test_somebody_is_invited_given_a_role_and_shut_out(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/staff")
    desk.get_by_label("Adresse e-mail").fill("luc@example.org")
    desk.get_by_role("button", name="Inviter").click()
    assert desk.get_by_role("status").inner_text() == (
        "Personne ajoutée. L’invitation est en route."
    )
    row = desk.get_by_role("row").filter(has_text="luc@example.org")
    row.get_by_role("combobox").select_option("sender")
    row.get_by_role("button", name="Enregistrer").click()
    assert desk.get_by_role("status").inner_text() == "Le rôle a été modifié."
    row.get_by_role("link", name="Retirer l’accès à luc@example.org").click()
    desk.get_by_role("button", name="Retirer l’accès à luc@example.org").click()
    assert "accès retiré" in row.inner_text()
    desk.goto(f"{live}/desk/log")
    assert "A retiré l’accès à quelqu’un" in desk.inner_text("table")


def test_setting_up_the_second_step_fits_a_phone_and_has_no_fault(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/account")
    desk.get_by_role("button", name="La mettre en place").click()
    desk.get_by_role("img", name="Image pour l’application").wait_for()
    spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
    assert desk.evaluate(spare) >= 0
    key = desk.locator("code").first.inner_text()
    found = Axe().run(desk, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert len(key) == 32


def test_the_door_has_no_fault_of_accessibility(live: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for name in ("sign-in?language=es", "forgotten", "forgotten?sent=yes"):
        page.goto(f"{live}/desk/{name}")
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    page.close()
