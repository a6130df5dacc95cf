"""What lives on the desk's pages without reloading them, and the bar of a phone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, update

from outreach.campaigns.models import Campaign, CampaignState
from outreach.db.models import Heartbeat
from outreach.delivery.models import State, Tally
from outreach.staff.audit import Actor
from outreach.staff.models import Role, Staff
from tests.web.desk_sends import Send, add_send, everybody_works
from tests.web.door import come_in
from tests.web.test_browser import WCAG
from tests.web.test_desk import add
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser
UNSURE = {State.SENT: 5, State.QUEUED: 7, State.UNCERTAIN: 2, State.FAILED: 1}
SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"


@pytest.fixture
def desk(site: Visitor, live: str, browser: Browser) -> Iterator[Page]:
    """Give the first page of a viewer on a phone while something is being sent."""
    everybody_works(site)
    add(site, role=Role.VIEWER)
    counts = {State.SENT: 25, State.QUEUED: 75}
    add_send(site, Send("wrm/1", CampaignState.SENDING, site.watch(), counts))
    site.watch.wait(seconds=10)
    page = browser.new_page(viewport={"width": 320, "height": 640})
    come_in(page, live)
    yield page
    page.close()


def send_more(site: Visitor, sent: int) -> None:
    """Let the worker have sent so many of a hundred."""
    with site.services.database.transaction() as session:
        for state, count in ((State.SENT, sent), (State.QUEUED, 100 - sent)):
            session.execute(update(Tally).where(Tally.state == state).values(count=count))


def test_a_send_moves_on_by_itself_and_ends(desk: Page, site: Visitor) -> None:
    desk.evaluate("window.kept = true")
    bar = desk.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "25")
    send_more(site, 80)
    expect(bar).to_have_attribute("value", "80", timeout=6000)
    with site.services.database.transaction() as session:
        session.execute(update(Campaign).values(state=CampaignState.SENT))
    expect(desk.get_by_text("Nothing is being sent.")).to_be_visible(timeout=6000)
    assert desk.evaluate("window.kept")  # nobody has loaded the page again


def test_a_look_that_fails_is_told_and_made_good(desk: Page, site: Visitor) -> None:
    lost = desk.locator("[data-live-lost]")
    desk.route("**/desk/running", lambda route: route.abort())
    expect(lost).to_be_visible(timeout=15000)
    assert desk.get_by_role("progressbar").is_visible()
    desk.unroute("**/desk/running")
    send_more(site, 60)
    expect(desk.get_by_role("progressbar")).to_have_attribute("value", "60", timeout=20000)
    expect(lost).to_be_hidden()


def test_the_focus_stays_where_it_was(desk: Page, site: Visitor, live: str) -> None:
    """A link within a part that is fetched anew keeps the focus."""
    with site.services.database.transaction() as session:
        session.execute(update(Tally).values(count=1))
    desk.evaluate(
        """() => {
          const part = document.getElementById("running-now");
          part.insertAdjacentHTML("afterbegin", '<a id="send-1-title" href="#x">old</a>');
          document.querySelectorAll("#send-1-title")[1].removeAttribute("id");
          document.getElementById("send-1-title").focus();
        }"""
    )
    desk.route(
        "**/desk/running",
        lambda route: route.fulfill(
            content_type="text/html",
            body='<div id="running-now"><a id="send-1-title" href="#x">new</a></div>',
        ),
    )
    expect(desk.locator("#running-now").get_by_text("new")).to_be_focused(timeout=6000)


def test_whoever_is_signed_out_meanwhile_is_told_so(desk: Page, site: Visitor) -> None:
    site.watch.wait(hours=13)
    expect(desk.locator("[data-live-lost]")).to_be_visible(timeout=6000)
    assert desk.url.endswith("/desk/")


def test_without_scripts_everything_is_there(
    desk: Page, site: Visitor, live: str, browser: Browser
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{live}/desk/")
    assert page.locator("progress").get_attribute("value") == "25"
    assert page.locator('meta[http-equiv="refresh"]').count() == 1
    page.get_by_role("link", name="The month after").click()
    assert "month=2026-12" in page.url
    page.get_by_role("link", name="Month", exact=True).click()
    assert page.locator("table.month").is_visible()
    context.close()


def test_the_bar_of_a_phone_reaches_every_room(desk: Page, live: str) -> None:
    bar = desk.get_by_role("navigation", name="Desk")
    assert bar.count() == 1  # the other one is not shown
    for target in bar.locator("a:visible, summary:visible").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    desk.locator("#more > summary").click()
    expect(bar.get_by_role("button", name="Sign out")).to_be_visible()
    assert desk.evaluate(SPARE) >= 0
    desk.keyboard.press("Escape")
    expect(bar.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(desk.locator("#more > summary")).to_be_focused()
    desk.set_viewport_size({"width": 1280, "height": 800})
    assert bar.count() == 1
    assert bar.get_by_role("link", name="Overview").get_attribute("aria-current") == "page"


def test_a_phone_sees_the_agenda_and_a_desktop_the_month(desk: Page) -> None:
    assert desk.locator(".agenda").is_visible()
    assert not desk.locator("table.month").is_visible()
    desk.set_viewport_size({"width": 1280, "height": 800})
    assert not desk.locator(".agenda").is_visible()
    assert desk.locator("table.month").is_visible()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
def test_no_page_has_a_fault_of_accessibility_with_much_on_it(
    desk: Page, site: Visitor, live: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    now = site.watch()
    add_send(site, Send("held/1", CampaignState.PAUSED, now - timedelta(days=1), UNSURE))
    for number in range(5):
        moment = now + timedelta(days=1, minutes=number)
        add_send(site, Send(f"many/{number}", CampaignState.SCHEDULED, moment))
    with site.services.database.transaction() as session:
        session.execute(update(Staff).values(language=language, role=Role.ADMIN))
        session.execute(delete(Heartbeat))
        Actor(None, now).did(session, "staff.role", "x" * 200, after={"role": "viewer"})
    desk.emulate_media(color_scheme=scheme)
    for width in (320, 1280):
        desk.set_viewport_size({"width": width, "height": 720})
        for path in ("", "?view=month", "?view=agenda&month=2026-11", "system", "log"):
            desk.goto(f"{live}/desk/{path}")
            assert desk.evaluate(SPARE) >= 0, f"{path} at {width}"
            if width == 320 and not path:
                desk.locator("#more > summary").click()
            found = Axe().run(desk, options=WCAG)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
