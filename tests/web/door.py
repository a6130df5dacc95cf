"""Through the door of the desk, with a real browser."""

from playwright.sync_api import Page

from tests.web.test_desk import ADA, PASSWORD

PATIENT = 90_000
"""Milliseconds: a machine that runs many tests at once hashes and paints slowly."""


def come_in(page: Page, live: str, *, language: str = "", to: str = "/desk/") -> None:
    """Sign in with the keyboard, and wait until the page that was wanted has loaded.

    The whole address is compared: that of the form may end with the wanted one.
    """
    wish = f"&language={language}" if language else ""
    page.goto(f"{live}/desk/sign-in?next={to}{wish}")
    page.fill("#address", ADA)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live}{to}", timeout=PATIENT)
