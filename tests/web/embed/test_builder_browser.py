"""The builder page in a real browser: with scripts and without, by keyboard, small and large."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.visitor import LANGUAGES

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
CHOICES = (
    "",
    "?what=signup&theme=dark&accent=d9aee6",
    "?accent=ffee00&count=0&partner=nobody",
    "?preview=component&width=phone",
    "/guide",
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page, with any complaint allowed."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def shows(page: Page, address: str) -> None:
    """Wait until the preview shows that, and the snippet of a frame with it."""
    written = address.replace("&", "&amp;")
    frame = page.locator("#snippet-frame")
    expect(frame).to_have_value(re.compile(re.escape(f'{written}"')))
    expect(page.locator("#preview-alone")).to_have_attribute("href", address)
    for _ in range(100):
        if page.frames[-1].url.endswith(address):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{page.frames[-1].url} is not {address}")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
def test_the_builder_has_no_fault_of_accessibility(
    live: str, browser: Browser, language: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    for choice in CHOICES:
        page.goto(f"{live}/{language}/embed{choice}")
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.parametrize("size", [(320, 700), (320, 256), (768, 900), (1280, 900)])
def test_nothing_is_wider_than_the_screen(
    live: str, browser: Browser, size: tuple[int, int]
) -> None:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height})
    for language in LANGUAGES:
        for choice in CHOICES:
            page.goto(f"{live}/{language}/embed{choice}")
            assert page.evaluate(SPARE) >= 0, f"{language} {choice}"
    page.close()


def test_form_and_preview_stand_side_by_side_where_there_is_room(live: str, page: Page) -> None:
    page.goto(f"{live}/fr/embed")
    form, preview = (
        page.locator(each).bounding_box() for each in (".builder-form", ".builder-preview")
    )
    assert form
    assert preview
    assert preview["x"] > form["x"] + form["width"]
    assert abs(preview["y"] - form["y"]) < 40
    page.set_viewport_size({"width": 320, "height": 700})
    form, preview = (
        page.locator(each).bounding_box() for each in (".builder-form", ".builder-preview")
    )
    assert form
    assert preview
    assert preview["y"] >= form["y"] + form["height"]


def test_preview_snippets_and_address_follow_each_choice(live: str, page: Page) -> None:
    page.goto(f"{live}/en/embed")
    expect(page.get_by_role("button", name="Show it")).to_be_hidden()
    page.get_by_label("Shown as").select_option("month")
    shows(page, "/embed/en/events?view=month")
    expect(page.get_by_label("Number of events")).to_be_hidden()
    page.get_by_label("Webinar").check()
    page.get_by_label("In which language").select_option("fr")
    page.locator("#accent").fill("#5b2a6a")
    shows(page, "/embed/fr/events?kind=webinar&view=month&accent=5b2a6a")
    expect(page.locator("#accent-said")).to_contain_text("light background: 10.4 to 1, sufficient")
    expect(page.locator("#accent_dark")).to_have_attribute("placeholder", "94759e")
    expect(page.get_by_label("Pick: The same on a dark background")).to_have_value("#94759e")
    expect(page.locator("[data-said]")).to_have_text("Preview and snippets are up to date.")
    assert "view=month" in page.url
    link = page.get_by_role("link", name="Español").get_attribute("href") or ""
    assert "view=month" in link
    page.reload()
    shows(page, "/embed/fr/events?kind=webinar&view=month&accent=5b2a6a")
    page.get_by_role("radio", name="Sign-up form").check()
    shows(page, "/embed/fr/signup?accent=5b2a6a")
    expect(page.locator("#kinds")).to_be_hidden()
    assert page.locator("#feeds a").count() == 0
    policy = page.locator("#snippet-component-policy")
    expect(policy).to_contain_text("form-action")
    page.get_by_role("radio", name="Events").check()
    expect(page.locator("#feeds a")).to_have_count(6)
    expect(policy).not_to_contain_text("form-action")


def test_the_preview_adds_nothing_to_the_way_back(live: str, page: Page) -> None:
    page.goto(f"{live}/en/events")
    page.get_by_role("link", name="Show these events on your own site").click()
    page.get_by_label("Shown as").select_option("next")
    shows(page, "/embed/en/events?view=next")
    page.go_back()
    page.wait_for_url(f"{live}/en/events")


def test_a_colour_that_cannot_be_read_is_told_beside_its_field_at_once(
    live: str, page: Page
) -> None:
    page.goto(f"{live}/en/embed")
    field = page.locator("#accent")
    field.fill("ffee00")
    expect(page.locator("#accent-said .fails")).to_contain_text("to 1, insufficient")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert "accent" not in page.frames[-1].url
    assert field.evaluate("e => e === document.activeElement")
    field.fill("5b2a6a")
    expect(page.locator("#accent-said .passes")).to_contain_text("10.4 to 1, sufficient")
    assert field.get_attribute("aria-invalid") is None


def test_a_colour_can_be_picked_and_written(live: str, page: Page) -> None:
    page.goto(f"{live}/en/embed?accent=5b2a6a")
    picker = page.get_by_label("Pick: Colour of links and buttons")
    expect(picker).to_have_value("#5b2a6a")
    picker.evaluate(
        "e => { e.value = '#a8481a'; e.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.locator("#accent")).to_have_value("a8481a")
    shows(page, "/embed/en/events?accent=a8481a")
    page.locator("#accent").fill("")
    expect(picker).to_have_value("#a8481a")


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "forbidden"])
def test_a_snippet_is_copied_or_marked_and_that_is_told(
    live: str, browser: Browser, allowed: bool
) -> None:
    rights = ["clipboard-read", "clipboard-write"] if allowed else []
    context = browser.new_context(permissions=rights)
    page = context.new_page()
    if not allowed:
        page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error());")
    page.goto(f"{live}/fr/embed?view=month")
    rung = page.get_by_role("region", name="Cadre (iframe)", exact=True)
    rung.get_by_role("button", name="Copier", exact=True).click()
    snippet = rung.get_by_role("textbox").input_value()
    if allowed:
        told = rung.get_by_role("status").first
        expect(told).to_have_text("Copié")
        button, words = rung.locator("button").first.bounding_box(), told.bounding_box()
        assert button
        assert words
        middles = [box["y"] + box["height"] / 2 for box in (button, words)]
        assert abs(middles[0] - middles[1]) < 1.5
        assert page.evaluate("navigator.clipboard.readText()") == snippet
    else:
        expect(rung.get_by_role("status").first).to_contain_text("copiez avec votre clavier")
        marked = "document.activeElement.value.slice(document.activeElement.selectionStart)"
        assert page.evaluate(marked) == snippet
    context.close()


def test_where_we_cannot_be_reached_the_button_comes_back(live: str, page: Page) -> None:
    page.goto(f"{live}/en/embed")
    page.route("**/en/embed?*", lambda route: route.abort())
    page.get_by_label("Webinar").check()
    expect(page.locator("[data-said]")).to_contain_text("could not be renewed")
    expect(page.get_by_role("button", name="Show it")).to_be_visible()
    page.unroute("**/en/embed?*")
    page.get_by_role("button", name="Show it").click()
    shows(page, "/embed/en/events?kind=webinar")


def test_everything_works_without_scripts(live: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for language, button in zip(LANGUAGES, ("Show it", "Afficher", "Mostrarlo"), strict=True):
        page.goto(f"{live}/{language}/embed")
        assert page.locator("[data-copies]:visible, input[type=color]:visible").count() == 0
        page.locator("#view").select_option("month")
        assert page.locator("#count").is_hidden()
        page.locator("#topic-news").check()
        page.locator("#accent").fill("5B2A6A")
        page.get_by_role("button", name=button).click()
        shown = f"/embed/{language}/events?topic=news&view=month&accent=5b2a6a"
        assert page.locator("#preview").get_attribute("src") == shown
        assert "5b2a6a" in page.locator("#snippet-component").input_value()
        page.locator("#accent").fill("fedcba")
        page.get_by_role("button", name=button).click()
        assert page.locator("#accent-said .fails").inner_text()
        assert page.locator("#accent").input_value() == "fedcba"
        page.locator("#way-component").click()
        src = page.locator("#preview").get_attribute("src") or ""
        assert src.startswith(f"/{language}/embed/preview?topic=news&view=month")
        assert page.locator("#topic-news").is_checked()
    context.close()


def test_the_keyboard_alone_chooses_and_copies(live: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{live}/es/embed")
    page.locator("#what-events").focus()
    page.keyboard.press("ArrowDown")
    shows(page, "/embed/es/signup")
    seen: set[str] = set()
    for _ in range(100):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if not focus.count():  # within the preview
            continue
        name = focus.get_attribute("id") or focus.get_attribute("data-copies") or ""
        if focus.evaluate("e => e.tagName") != "IFRAME":
            outline = focus.evaluate("e => getComputedStyle(e).outlineWidth")
            assert float(outline.removesuffix("px")) >= 2, name
        if name == "topic-news":
            page.keyboard.press("Space")
            shows(page, "/embed/es/signup?topic=news")
        if name == "snippet-component" and "snippet-component" in seen:
            page.keyboard.press("Enter")
            break
        seen.add(name)
    hidden = {"kind-webinar", "view", "count"}
    assert {"language", "topic-news", "theme", "accent", "heading", "partner"} <= seen
    assert hidden.isdisjoint(seen)
    expect(page.locator("#snippet-component ~ .rung-end [role=status]")).to_have_text("Copiado")
    assert 'topics="news"' in page.evaluate("navigator.clipboard.readText()")
    context.close()
