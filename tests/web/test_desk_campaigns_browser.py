"""Campaigns of the desk in a real browser: live figures, accessibility, reflow."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from outreach.campaigns import control
from outreach.campaigns.control import Seen
from outreach.delivery.models import State
from outreach.staff.audit import Actor
from outreach.staff.models import Role, Staff
from tests.web.door import come_in
from tests.web.senders import begin, invite, schedule_campaign, settle, sum_up
from tests.web.test_browser import WCAG
from tests.web.test_desk import add
from tests.web.test_desk_campaigns import MIX
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser
NAMES = {"en": "Pause", "fr": "Mettre en pause", "es": "Poner en pausa"}


@pytest.fixture
def number(site: Visitor) -> int:
    """Give a campaign that is on its way and has met everything."""
    schedule_campaign(site, hours=9)
    invite(site, 60)
    made = begin(site)
    settle(site, made, *MIX)
    site.watch.wait(minutes=3)
    settle(site, made, *[State.SENT] * 20)
    long = "550 5.7.1 Rejected-as-spam-see-https://example.org/" + "a-very-long-address" * 9
    settle(site, made, State.FAILED, words=long)
    sum_up(site)
    return made


@pytest.fixture
def desk(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give a page of a sender on a phone."""
    add(site, role=Role.SENDER)
    page = browser.new_page(viewport={"width": 320, "height": 640})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    come_in(page, live)
    yield page
    page.close()
    assert complaints == []


def speak(site: Visitor, language: str) -> None:
    """Choose a language of the desk for everybody."""
    with site.services.database.transaction() as session:
        session.execute(update(Staff).values(language=language))


def pages(number: int) -> list[str]:
    """Give the pages of a campaign, and the list."""
    page = f"campaigns/{number}"
    return ["campaigns", page, f"{page}/cancel", f"{page}/failures", "campaigns/1"]


@pytest.mark.parametrize("language", NAMES)
def test_no_page_has_a_fault_of_accessibility_or_is_wider_than_the_screen(
    desk: Page, live: str, site: Visitor, number: int, language: str
) -> None:
    speak(site, language)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for name in pages(number):
        for scheme in schemes:
            desk.emulate_media(color_scheme=scheme)
            desk.goto(f"{live}/desk/{name}")
            desk.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            found = Axe().run(desk, options=WCAG)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        for width in (320, 768, 1280):
            desk.set_viewport_size({"width": width, "height": 700})
            spare = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
            assert desk.evaluate(spare) >= 0, f"{name} at {width}"
        desk.set_viewport_size({"width": 320, "height": 640})


def test_letters_in_pictures_are_as_large_on_a_phone_as_anywhere(
    desk: Page, live: str, number: int
) -> None:
    desk.goto(f"{live}/desk/campaigns/{number}")
    size = "Math.round(document.querySelector('.chart text').getBoundingClientRect().height)"
    on_a_phone = desk.evaluate(size)
    desk.set_viewport_size({"width": 1280, "height": 700})
    assert desk.evaluate(size) == on_a_phone >= 12
    right = "getBoundingClientRect().right"
    cut = f"""[...document.querySelectorAll('.chart text')]
      .filter(each => each.{right} > each.ownerSVGElement.{right} + 1)"""
    desk.set_viewport_size({"width": 320, "height": 700})
    assert desk.evaluate(f"{cut}.length") == 0


def test_the_figures_move_without_reloading(
    desk: Page, live: str, site: Visitor, number: int
) -> None:
    desk.goto(f"{live}/desk/campaigns/{number}")
    desk.evaluate("window.stayed = true")
    assert "26 of 60 sent" in desk.inner_text(".steps-main")
    assert desk.inner_text("[data-live-ears]") == ""
    site.watch.wait(seconds=10)
    settle(site, number, *[State.SENT] * 20)
    desk.get_by_text("46 of 60 sent").wait_for(timeout=8000)
    assert "2 a second" in desk.inner_text(".steps-main")
    assert desk.inner_text("[data-live-ears]") == "sending, 80%"
    assert desk.evaluate("window.stayed") is True


def test_when_somebody_else_holds_it_the_page_becomes_the_new_one(
    desk: Page, live: str, site: Visitor, number: int
) -> None:
    desk.goto(f"{live}/desk/campaigns/{number}")
    with site.services.database.transaction() as session:
        control.pause(session, number, Seen("sending"), Actor(None, site.watch()))
    desk.get_by_role("button", name="Let it go on").wait_for(timeout=8000)


def test_a_campaign_is_cancelled_with_the_keyboard(desk: Page, live: str, number: int) -> None:
    desk.goto(f"{live}/desk/campaigns/{number}")
    desk.get_by_role("link", name="Cancel …").press("Enter")
    desk.get_by_role("button", name="Cancel the 26 not yet sent").press("Enter")
    desk.wait_for_url("**?done=cancel")
    assert "Cancelled. 26 have it, and keep it." in desk.inner_text(".note")


def test_without_scripts_the_page_reloads_by_itself(
    live: str, site: Visitor, number: int, browser: Browser
) -> None:
    add(site, role=Role.SENDER)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    come_in(page, live)
    page.goto(f"{live}/desk/campaigns/{number}")
    settle(site, number, *[State.SENT] * 4)
    page.get_by_text("30 of 60 sent").wait_for(timeout=15_000)
    context.close()


def test_the_report_can_be_printed(desk: Page, live: str, number: int) -> None:
    desk.set_viewport_size({"width": 800, "height": 1000})
    desk.goto(f"{live}/desk/campaigns/{number}")
    desk.emulate_media(media="print")
    assert not desk.get_by_role("navigation").first.is_visible()
    assert not desk.get_by_role("button", name="Pause").is_visible()
    assert desk.locator(".chart").first.bounding_box()["width"] > 500  # type: ignore[index]
    assert desk.get_by_role("table").nth(1).is_visible()


def test_a_report_from_a_dark_screen_is_printed_black_on_white_with_pictures_in_colour(
    desk: Page, live: str, number: int
) -> None:
    desk.goto(f"{live}/desk/campaigns/{number}")
    pieces = """Object.fromEntries(["sent", "failed", "waiting", "uncertain"].map(
      key => [key, getComputedStyle(document.querySelector(`.chart-${key}`)).fill]))"""
    desk.emulate_media(color_scheme="light")
    on_a_light_screen = desk.evaluate(pieces)
    desk.emulate_media(media="print", color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert desk.evaluate(ground) == "rgb(255, 255, 255)"
    assert desk.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    on_paper = desk.evaluate(pieces)
    assert len(set(on_paper.values())) == len(on_paper)
    assert on_paper["failed"] == on_a_light_screen["failed"]
    assert desk.get_by_text(f"No. {number}").is_visible()
    assert not desk.get_by_role("link", name="Campaigns").first.is_visible()
