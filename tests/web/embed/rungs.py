"""The rungs of embedding, as a partner pastes them, and what a visitor must see of each."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

HOSTS = ("plain", "reset", "dark", "strict", "trusted", "closed", "wordpress", "sidebar", "arabic")
ONLY_LINK = ("closed", "wordpress")
"""Hosts that let nothing of ours through."""
RUNGS = ("link", "frame", "loader", "events", "month", "next", "signup")
COMPONENTS = ("events", "month", "next", "signup")

STORED = """async () => [
  document.cookie, localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length,
].join("|")"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def snippet(rung: str, origin: str, more: str = "", *, topic: str = "news") -> str:
    """Give what a partner pastes; `more`: attributes of the component."""
    page = f"{origin}/fr/{'subscribe' if rung == 'signup' else 'events'}"
    link = f'<a href="{page}">Le calendrier</a>'
    frame = f"{origin}/embed/fr/events?topic={topic}"
    if rung == "link":
        return f"<p>{link}</p>"
    if rung == "frame":
        return (
            f'<iframe src="{frame}" title="Le calendrier" width="100%" height="640" '
            f'loading="lazy" frameborder="0"></iframe>\n<p>{link}</p>'
        )
    if rung == "loader":
        return (
            f'<p data-outreach-frame="{frame}" data-title="Le calendrier">{link}</p>\n'
            f'<script src="{origin}/embed/v1-frame.js" defer></script>'
        )
    name, view = element(rung), f' view="{rung}"' if rung in ("month", "next") else ""
    return (
        f'<{name} language="fr" topics="{topic}"{view}{more}>{link}</{name}>\n'
        f'<script src="{origin}/embed/v1.js" defer></script>'
    )


def element(rung: str) -> str:
    """Give the name of the element of a rung."""
    return "outreach-signup" if rung == "signup" else "outreach-events"


@dataclass
class Watched:
    """A page, and what must not happen on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def check(self, *origins: str) -> None:
        """Nothing went wrong or elsewhere, and nothing was stored in the browser."""
        assert self.errors == []
        asked = {_origin(url) for url in self.requests if not url.startswith("data:")}
        assert asked <= set(origins)
        assert self.page.evaluate(STORED) == "|0|0|0"
        assert self.page.context.cookies() == []


def watch(page: Page) -> Watched:
    """Watch a page before it is opened."""
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))
    return watched


def see_link(page: Page, rung: str) -> None:
    """See the plain link, and nothing of ours."""
    expect(page.get_by_role("link", name="Le calendrier")).to_be_visible()
    assert page.locator(".sheet").count() == 0
    if rung != "frame":
        assert page.locator("iframe").count() == 0


def see_content(page: Page, rung: str) -> None:
    """See what the rung is for."""
    link = page.get_by_role("link", name="Le calendrier", exact=True)
    if rung in ("link", "frame"):
        expect(link).to_be_visible()
    if rung in ("frame", "loader"):
        page.locator("iframe").scroll_into_view_if_needed()
        expect(page.frame_locator("iframe").locator("h1, h2").first).to_be_visible()
    if rung == "loader":
        expect(link).to_be_hidden()
        box = page.locator("iframe").bounding_box()
        assert box
        assert box["height"] >= 120
    if rung in COMPONENTS:
        see_component(page, rung)


def see_component(page: Page, rung: str) -> None:
    """See the component's own content, in its own look, in place of the link."""
    place = page.locator(element(rung))
    inner = {"month": "table, .agenda, .empty", "signup": "form"}.get(rung, "article, .empty")
    expect(place.locator(".sheet :is(h2, h3)").first).to_be_visible()
    expect(place.locator(inner).locator("visible=true").first).to_be_visible()
    expect(page.get_by_role("link", name="Le calendrier", exact=True)).to_be_hidden()
    look: dict[str, Any] = place.locator(".sheet").evaluate(
        "one => { const s = getComputedStyle(one); return {size: parseFloat(s.fontSize), "
        "paper: s.backgroundColor, way: s.direction, mode: s.writingMode, "
        "wide: one.getBoundingClientRect().width}; }"
    )
    assert look["size"] == 17
    assert look["paper"] not in ("rgba(0, 0, 0, 0)", "transparent")
    assert (look["way"], look["mode"]) == ("ltr", "horizontal-tb")
    assert look["wide"] >= 240


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
