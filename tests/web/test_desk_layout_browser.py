"""How the desk fits a screen: large type, low windows, phones, and what a script puts away."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from outreach.audience.segment_rules import Tagged
from outreach.staff.models import Role
from tests.web.senders import begin, invite
from tests.web.test_desk import ADA, PASSWORD, add
from tests.web.test_desk_segments import put
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser

ROOM = "editions/wrm/2020-07"
PAGES = (
    "",
    ROOM,
    f"{ROOM}/checks",
    f"{ROOM}/test",
    f"{ROOM}/schedule",
    "campaigns",
    "campaigns/1",
    "segments",
    "segments/new",
    "segments/mine",
    "segments/mine/delete",
    "partners",
    "staff",
    "staff/2/shut-out",
    "log",
    "system",
    "account",
)
SPARE = "document.documentElement.clientWidth - document.documentElement.scrollWidth"
Open = Callable[..., Page]


@pytest.fixture
def signed_in(site: Visitor, live: str, browser: Browser) -> Iterator[Open]:
    """Give pages of an admin, on a screen of any size and in any language."""
    invite(site, 20)
    begin(site)
    put(site, Tagged(("press",)))
    opened: list[Page] = []

    def page_of(width: int, height: int, language: str = "en") -> Page:
        add(site, language=language)
        add(site, "eve@example.org", Role.SENDER)
        page = browser.new_page(viewport={"width": width, "height": height})
        opened.append(page)
        page.goto(f"{live}/desk/sign-in")
        page.fill("#address", ADA)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/")
        return page

    yield page_of
    for page in opened:
        page.close()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_with_type_twice_as_large_a_phone_shows_all(
    signed_in: Open, live: str, language: str
) -> None:
    page = signed_in(360, 740, language)
    for name in PAGES:
        page.goto(f"{live}/desk/{name}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(SPARE) >= 0, name
    bar = page.locator(".desk-bar > ul > li")
    boxes = [each.bounding_box() for each in bar.all()]
    assert len(boxes) == 5
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    page.locator(".desk-more > summary").click()
    page.locator(".desk-sheet button").wait_for()
    names = page.locator(".desk-bar > ul > li > a").all_inner_texts()
    assert all(name.strip() for name in names)


def test_the_words_of_the_bar_fit_their_places(signed_in: Open, live: str) -> None:
    page = signed_in(320, 640, "fr")
    page.goto(f"{live}/desk/campaigns")
    for percent in (100, 125, 150, 200):
        page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
        wide = page.locator(".desk-bar > ul > li").evaluate_all(
            "all => all.map(one => one.scrollWidth - one.clientWidth)"
        )
        assert max(wide) <= 0, percent
        last = page.locator(".desk-bar > ul > li").last.bounding_box()
        assert last
        assert last["x"] + last["width"] <= 320


def test_in_a_low_window_nothing_lies_on_the_way_between_the_rooms(
    signed_in: Open, live: str
) -> None:
    page = signed_in(1280, 420)
    page.goto(f"{live}/desk/staff")
    last = page.locator(".desk-rail a").last.bounding_box()
    out = page.locator(".desk-side .desk-out").bounding_box()
    assert last
    assert out
    assert out["y"] >= last["y"] + last["height"]
    page.set_viewport_size({"width": 1280, "height": 800})
    out = page.locator(".desk-side .desk-out").bounding_box()
    assert out
    assert out["y"] + out["height"] <= 800


def test_on_a_phone_every_cell_of_a_list_is_on_the_screen_and_says_what_it_is(
    signed_in: Open, live: str
) -> None:
    page = signed_in(320, 640)
    for name in (
        "campaigns",
        "staff",
        "log",
        "system",
        "account",
        "editions",
        "partners",
        "campaigns/1",
    ):
        page.goto(f"{live}/desk/{name}")
        for summary in page.locator("main details:not([open]) > summary").all():
            summary.click()
        beyond = page.locator("table.cards").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.parentElement.clientWidth).length"
        )
        assert beyond == 0, name
    page.goto(f"{live}/desk/campaigns")
    said = page.locator("td.number").first.evaluate(
        "one => getComputedStyle(one, '::before').content"
    )
    assert said == '"Planned"'


def test_every_tab_of_an_edition_is_on_the_screen_of_a_phone(signed_in: Open, live: str) -> None:
    page = signed_in(320, 640, "fr")
    page.goto(f"{live}/desk/{ROOM}/schedule")
    for tab in page.locator(".tabs a").all():
        box = tab.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 320


def test_a_phone_begins_with_the_letter_as_a_phone_shows_it(signed_in: Open, live: str) -> None:
    page = signed_in(360, 740)
    page.goto(f"{live}/desk/{ROOM}")
    frame = page.locator("iframe").bounding_box()
    assert frame
    assert frame["width"] <= 320
    marked = "one => getComputedStyle(one).fontWeight"
    assert page.get_by_role("link", name="Phone", exact=True).evaluate(marked) == "600"
    assert page.get_by_role("link", name="Desktop", exact=True).evaluate(marked) != "600"
    page.get_by_role("link", name="Desktop", exact=True).click()
    page.wait_for_url("**view=desktop")
    wide = page.locator(".proof:not(.proof-fitting) iframe").bounding_box()
    assert wide
    assert wide["width"] >= 600


def test_whoever_sends_now_is_not_asked_when(signed_in: Open, live: str, browser: Browser) -> None:
    page = signed_in(1280, 800)
    page.goto(f"{live}/desk/{ROOM}/schedule")
    day = page.locator("#day")
    kept = day.input_value()
    page.get_by_label("Now", exact=True).check()
    day.wait_for(state="hidden")
    page.get_by_label("At this time, everywhere").check()
    day.wait_for(state="visible")
    assert day.input_value() == kept
    page.goto(f"{live}/desk/{ROOM}/schedule?when=now")
    day.wait_for(state="hidden")
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto(f"{live}/desk/{ROOM}/schedule?when=now")
    assert plain.locator("#day").is_visible()
    assert plain.locator(".schedule-time .hint").is_visible()
    plain.context.close()


def test_the_address_of_a_real_subscriber_has_room(signed_in: Open, live: str) -> None:
    page = signed_in(1280, 800)
    for width, least in ((1280, 400), (360, 300)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live}/desk/{ROOM}/test")
        field = page.locator("#subscriber").bounding_box()
        hint = page.locator("#subscriber-hint").bounding_box()
        assert field
        assert hint
        assert field["width"] >= least
        assert field["y"] >= hint["y"] + hint["height"]


def test_the_second_of_several_countries_is_completed_too(signed_in: Open, live: str) -> None:
    page = signed_in(1280, 800)
    page.goto(f"{live}/desk/segments/new")
    page.locator("#new").select_option("country")
    page.locator("button[value=add]").click()
    field = page.locator("#value-1")
    offered = "list => [...list.options].map(one => one.value)"
    field.fill("Gha")
    assert "Ghana" in page.locator("#known-country").evaluate(offered)
    field.fill("Ghana, Ke")
    assert "Ghana, Kenya" in page.locator("#known-country").evaluate(offered)


def test_the_parts_of_a_report_stop_at_one_width(signed_in: Open, live: str) -> None:
    page = signed_in(1440, 900)
    page.goto(f"{live}/desk/campaigns/1")
    ends = set()
    for part in ("#standing", ".identity-table", ".picture"):
        box = page.locator(part).first.bounding_box()
        assert box
        ends.add(round(box["x"] + box["width"]))
    assert len(ends) == 1


def test_fields_that_follow_each_other_do_not_touch(signed_in: Open, live: str) -> None:
    page = signed_in(1280, 800)
    page.goto(f"{live}/desk/{ROOM}/schedule")
    upper = page.locator("#topic").bounding_box()
    lower = page.locator("label[for=segment]").bounding_box()
    assert upper
    assert lower
    assert lower["y"] - upper["y"] - upper["height"] >= 12
    page.goto(f"{live}/desk/account")
    role = page.locator("section[aria-labelledby=about] > p").bounding_box()
    name = page.locator("label[for=name]").bounding_box()
    assert role
    assert name
    assert name["y"] - role["y"] - role["height"] >= 12
