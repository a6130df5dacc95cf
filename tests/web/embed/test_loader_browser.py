"""The loader: frames as high as what they show, only ours, and only once they have spoken."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.embed.neighbours import Host, StandIn
from tests.web.embed.rungs import Watched, see_content, see_link, snippet

pytestmark = pytest.mark.browser

SAY = "(said) => parent.postMessage(said, '*')"
HIGH = "one => Math.round(one.getBoundingClientRect().height)"


def say(page: Page, stand_in: StandIn, **said: object) -> None:
    """Let the frame speak."""
    [frame] = [each for each in page.frames if each.url.startswith(stand_in.origin)]
    frame.evaluate(SAY, {"outreach": "height", "version": 1} | said)


def test_a_frame_has_the_height_that_it_tells_and_a_title(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(host.page("strict", snippet("loader", stand_in.origin)))
    see_content(page, "loader")
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("title", "Le calendrier")
    expect(frame).to_have_attribute("loading", "lazy")
    told = [(500, 501), (501, 501), (503, 504), (4, 121), (99_999, 10_001), (640, 641)]
    for height, seen in told:
        say(page, stand_in, height=height)
        page.wait_for_timeout(60)
        assert frame.evaluate(HIGH) == seen, height
    watched.check(host.address, stand_in.origin)


def test_other_messages_change_nothing(stand_in: StandIn, host: Host, watched: Watched) -> None:
    page = watched.page
    page.goto(host.page("plain", snippet("loader", stand_in.origin)))
    see_content(page, "loader")
    frame = page.locator("iframe")
    say(page, stand_in, height=500)
    page.wait_for_timeout(60)
    for bad in ({"version": 2}, {"outreach": "width"}, {"height": "900"}, {"height": None}):
        say(page, stand_in, **({"height": 900} | bad))
    page.evaluate("postMessage({outreach: 'height', version: 1, height: 900}, '*')")
    page.evaluate("postMessage(null, '*'); postMessage('height', '*')")
    page.evaluate(
        """(url) => new Promise((done) => {
          const other = document.createElement("iframe");
          other.onload = done; other.src = url; document.body.append(other);
        })""",
        f"{stand_in.origin}/embed/fr/events?another",
    )
    page.wait_for_timeout(200)
    assert frame.first.evaluate(HIGH) == 501
    assert watched.errors == []


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.org/embed/fr/events",
        "{origin}/fr/events",
        "{origin}/embed/../fr/events",
        "javascript:alert(1)",
        "/embed/fr/events",
        "",
    ],
)
def test_only_frames_of_ours_are_made(
    stand_in: StandIn, host: Host, watched: Watched, address: str
) -> None:
    pasted = snippet("loader", stand_in.origin)
    wrong = address.format(origin=stand_in.origin)
    frame = f"{stand_in.origin}/embed/fr/events?topic=news"
    watched.page.goto(host.page("plain", pasted.replace(frame, wrong)))
    watched.page.wait_for_timeout(200)
    see_link(watched.page, "loader")
    watched.check(host.address, stand_in.origin)


def test_a_frame_that_says_nothing_goes_and_the_link_stays(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    stand_in.tells = False
    page.clock.install()
    page.goto(host.page("plain", snippet("loader", stand_in.origin)))
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.get_by_role("link", name="Le calendrier")).to_be_visible()
    page.wait_for_timeout(200)
    page.clock.run_for(7_000)
    expect(page.locator("iframe")).to_have_count(1)
    for _ in range(10):
        page.clock.run_for(2_000)
        page.wait_for_timeout(100)
    see_link(page, "loader")
    assert watched.errors == []


def test_a_frame_far_below_waits_until_it_is_in_sight(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.clock.install()
    far = '<p style="height: 9000px"></p>'
    page.goto(host.page("plain", far + snippet("loader", stand_in.origin)))
    page.wait_for_timeout(200)
    page.clock.run_for(60_000)
    expect(page.locator("iframe")).to_have_count(1)
    assert [path for path in stand_in.asked if "/embed/fr" in path] == []
    see_content(page, "loader")
    watched.check(host.address, stand_in.origin)


@pytest.mark.parametrize("shown", [True, False])
def test_a_place_that_is_taken_out_and_put_back_begins_anew(
    stand_in: StandIn, host: Host, watched: Watched, *, shown: bool
) -> None:
    page = watched.page
    stand_in.tells = shown
    page.goto(host.page("plain", snippet("loader", stand_in.origin)))
    expect(page.locator("iframe")).to_have_count(1)
    if shown:
        see_content(page, "loader")
    page.evaluate("window.one = document.querySelector('[data-outreach-frame]'); one.remove()")
    assert page.evaluate("one.innerHTML").count("<") == 2, "the link alone"
    stand_in.tells = True
    page.evaluate("document.body.append(one)")
    see_content(page, "loader")
    expect(page.locator("iframe")).to_have_count(1)
    say(page, stand_in, height=500)
    page.wait_for_timeout(60)
    assert page.locator("iframe").evaluate(HIGH) == 501
    watched.check(host.address, stand_in.origin)


def test_a_frame_that_the_host_takes_out_alone_is_not_forced_upon_it(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(host.page("plain", snippet("loader", stand_in.origin)))
    see_content(page, "loader")
    page.locator("iframe").evaluate("one => one.remove()")
    page.wait_for_timeout(60)
    see_link(page, "loader")


def test_later_places_and_a_second_script_do_no_harm(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    again = f'<script src="{stand_in.origin}/embed/v1-frame.js?again" async></script>'
    page.goto(host.page("plain", again + snippet("loader", stand_in.origin)))
    see_content(page, "loader")
    expect(page.locator("iframe")).to_have_count(1)
    page.evaluate(
        """() => {
          const first = document.querySelector("[data-outreach-frame]");
          const later = document.createElement("p");
          later.dataset.outreachFrame = first.dataset.outreachFrame;
          const link = document.createElement("a");
          link.href = "/"; link.textContent = "Plus tard";
          later.append(link);
          first.replaceWith(later);
        }"""
    )
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.locator("iframe")).to_have_attribute("title", "Plus tard")
    expect(page.get_by_role("link", name="Plus tard")).to_be_hidden()
    watched.check(host.address, stand_in.origin)
