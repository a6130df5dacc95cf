"""Letters in a real browser: widths, thumbs, and what axe finds, in light and dark."""

import html
import os
from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from outreach.mail.compose import Letter, Stationery
from outreach.mail.fields import fill
from tests.install_chromium import find_chromium

Scheme = Literal["light", "dark"]

pytestmark = pytest.mark.browser

NOT_FOR_MAIL = {"landmark-one-main", "region"}
"""A letter is an article inside another page, not a page with landmarks."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the system's Chromium, as root too."""
    found = find_chromium()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("NO BROWSER: CI must have a Chromium")
    if found is None:
        pytest.skip("NO BROWSER: there is no Chromium on this machine")
    return {"executable_path": found, "args": ["--no-sandbox"]}


def opened(browser: Browser, content: str, *, width: int, scheme: Scheme) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.route("**/*", lambda route: route.abort())
    page.set_content(content)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 640])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_letter_is_readable_everywhere(
    browser: Browser,
    stationery: Stationery,
    make_edition: Callable[[str], Letter],
    values: dict[str, str],
    language: str,
    width: int,
    scheme: Scheme,
) -> None:
    content = fill(stationery.compose(make_edition(language)).html, values, html.escape)
    page = opened(browser, content, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    heights = page.locator(".button-words").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 44
    ground = page.locator(".sheet").evaluate("sheet => getComputedStyle(sheet).backgroundColor")
    assert ground == ("rgb(255, 253, 249)" if scheme == "light" else "rgb(34, 27, 40)")
    size, line = page.locator(".ink li").first.evaluate(
        "item => [getComputedStyle(item).fontSize, getComputedStyle(item).lineHeight]"
        ".map(parseFloat)"
    )
    assert size >= 16
    assert line / size >= 1.5
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["id"] not in NOT_FOR_MAIL] == []
    page.close()


def test_columns_stand_side_by_side_only_where_there_is_room(
    browser: Browser,
    stationery: Stationery,
    make_edition: Callable[[str], Letter],
) -> None:
    content = stationery.compose(make_edition("en")).html
    tops = {}
    for width in (360, 640):
        page = opened(browser, content, width=width, scheme="light")
        tops[width] = page.locator("h3", has_text="For ").evaluate_all(
            "headings => headings.map(heading => heading.getBoundingClientRect().top)"
        )
        page.close()
    assert tops[640][0] == tops[640][1]
    assert tops[360][0] < tops[360][1]
