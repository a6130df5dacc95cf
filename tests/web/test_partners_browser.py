"""A partner's page and the desk's list in a real browser: accessibility and reflow."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from outreach.db import hits
from outreach.events.partner_totals import KINDS
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import add
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser

SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"


@pytest.fixture
def busy(site: Visitor) -> Visitor:
    """Give a site whose first partner had something in most months."""
    with site.services.database.transaction() as session:
        for month in range(11):
            day = (site.watch() - timedelta(days=30 * month + 1)).date()
            for number, kind in enumerate(KINDS.values()):
                count = (13_000 >> number * 3) // (month + 1)
                hits.add(session, kind, "mineral-commons", day=day, count=count)
    return site


def sound(page: Page, name: str) -> None:
    """Look for faults of accessibility, and for what is wider than the screen."""
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SPARE) >= 0, f"{name} at {width}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_partners_page_is_sound(
    busy: Visitor, live: str, quiet_page: Page, language: str, scheme: Literal["light", "dark"]
) -> None:
    quiet_page.set_viewport_size({"width": 320, "height": 800})
    quiet_page.emulate_media(color_scheme=scheme)
    for slug in ("mineral-commons", "sahel-radio"):
        quiet_page.goto(live + busy.partner_path(language, slug))
        sound(quiet_page, slug)


@pytest.fixture(params=LANGUAGES)
def desk(
    busy: Visitor, live: str, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Give a page of staff in each language; it must not complain."""
    add(busy, language=request.param)
    page = browser.new_page(viewport={"width": 320, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    come_in(page, live, language=request.param, to="/desk/partners")
    yield page
    page.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_the_desk_is_sound(desk: Page, scheme: Literal["light", "dark"]) -> None:
    desk.emulate_media(color_scheme=scheme)
    sound(desk, "partners")
