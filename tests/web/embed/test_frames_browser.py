"""Frames in a real browser: accessible, narrow, by keyboard, without script, and still."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.web.embed.stage import stage
from tests.web.test_browser import WCAG
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser

MONTH = "events?view=month&month=2026-12"
PAGES = ("events", MONTH, "events?view=next", "signup", "events?kind=party", "events?count=1")
SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
"""
Open = Callable[..., Page]


@pytest.fixture
def opened(site: Visitor, live: str, browser: Browser) -> Iterator[Open]:
    """Give pages of a visitor: on a screen of any size, from anywhere, with and without scripts."""
    stage(site)
    pages: list[Page] = []

    def open_page(path: str, width: int = 1280, height: int = 700, **more: Any) -> Page:  # noqa: ANN401
        page = browser.new_page(viewport={"width": width, "height": height}, **more)
        pages.append(page)
        page.add_init_script(SHIFTS)
        page.goto(f"{live}/embed/{path}")
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_frame_has_a_fault_of_accessibility(
    opened: Open, language: str, scheme: Literal["light", "dark"]
) -> None:
    for path in PAGES:
        for width in (320, 1280):
            page = opened(f"{language}/{path}", width, color_scheme=scheme)
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            page.close()


@pytest.mark.parametrize("width", [280, 320, 480, 600, 768, 1280])
def test_nothing_is_wider_than_the_frame(opened: Open, width: int) -> None:
    for language in LANGUAGES:
        for path in PAGES:
            page = opened(f"{language}/{path}", width)
            assert page.evaluate(SPARE) >= 0, path
            page.close()


def test_four_times_as_large_everything_is_there_without_scrolling_sideways(opened: Open) -> None:
    for path in PAGES:
        page = opened(f"fr/{path}", 320, 175, device_scale_factor=4)
        assert page.evaluate(SPARE) >= 0, path
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(SPARE) >= 0, path
        page.close()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Lima", "Europe/Paris", "UTC"])
def test_nothing_moves_once_it_is_there(opened: Open, zone: str) -> None:
    for path in PAGES:
        for width in (280, 768):
            page = opened(f"es/{path}", width, timezone_id=zone)
            page.wait_for_timeout(150)
            assert page.evaluate("window.shifts") == [], path
            heights = "[...document.querySelectorAll('.own')].map((line) => line.scrollHeight)"
            assert len(set(page.evaluate(heights))) <= 1
            page.close()


def test_the_visitors_own_time_is_said_only_where_it_is_another_one(opened: Open) -> None:
    tokyo = opened("en/events", timezone_id="Asia/Tokyo").locator(".own").all_inner_texts()
    assert tokyo[0] == "Your time: 22:00"
    assert "Your time: 10:00, the next day" in tokyo
    paris = opened("en/events", timezone_id="Europe/Paris").locator(".own").all_inner_texts()
    assert paris[0] == "13:00 UTC"
    berlin = opened("fr/events", timezone_id="Europe/Berlin").locator(".own").all_inner_texts()
    assert berlin[0] == "13:00 UTC"
    assert "Chez vous\xa0: 02:00, le lendemain" in berlin
    honolulu = opened("es/events", timezone_id="Pacific/Honolulu").locator(".own")
    assert honolulu.first.inner_text() == "En su zona: 3:00"


@pytest.mark.parametrize("path", ["events", MONTH, "signup"])
def test_the_keyboard_reaches_everything(opened: Open, path: str) -> None:
    page = opened(f"en/{path}", 320)
    there = "a[href], button, input:not([type=hidden]):not([tabindex='-1']), select"
    wanted = page.evaluate(f"document.querySelectorAll(`{there}`).length")
    seen: list[Any] = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            f" return [[...document.querySelectorAll(`{there}`)].indexOf(at), box.height,"
            " getComputedStyle(at).outlineStyle]; })()"
        )
        assert found[1] >= 24
        assert found[2] != "none"
        seen.append(found[0])
    assert seen == list(range(wanted))


def test_without_script_a_frame_is_complete(opened: Open, live: str) -> None:
    page = opened("fr/events", 320, java_script_enabled=False)
    assert page.locator("article").count() == 5
    assert page.get_by_text("13:00 UTC").is_visible()
    assert page.get_by_role("link", name="S’inscrire à «\xa0talk fr\xa0»").is_visible()
    page.get_by_role("link", name="Webinaire", exact=True).click()
    assert page.locator("article").count() == 2
    page.goto(f"{live}/embed/fr/{MONTH}")
    page.get_by_role("link", name="Mois suivant").click()
    assert page.locator("caption").inner_text().lower() == "janvier 2027"
    page.get_by_role("link", name="Mois précédent").click()
    assert page.locator("caption").inner_text().lower() == "décembre 2026"


def test_a_month_is_a_table_where_there_is_room_and_its_days_in_order_where_not(
    opened: Open,
) -> None:
    wide = opened(f"en/{MONTH}", 1280)
    assert wide.get_by_role("columnheader").count() == 7
    assert wide.get_by_role("cell").count() == 35
    narrow = opened(f"en/{MONTH}", 400)
    days = narrow.locator("td:visible").all_inner_texts()
    assert [day.splitlines()[0] for day in days] == [
        "Thursday, 3 December 2026",
        "Wednesday, 9 December 2026",
        "Wednesday, 16 December 2026",
    ]


def test_a_frame_tells_the_page_around_how_tall_it_is(site: Visitor, opened: Open) -> None:
    page = opened("en/signup")
    address = f"http://127.0.0.1:{site.port}/embed/en/{MONTH}"
    host = (
        "<!doctype html><body><iframe style='border:0;width:320px;height:120px'></iframe><script>"
        "window.told = []; window.addEventListener('message', (event) => window.told.push("
        "[event.data, event.origin, event.source === frames[0]]));"
        f"document.querySelector('iframe').src = '{address}'</script>"
    )
    page.route(
        "http://partner.example/*", lambda route: route.fulfill(body=host, content_type="text/html")
    )
    page.goto("http://partner.example/")
    page.wait_for_function("window.told.length > 0")
    said, origin, is_frame = page.evaluate("window.told.at(-1)")
    assert origin == f"http://127.0.0.1:{site.port}"
    assert is_frame
    inner = page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
    assert said == {"outreach": "height", "version": 1, "height": -int(-inner // 1)}
    page.evaluate("document.querySelector('iframe').style.width = '900px'")
    page.wait_for_function(f"window.told.at(-1)[0].height !== {said['height']}")


def test_a_frame_asks_nobody_else_and_keeps_nothing(opened: Open, live: str) -> None:
    page = opened("en/events")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(f"{live}/embed/en/{path}")
    assert asked
    assert all(url.startswith(f"{live}/") for url in asked)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
