"""Every rung on every host page, against our own site as it is served."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.web.embed.neighbours import Host, hosting
from tests.web.embed.rungs import (
    COMPONENTS,
    HOSTS,
    ONLY_LINK,
    RUNGS,
    SIDEWAYS,
    Watched,
    element,
    see_content,
    see_link,
    snippet,
)
from tests.web.visitor import LANGUAGES, Visitor

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def pasted(rung: str, live: str, more: str = "") -> str:
    """Give what a partner pastes, of the topic that the sample's events have."""
    return snippet(rung, live, more, topic="events")


@pytest.fixture
def partner(live: str) -> Iterator[Host]:
    """Give a host that embeds the real site."""
    with hosting(live) as host:
        yield host


@pytest.mark.parametrize("name", HOSTS)
def test_each_rung_shows_our_events_or_at_least_the_link(
    live: str, partner: Host, watched: Watched, name: str
) -> None:
    for rung in RUNGS:
        watched.page.goto(partner.page(name, pasted(rung, live)))
        if name in ONLY_LINK:
            see_link(watched.page, rung)
        else:
            see_content(watched.page, rung)
    watched.check(partner.address, live)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_what_we_really_say_is_accessible_and_fits(
    live: str,
    partner: Host,
    browser: Browser,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, timezone_id="Asia/Tokyo"
    )
    for rung in COMPONENTS:
        page.goto(partner.page("plain", pasted(rung, live)))
        page.locator(f"{element(rung)} .sheet").wait_for()
        assert page.evaluate(SIDEWAYS) <= 0, rung
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{rung}: {found.generate_report()}"
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_speaks_for_itself_on_a_host_of_another(
    live: str, partner: Host, watched: Watched, language: str
) -> None:
    page = watched.page
    said = pasted("events", live).replace('language="fr"', f'language="{language}"')
    page.goto(partner.page("arabic", said))
    root = page.locator("outreach-events .root")
    expect(root).to_have_attribute("lang", language)
    for url in root.locator("h3 a").evaluate_all("all => all.map((one) => one.href)"):
        assert url.startswith(f"{live}/{language}/events/")
    watched.check(partner.address, live)


def test_registering_leads_to_the_form_in_the_whole_window(
    live: str, partner: Host, watched: Watched
) -> None:
    page = watched.page
    for rung in ("events", "loader"):
        page.goto(partner.page("strict", pasted(rung, live)))
        see_content(page, rung)
        inner = page.frame_locator("iframe") if rung == "loader" else page
        inner.get_by_role("link", name="S’inscrire").first.click()
        page.wait_for_url(f"{live}/fr/events/*/register*")
    assert watched.errors == []


def test_months_turn_as_far_as_there_is_something_to_show(
    live: str, partner: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(partner.page("strict", pasted("month", live)))
    name = page.locator("outreach-events [aria-live=polite]")
    expect(name).to_have_text("novembre 2026")
    button = page.get_by_role("button", name="Mois suivant")
    button.click()
    expect(name).to_have_text("décembre 2026")
    expect(button).to_be_focused()
    watched.check(partner.address, live)


def test_a_sign_up_on_a_hosts_page_is_one_of_ours(
    site: Visitor, live: str, partner: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(partner.page("trusted", pasted("signup", live)))
    form = page.locator("outreach-signup form")
    form.get_by_label("Adresse e-mail").fill("ana@example.org")
    for topic in form.locator("fieldset input").all():
        topic.check()
    form.get_by_label("Oui, Women’s Rights and Mining").check()
    form.get_by_role("button", name="S’abonner").click()
    page.wait_for_url(f"{live}/fr/subscribe/sent")
    assert site.confirm_path("ana@example.org")
    assert watched.errors == []


def test_a_wrong_option_leaves_the_link(live: str, partner: Host, watched: Watched) -> None:
    page = watched.page
    for more in (' accent="ffff00"', ' kinds="nonsense"', ' count="999"'):
        page.goto(partner.page("plain", pasted("events", live, more)))
        page.wait_for_load_state("networkidle")
        see_link(page, "events")
    watched.check(partner.address, live)
