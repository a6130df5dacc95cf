"""Hosts that embed us: the real site, or a stand-in that gives the golden answers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.web.embed.neighbours import Host, StandIn, hosting
from tests.web.embed.rungs import Watched, watch


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Give the stand-in for our site."""
    origin = StandIn()
    yield origin
    origin.leave()


@pytest.fixture
def host(stand_in: StandIn) -> Iterator[Host]:
    """Give a host that embeds the stand-in."""
    with hosting(stand_in.origin) as host:
        yield host


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Give a watched page of a visitor in Lima."""
    context = browser.new_context(
        timezone_id="America/Lima", locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    yield watch(_patient(context.new_page()))
    context.close()


def _patient(page: Page) -> Page:
    page.set_default_timeout(15_000)
    return page
