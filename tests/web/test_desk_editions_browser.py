"""Editions in a real browser: accessibility, reflow, dark previews, nothing that runs, live."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from outreach import sync
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import ADA, PASSWORD, add
from tests.web.test_desk_editions import PAGE, plan, rewrite
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser

SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
PAGES = (
    "editions",
    f"{PAGE}?language=fr",
    f"{PAGE}?view=phone",
    f"{PAGE}?language=es&view=plain",
    f"{PAGE}?view=source",
    f"{PAGE}?language=fr&view=beside",
    "editions/wrm/2020-08",
)


@pytest.fixture
def desk(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give a page of an admin, in French, with an edition that has changed."""
    add(site, language="fr")
    plan(site)
    rewrite(site, "en", ("second newsletter", "newsletter"), ("## Ten things", "## Nine things"))
    page = browser.new_page(viewport={"width": 320, "height": 640})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    come_in(page, live, language="fr")
    yield page
    page.close()
    # Axe and these tests try to run scripts in the previews: it is told that they may not.
    refused = re.compile("Blocked script execution in .*because the document's frame is sandboxed")
    assert [said for said in complaints if not refused.match(said)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_editions_has_a_fault_of_accessibility_or_is_too_wide(
    desk: Page, site: Visitor, live: str, scheme: Literal["light", "dark"]
) -> None:
    folder = site.home / "content/newsletters/wrm/2020-08"
    folder.mkdir()
    (folder / "en.md").write_text("---\ntitle: x\n---\n\nWords.\n")
    assert sync.synchronise(site.services, site.watch()).faults
    desk.emulate_media(color_scheme=scheme)
    for name in PAGES:
        for width in (1280, 768, 320):
            desk.set_viewport_size({"width": width, "height": 700})
            answer = desk.goto(f"{live}/desk/{name}")
            assert answer
            assert answer.status == 200, name
            assert desk.evaluate(SPARE) >= 0, f"{name} at {width}"
        found = Axe().run(desk, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dark_preview_is_dark_and_a_light_one_light_on_any_machine(
    desk: Page, live: str, scheme: Literal["light", "dark"]
) -> None:
    desk.emulate_media(color_scheme=scheme)
    ground = "body => getComputedStyle(body).backgroundColor"
    seen = {}
    for view in ("desktop", "dark"):
        desk.goto(f"{live}/desk/{PAGE}?view={view}")
        frame = desk.frame_locator("iframe")
        frame.locator("h1").wait_for()
        seen[view] = frame.locator("body").evaluate(ground)
    assert seen == {"desktop": "rgb(246, 240, 232)", "dark": "rgb(23, 18, 27)"}


def test_nothing_runs_in_a_preview_and_its_pictures_load(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/{PAGE}")
    letter = desk.frame_locator("iframe")
    letter.locator("h1").wait_for()
    missing = "all => all.filter(one => !one.complete || !one.naturalWidth).map(one => one.src)"
    assert letter.locator("img").evaluate_all(missing) == []
    desk.evaluate(
        """() => {
          const inside = document.querySelector("iframe").contentDocument;
          const script = inside.createElement("script");
          script.textContent = "parent.document.title = 'it ran'";
          inside.body.append(script);
        }"""
    )
    assert desk.title() != "it ran"
    with desk.expect_popup() as opened:
        letter.get_by_role("link", name="Lire sur le web").click()
    assert "/newsletters/wrm/2020-07" in opened.value.url
    assert opened.value.evaluate("window.opener") is None
    assert PAGE in desk.url


def test_a_desktop_is_wide_and_as_tall_as_its_letter_and_a_phone_is_narrow(
    desk: Page, live: str
) -> None:
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto(f"{live}/desk/{PAGE}")
    frame = desk.locator("iframe").bounding_box()
    inner = desk.frame_locator("iframe").locator("body").bounding_box()
    assert frame
    assert inner
    assert frame["width"] >= 600
    assert inner["height"] <= frame["height"] <= inner["height"] + 4
    desk.goto(f"{live}/desk/{PAGE}?view=phone")
    boxes = [frame.bounding_box() for frame in desk.locator("iframe").all()]
    assert [box["width"] for box in boxes if box] == [375, 375]
    desk.goto(f"{live}/desk/{PAGE}?view=beside")
    left, right = (frame.bounding_box() for frame in desk.locator("iframe").all())
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    desk.set_viewport_size({"width": 320, "height": 640})
    upper, lower = (frame.bounding_box() for frame in desk.locator("iframe").all())
    assert upper
    assert lower
    assert upper["y"] < lower["y"]


def test_languages_and_views_are_switched_in_place_and_back(desk: Page, live: str) -> None:
    desk.goto(f"{live}/desk/{PAGE}?language=en")
    desk.evaluate("window.here = true")
    desk.get_by_role("link", name="Téléphone", exact=True).click()
    desk.locator(".phone").first.wait_for()
    assert desk.url.endswith("view=phone")
    assert desk.evaluate("document.activeElement.textContent") == "Téléphone"
    desk.locator(".language-tabs").get_by_role("link", name="Espagnol").click()
    desk.locator(".language-tabs [aria-current]", has_text="Espagnol").wait_for()
    assert "language=es" in desk.url
    assert "view=phone" in desk.url
    desk.go_back()
    desk.go_back()
    desk.locator(".proof").wait_for()
    assert desk.locator(".phone").count() == 0
    assert desk.evaluate("window.here") is True


def test_the_page_follows_the_file_without_a_reload(desk: Page, site: Visitor, live: str) -> None:
    desk.goto(f"{live}/desk/{PAGE}?language=en")
    desk.evaluate("window.here = true")
    desk.frame_locator("iframe").get_by_text("Dear friend,").wait_for()
    rewrite(site, "en", ("Dear [[ first_name | friend ]]", "Good morning"))
    desk.frame_locator("iframe").get_by_text("Good morning").wait_for(timeout=15_000)
    assert desk.evaluate("window.here") is True
    assert desk.locator("#live-said").inner_text() == "La page montre le texte le plus récent."


def test_without_scripts_every_view_can_be_reached(
    site: Visitor, live: str, browser: Browser
) -> None:
    add(site)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live}/desk/sign-in")
    page.fill("#address", ADA)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Editions", exact=True).first.click()
    page.get_by_role("link", name="2nd WRM Newsletter", exact=True).click()
    for view in ("Phone", "Dark", "Plain text", "Source", "Side by side", "Desktop"):
        page.get_by_role("link", name=view, exact=True).click()
        assert page.locator(".views [aria-current]").inner_text() == view
    page.locator(".language-tabs").get_by_role("link", name="French").click()
    frame = page.locator("iframe").bounding_box()
    assert frame
    assert frame["height"] > 2000
    page.context.close()
