"""The preview of the builder page in a real browser, and what is copied beside the snippets."""

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def test_a_policy_and_the_address_of_a_feed_are_copied_too(live: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{live}/fr/embed")
    page.get_by_label("Webinaire").check()
    expect(page.locator("#feeds strong")).to_have_text("Webinaire")
    page.get_by_role("button", name="Copier : Webinaire, iCal (.ics)").click()
    expect(page.locator("#feeds [role=status]").first).to_have_text("Copié")
    copied = "navigator.clipboard.readText()"
    assert page.evaluate(copied) == f"{live}/fr/events/kind/webinar.ics"
    rung = page.get_by_role("region", name="Module dans votre page")
    rung.get_by_role("button", name="Copier : Content-Security-Policy").click()
    expect(rung.get_by_role("status").last).to_have_text("Copié")
    assert page.evaluate(copied) == f"script-src {live}; connect-src {live}"
    context.close()


def test_the_preview_changes_its_shape_and_its_width_where_it_stands(
    live: str, quiet_page: Page
) -> None:
    page = quiet_page
    page.goto(f"{live}/fr/embed?accent=5b2a6a")
    component, phone = page.locator("#way-component"), page.locator("#way-phone")
    component.click()
    expect(component).to_have_attribute("aria-current", "true")
    assert page.locator("#way-frame").get_attribute("aria-current") is None
    heading = page.frame_locator("#preview").get_by_role("heading", name="Événements")
    expect(heading).to_be_visible()
    preview = page.locator("#preview")
    assert preview.get_attribute("src") == "/embed/fr/events?accent=5b2a6a", "no new page"
    phone.press("Enter")
    expect(phone).to_have_attribute("aria-current", "true")
    assert phone.evaluate("e => e === document.activeElement")
    expect(preview).to_have_attribute("width", "375")
    page.get_by_role("radio", name="Formulaire d’abonnement").check()
    expect(page.frame_locator("#preview").get_by_role("textbox").first).to_be_visible()
    assert "preview=component" in page.url


def test_on_a_phone_the_way_to_the_preview_stays_in_sight(live: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{live}/fr/embed")
    for field in ("#topic-news", "#view", "#heading"):
        page.locator(field).scroll_into_view_if_needed()
        expect(page.get_by_role("link", name="Voir l’aperçu")).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="Voir l’aperçu").click()
    expect(page.get_by_role("heading", name="Aperçu")).to_be_in_viewport()
    expect(page.locator("#preview")).to_be_in_viewport()
    page.close()


def test_nothing_that_has_the_focus_is_hidden_beneath_what_stays(
    live: str, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{live}/fr/embed")
    hidden = (
        "e => { const bar = document.querySelector('.form-end').getBoundingClientRect(),"
        " box = e.getBoundingClientRect(); return !e.closest('.form-end') && box.top >= bar.top"
        " && box.bottom <= bar.bottom; }"
    )
    page.locator("#what-events").focus()
    for _ in range(16):
        page.keyboard.press("Tab")
        assert not page.locator(":focus").evaluate(hidden)
    page.close()


def test_the_keyboard_can_leave_the_preview_out(live: str, quiet_page: Page) -> None:
    page = quiet_page
    page.goto(f"{live}/en/embed")
    page.locator("#way-phone").focus()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip the preview")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Which one for which site?")).to_be_focused()
