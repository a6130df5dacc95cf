"""Frames in a real browser: accessible, narrow, by keyboard, without script, and still."""

import re
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import Any, Literal
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.embed.stage import TALK, put, stage
from tests.web.test_browser import WCAG
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser

MONTH = "events?view=month&month=2026-12"
PAGES = ("events", MONTH, "events?view=next", "signup", "events?kind=party", "events?count=1")
FAINTEST = "accent=8c6996&accent_dark=0084c7"
"""A hair above 4.5 to 1 on either paper."""
SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
"""
AFTER_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
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


@pytest.fixture
def host() -> Iterator[tuple[str, list[str]]]:
    """Give the address of another site on this machine, and the page that it shows."""
    shown: list[str] = []

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [shown[-1].encode()]

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", shown
    server.shutdown()
    thread.join(5)
    server.server_close()


def each(page: Page, paths: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Open pages one after the other, each at every width; give what is seen, in words."""
    for path in paths:
        page.goto(f"{page.url.partition('/embed/')[0]}/embed/{path}")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 700})
            yield f"{path} at {width}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_frame_has_a_fault_of_accessibility(
    opened: Open, language: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(f"{language}/events", color_scheme=scheme)
    for place in each(page, [f"{language}/{path}" for path in PAGES], (320, 1280)):
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{place}: {found.generate_report()}"


def test_an_accent_that_is_just_taken_can_be_read_everywhere(opened: Open) -> None:
    page = opened("en/events")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        paths = [f"en/{path}{'&' if '?' in path else '?'}{FAINTEST}" for path in PAGES]
        for place in each(page, paths, (320, 1280)):
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, f"{scheme} {place}: {found.generate_report()}"


def test_today_is_seen_where_colours_are_forced(opened: Open) -> None:
    page = opened("en/events?view=month&month=2026-11", forced_colors="active")
    today = page.locator("[aria-current=date] .number")
    assert today.evaluate("one => getComputedStyle(one).borderStyle") == "solid"


def test_nothing_is_wider_than_the_frame(opened: Open) -> None:
    page = opened("en/events")
    for language in LANGUAGES:
        paths = [f"{language}/{path}" for path in PAGES]
        for place in each(page, paths, (280, 320, 480, 600, 768, 1280)):
            assert page.evaluate(SPARE) >= 0, place


def test_four_times_as_large_everything_is_there_without_scrolling_sideways(opened: Open) -> None:
    page = opened("fr/events", device_scale_factor=4)
    for place in each(page, [f"fr/{path}" for path in PAGES], (320,)):
        assert page.evaluate(SPARE) >= 0, place
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(SPARE) >= 0, f"{place}, in large type"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC"])
def test_nothing_moves_once_it_is_there(opened: Open, live: str, zone: str) -> None:
    for width in (280, 768):
        page = opened("es/events", width, timezone_id=zone)
        assert page.evaluate("PerformanceObserver.supportedEntryTypes.includes('layout-shift')")
        for path in PAGES:
            page.goto(f"{live}/embed/es/{path}")
            page.evaluate(AFTER_TWO_FRAMES)
            assert page.evaluate("window.shifts") == [], path


def test_the_visitors_own_time_is_said_only_where_it_is_another_one(opened: Open) -> None:
    tokyo = opened("en/events", timezone_id="Asia/Tokyo").locator(".own").all_inner_texts()
    assert tokyo[0] == "Your time: 22:00–23:00 (Asia/Tokyo)"
    assert "Your time: 10:00–11:00, the next day (Asia/Tokyo)" in tokyo
    assert len(tokyo) == 3, "of what is cancelled, and of a day alone, none"
    paris = opened("en/events", timezone_id="Europe/Paris").locator(".own").all_inner_texts()
    assert paris[0] == "13:00 UTC"
    berlin = opened("fr/events", timezone_id="Europe/Berlin").locator(".own").all_inner_texts()
    assert berlin[0] == "13:00 UTC"
    assert "Chez vous\xa0: 02:00–03:00, le lendemain (Europe/Berlin)" in berlin
    honolulu = opened("es/events", timezone_id="Pacific/Honolulu").locator(".own")
    assert honolulu.first.inner_text() == "En su zona: 3:00–4:00 (Pacific/Honolulu)"


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


@pytest.mark.parametrize("width", [768, 1280])
def test_a_table_shows_every_start_with_its_city_and_whole_titles(
    site: Visitor, opened: Open, width: int
) -> None:
    put(site, "long", TALK, "A title as long as those that people give to webinars, on " * 3)
    site.sync()
    page = opened(f"en/{MONTH}", width)
    starts = page.locator(".month .hour")
    assert {"15:00 Berlin", "20:00 Lima"} <= {*starts.all_inner_texts()}
    assert all(start.is_visible() for start in starts.all())
    title = page.locator(".event-title", has_text="A title")
    assert title.evaluate("one => getComputedStyle(one).webkitLineClamp") == "none"
    night = page.get_by_role("link", name="night en").first
    hours = r"20:00–21:00 \(America/Lima, UTC−5\)"
    whole = re.compile(rf"night en ?, Wednesday, 9 December 2026 ?, {hours}")
    expect(night).to_have_accessible_name(whole)


def test_a_frame_tells_the_page_around_how_tall_it_is(
    opened: Open, live: str, host: tuple[str, list[str]]
) -> None:
    page = opened("en/signup")
    other, shown = host
    shown.append(
        "<!doctype html><script>window.told = []; addEventListener('message', (event) =>"
        " told.push([event.data, event.origin, event.source === frames[0]]))</script>"
        f"<iframe width=320 height=120 frameborder=0 src='{live}/embed/en/{MONTH}'></iframe>"
    )
    page.goto(other)
    page.wait_for_function("window.told.length > 0")
    said, origin, is_frame = page.evaluate("window.told.at(-1)")
    assert origin == live
    assert is_frame
    inner = page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
    assert said == {"outreach": "height", "version": 1, "height": -int(-inner // 1)}
    page.evaluate("document.querySelector('iframe').width = 900")
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
