"""What WordPress makes of our plain address: a locked frame that talks by messages of its own."""

from collections.abc import Callable, Iterator
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser

SECRET = "a1B2c3D4e5"
HTML = "text/html"
LISTENER = """
addEventListener("message", ({ data, source }) => {
  const frame = document.querySelector(`iframe[data-secret="${data.secret}"]`);
  if (!frame || source !== frame.contentWindow) return;
  if (data.message === "height") frame.height = Math.min(Math.max(data.value, 200), 1000);
  if (data.message !== "link" || document.activeElement !== frame) return;
  if (new URL(data.value).host === new URL(frame.src).host) top.location.href = data.value;
});
"""
"""As wp-embed.js does."""
Paste = Callable[[str], FrameLocator]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page, with any complaint allowed."""
    opened = browser.new_page(viewport={"width": 700, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def paste(site: Visitor, live: str, page: Page) -> Iterator[Paste]:
    """Paste an address of ours into a page of WordPress, which asks oEmbed about it."""
    pages: list[str] = []
    server = make_server("127.0.0.1", 0, lambda *asked: Response(pages[-1], mimetype=HTML)(*asked))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def pasted(path: str) -> FrameLocator:
        asked = f"/oembed?url={quote(live + path, safe='')}&format=json&maxwidth=600&maxheight=900"
        html = str((site.get(asked).json or {})["html"])
        source = html.partition('src="')[2].partition('"')[0]
        pages.append(
            f"<!doctype html><title>Partner</title><script>{LISTENER}</script>"
            f'<iframe sandbox="allow-scripts" security="restricted" data-secret="{SECRET}" '
            f'src="{source}#?secret={SECRET}" width="600" height="500"></iframe>'
        )
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        return page.frame_locator("iframe")

    yield pasted
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_the_frame_has_our_look_and_is_as_tall_as_what_it_shows(paste: Paste, page: Page) -> None:
    shown = paste("/fr/events?view=next")
    expect(shown.locator("h2")).to_be_visible()
    assert shown.locator("body").evaluate("e => getComputedStyle(e).fontFamily") != "serif"
    expect(page.locator("iframe")).not_to_have_attribute("height", "500")
    height = shown.locator("html").evaluate("e => Math.ceil(e.getBoundingClientRect().height)")
    expect(page.locator("iframe")).to_have_attribute("height", str(height))


def test_its_links_lead_to_us_in_the_whole_window(paste: Paste, page: Page, live: str) -> None:
    paste("/en/events").get_by_role("link", name="All events").click()
    page.wait_for_url(f"{live}/en/events")


def test_nothing_is_offered_there_that_cannot_be_opened(paste: Paste) -> None:
    shown = paste("/en/events")
    expect(shown.get_by_role("link", name=".ics", exact=True)).to_be_visible()
    expect(shown.get_by_text("This device")).to_be_hidden()
    expect(shown.get_by_text("Google")).to_be_hidden()


def test_after_a_choice_within_the_frame_its_links_still_work(
    paste: Paste, page: Page, live: str
) -> None:
    shown = paste("/en/events")
    shown.get_by_role("link", name="Meeting", exact=True).click()
    expect(shown.locator("[aria-current]").first).to_contain_text("Meeting")
    shown.get_by_role("link", name="All events").click()
    page.wait_for_url(f"{live}/en/events*")


def test_a_form_that_cannot_be_sent_there_leads_to_our_own(
    paste: Paste, page: Page, live: str
) -> None:
    shown = paste("/es/subscribe?topic=news")
    shown.get_by_role("button").first.click()
    page.wait_for_url(f"{live}/es/subscribe*")
    expect(page.locator("main form")).to_be_visible()
