"""What only a real browser can tell: accessibility, reflow, the keyboard, work without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
PAGES = (
    "",
    "newsletters",
    "newsletters/wrm/2020-07",
    "articles/epidemics-conflict-and-gold",
    "pages/guide",
    "events",
    "events/embedding-gender",
    "events/open-hour",
    "events/open-hour/register",
    "events/open-hour/registered",
    "subscribe",
    "subscribe/sent",
    "link",
    "nowhere",
)
WIDTHS = (320, 768, 1280)


def own_pages(site: Visitor, language: str) -> list[str]:
    """Give the pages of a subscriber."""
    address = f"{language}@example.org"
    number = site.subscriber(address, language)
    site.register(address)
    return [
        site.leave_path(number),
        site.preferences_path(number, language),
        site.personal_path(number, language),
        site.confirm_path(address),
        site.seat_path(address, language),
        f"{site.seat_path(address, language)}/cancel",
        site.join_path(address, language),
    ]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page, with any complaint allowed."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
def test_no_page_has_a_fault_of_accessibility(
    site: Visitor, live: str, browser: Browser, language: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    for path in [*(f"/{language}/{name}" for name in PAGES), *own_pages(site, language)]:
        page.goto(live + path)
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    page.close()


@pytest.mark.parametrize(
    ("path", "button"),
    [("subscribe", "S’abonner"), ("events/open-hour/register", "S’inscrire")],
)
def test_a_form_with_faults_has_no_fault_of_accessibility(
    live: str, page: Page, path: str, button: str
) -> None:
    page.goto(f"{live}/fr/{path}")
    page.get_by_role("button", name=button).click()
    assert page.locator("#faults").is_visible()
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(
    site: Visitor, live: str, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    for language in LANGUAGES if width == 320 else ("fr",):  # the longest words
        for path in [*(f"/{language}/{name}" for name in PAGES), *own_pages(site, language)]:
            page.goto(live + path)
            spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
            assert page.evaluate(spare) >= 0, path
    page.close()


def test_the_way_to_register_is_on_the_first_screen_of_a_phone(live: str, browser: Browser) -> None:
    for language in LANGUAGES:
        page = browser.new_page(viewport={"width": 360, "height": 640})
        page.goto(f"{live}/{language}/events/embedding-gender")
        place = page.locator("main a.button").first.bounding_box()
        assert place
        assert place["y"] + place["height"] <= 640
        page.close()


def test_text_in_fields_is_large_enough_and_targets_can_be_hit(live: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{live}/en/subscribe")
    for field in page.locator("main input:not([type=checkbox], [tabindex]), main select").all():
        if field.is_visible():
            assert field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16
    for target in page.locator("button, .button, main input[type=checkbox]").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
    page.close()


def test_the_keyboard_alone_signs_up_and_focus_is_always_seen(
    site: Visitor, live: str, quiet_page: Page
) -> None:
    page = quiet_page
    page.goto(f"{live}/es/subscribe")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#content"
    assert skip.evaluate("e => e.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        name = focus.get_attribute("id") or focus.get_attribute("type")
        assert name not in ("leave_this_empty",)
        outline = focus.evaluate("e => getComputedStyle(e).outlineWidth")
        assert float(outline.removesuffix("px")) >= 2, name
        seen.add(name)
        if name == "address":
            page.keyboard.type("tecla@example.org")
        if name in ("topic-news", "consent"):
            page.keyboard.press("Space")
        if name == "submit":
            page.keyboard.press("Enter")
            break
    assert {"address", "first_name", "topic-news", "language", "consent"} <= seen
    page.wait_for_url("**/es/subscribe/sent")
    assert site.confirm_path("tecla@example.org")


def test_everything_works_without_scripts(site: Visitor, live: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/fr/")
    page.get_by_role("link", name="S’abonner", exact=True).first.click()
    page.get_by_label("Adresse e-mail").fill("sans-script@example.org")
    page.locator("#topic-news").check()
    page.get_by_label("Oui, Women’s Rights and Mining").check()
    page.get_by_role("button", name="S’abonner").click()
    assert "Consultez votre messagerie" in page.inner_text("h1")
    page.goto(live + site.confirm_path("sans-script@example.org"))
    page.get_by_role("button").click()
    assert "confirmée" in page.inner_text("h1")
    page.get_by_role("link", name="Modifier mes choix").click()
    page.get_by_label("Langue de nos courriels").select_option("es")
    page.get_by_role("button", name="Enregistrer mes choix").click()
    assert "Sus preferencias se han guardado." in page.inner_text("main")
    page.get_by_role("button", name="Darme de baja de todo").click()
    page.get_by_role("button", name="Deshacer").click()
    assert "todo está como antes" in page.inner_text("main")
    context.close()


def test_faults_come_into_focus(live: str, page: Page) -> None:
    page.goto(f"{live}/en/subscribe")
    page.get_by_role("button", name="Subscribe").click()
    assert page.evaluate("document.activeElement.id") == "faults"
    page.get_by_role("link", name="Write your e-mail address").click()
    assert page.evaluate("document.activeElement.id") == "address"


def test_the_letter_is_shown_in_its_frame_with_its_pictures(live: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live}/en/newsletters/wrm/2020-07")
    letter = page.frame_locator("iframe")
    assert "2nd WRM Newsletter" in letter.locator("h1").inner_text()
    page.wait_for_load_state("networkidle")
    pictures = "es => es.filter(e => !e.complete || e.naturalWidth === 0).map(e => e.src)"
    assert letter.locator("img").evaluate_all(pictures) == []
    assert complaints == []
    letter.locator('a[href^="#"]').last.click()
    assert page.url == f"{live}/en/newsletters/wrm/2020-07"
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 2000, "the page goes where the contents lead"
    letter.locator('a[href*="/en/events/"]').first.click()
    page.wait_for_url("**/en/events/*")
    page.close()


@pytest.mark.parametrize("width", [320, 414, 600, 768, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_whole_letter_stands_in_its_frame(
    live: str, browser: Browser, width: int, script: bool
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 700}, java_script_enabled=script
    )
    page = context.new_page()
    for language in LANGUAGES:
        page.goto(f"{live}/{language}/newsletters/wrm/2020-07")
        page.wait_for_load_state("networkidle")
        frame = page.locator("iframe").bounding_box()
        letter = page.frame_locator("iframe").locator("body").bounding_box()
        assert frame
        assert letter
        assert letter["height"] <= frame["height"] + 1
        assert frame["height"] <= letter["height"] * (1.001 if script else 1.6)
    context.close()


def test_pages_complain_about_nothing(site: Visitor, live: str, quiet_page: Page) -> None:
    for path in [*(f"/en/{name}" for name in PAGES[:-1]), *own_pages(site, "en")]:
        quiet_page.goto(live + path)


@pytest.mark.parametrize(
    ("zone", "shift"),
    [
        ("Pacific/Kiritimati", ("the next day", "le lendemain", "el día siguiente")),
        ("America/Los_Angeles", ("", "", "")),
    ],
)
def test_the_visitors_own_time_stands_beside_that_of_the_place(
    live: str, browser: Browser, zone: str, shift: tuple[str, str, str]
) -> None:
    page = browser.new_page(timezone_id=zone)
    for language, words in zip(LANGUAGES, shift, strict=True):
        page.goto(f"{live}/{language}/events/open-hour")
        said = page.locator("[data-own-time]").inner_text()
        assert zone in said
        assert said.endswith(f", {words} ({zone})") is bool(words)
    page.close()


def test_a_visitor_in_the_zone_of_the_place_sees_one_time(live: str, browser: Browser) -> None:
    page = browser.new_page(timezone_id="Europe/Berlin")
    page.goto(f"{live}/en/events/open-hour")
    assert page.locator("[data-own-time]").is_hidden()
    page.close()


def test_the_keyboard_alone_registers_and_mails_will_know_the_zone(
    site: Visitor, live: str, browser: Browser
) -> None:
    page = browser.new_page(timezone_id="America/Lima", viewport={"width": 320, "height": 640})
    page.goto(f"{live}/fr/events/open-hour")
    page.locator("main a.button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/fr/events/open-hour/register*")
    typed = {"name": "Tecla", "address": "tecla@example.org"}
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        name = focus.get_attribute("id") or focus.get_attribute("type")
        page.keyboard.type(typed.pop(name or "", ""))
        if name == "consent":
            page.keyboard.press("Space")
        if name == "submit":
            page.keyboard.press("Enter")
            break
    assert typed == {}
    page.wait_for_url("**/fr/events/open-hour/registered")
    row = site.registration("tecla@example.org")
    assert (row.zone, row.language) == ("America/Lima", "fr")
    page.close()


def test_a_waiting_page_opens_by_itself(site: Visitor, live: str, page: Page) -> None:
    site.register("ana@example.org")
    site.client.post(site.seat_path("ana@example.org"), data={"button": "confirm"})
    starts = site.registration("ana@example.org").occurrence.starts_at
    assert starts
    site.watch.now = starts - timedelta(minutes=15, seconds=2)
    page.goto(live + site.join_path("ana@example.org"))
    assert page.get_by_role("button").count() == 0
    site.watch.now = starts - timedelta(minutes=14)
    page.get_by_role("button", name="Join now").wait_for(timeout=10_000)
