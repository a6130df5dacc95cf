"""What the components do: what they ask for, show and link to; attributes; changes of the page."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.embed.neighbours import Host, StandIn, golden
from tests.web.embed.rungs import Watched, see_component, snippet

pytestmark = pytest.mark.browser

TITLE = "Intégrer le genre dans la gouvernance minière : de la politique à la pratique"
WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@pytest.fixture
def shown(stand_in: StandIn, host: Host, watched: Watched) -> Iterator[Locator]:
    """Give the list on a plain page; nothing may have gone wrong at the end."""
    watched.page.goto(host.page("plain", snippet("events", stand_in.origin)))
    place = watched.page.locator("outreach-events")
    place.locator(".sheet").wait_for()
    yield place
    watched.check(host.address, stand_in.origin)


def change(page: Page, script: str) -> None:
    """Let the host's own script change its page."""
    page.evaluate(f"() => {{ const one = document.querySelector('outreach-events'); {script} }}")


def test_attributes_become_the_query_and_one_answer_is_asked_for(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    every = (
        'language="es" topics="news  events" kinds="webinar,meeting" view="list" theme="dark" '
        'accent="#5b2a6a" accent-dark="d9aee6" heading="3" count="5" partner="fonds-minier"'
    )
    there = f'<script src="{stand_in.origin}/embed/v1.js" defer></script>'
    page = host.page(
        "plain", f"<outreach-events {every}><a href='/'>x</a></outreach-events>{there}"
    )
    watched.page.goto(page)
    watched.page.locator(".sheet").wait_for()
    [asked] = stand_in.data_asked()
    parts = urlsplit(asked)
    assert parts.path == "/embed/es/events.json"
    assert parse_qs(parts.query) == {
        "topic": ["news", "events"],
        "kind": ["webinar", "meeting"],
        "view": ["list"],
        "theme": ["dark"],
        "accent": ["5b2a6a"],
        "accent_dark": ["d9aee6"],
        "heading": ["3"],
        "count": ["5"],
        "partner": ["fonds-minier"],
    }


def test_the_list_says_when_in_words_and_for_machines(shown: Locator) -> None:
    articles = shown.locator("ol > li > article")
    expect(articles).to_have_count(5)
    first = articles.first
    expect(first.locator("time")).to_have_attribute("datetime", "2026-12-03T14:00:00+01:00")
    expect(first).to_contain_text("jeudi 3 décembre 2026, 14:00–15:30 (Europe/Paris, UTC+1)")
    expect(first).to_contain_text("Votre heure : 08:00–09:30 (America/Lima)")
    expect(articles.nth(3).locator("time")).to_have_attribute("datetime", "2026-12-15")
    expect(shown.get_by_role("heading", level=2)).to_have_text("Événements")
    expect(shown.get_by_role("heading", level=3)).to_have_count(5)
    expect(shown.get_by_role("region", name="Événements")).to_have_attribute("lang", "fr")


def test_links_open_in_the_whole_window_and_name_their_day(shown: Locator) -> None:
    for link in shown.locator(".sheet a").all():
        expect(link).to_have_attribute("target", "_top")
        expect(link).to_have_attribute("referrerpolicy", "strict-origin")
    day = "jeudi 3 décembre 2026"
    title = shown.get_by_role("link", name=f"{TITLE} – {day}", exact=True)
    assert (title.get_attribute("href") or "").endswith(
        "/fr/events/embedding-gender?partner=fonds-minier"
    )
    register = shown.get_by_role("link", name=f"S’inscrire à {TITLE}, {day}", exact=True)
    assert (register.get_attribute("href") or "").endswith("/register?partner=fonds-minier")
    feed = shown.get_by_role("link", name="S’abonner au calendrier", exact=True)
    assert (feed.get_attribute("href") or "").startswith("webcal://")


def test_what_is_cancelled_says_so_and_takes_nobody(shown: Locator) -> None:
    cancelled = shown.locator("article").nth(2)
    expect(cancelled).to_contain_text("Annulé")
    expect(cancelled.get_by_role("link")).to_have_count(1)
    line = "one => getComputedStyle(one).textDecorationLine"
    assert cancelled.locator(".when").evaluate(line) == "line-through"


def test_text_is_text_whatever_stands_in_it(shown: Locator) -> None:
    expect(shown.get_by_role("heading", name="Table ronde <b>&amp;</b> débat")).to_be_visible()
    english = shown.locator("article").nth(3).locator("h3 a > span").first
    expect(english).to_have_attribute("lang", "en")


@pytest.mark.parametrize(("rung", "width"), [("events", 280), ("month", 280), ("month", 800)])
def test_a_long_word_is_no_wider_than_its_place(
    stand_in: StandIn, host: Host, watched: Watched, rung: str, width: int
) -> None:
    text = golden("month.json" if rung == "month" else "events.json", stand_in.origin)
    data = json.loads(text)
    for event in data["events"]:
        for name in ("title", "summary", "organiser", "status_label", "series", "note"):
            event[name] = "Rechtsschutzversicherungsgesellschaften"
        if event["register"]:
            event["register"]["label"] = "Rechtsschutzversicherungsgesellschaften"
    stand_in.broken = json.dumps(data)
    watched.page.set_viewport_size({"width": width, "height": 700})
    watched.page.goto(host.page("reset", snippet(rung, stand_in.origin)))
    see_component(watched.page, rung)
    fits = """() => {
      const sheet = document.querySelector("outreach-events").shadowRoot.querySelector(".sheet");
      const edge = sheet.getBoundingClientRect().right;
      return [...sheet.querySelectorAll(":not(.ears)")].every(
        (one) => one.getBoundingClientRect().right <= edge + 1);
    }"""
    assert watched.page.evaluate(fits)
    sideways = watched.page.locator(".sheet").evaluate("one => one.scrollWidth - one.clientWidth")
    assert sideways <= 0


def test_the_own_end_of_what_lasts_for_days_is_not_said(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    data = json.loads(golden("events.json", stand_in.origin))
    data["events"][0]["end"] = "2026-12-05T15:30:00+01:00"
    stand_in.broken = json.dumps(data)
    watched.page.goto(host.page("plain", snippet("events", stand_in.origin)))
    first = watched.page.locator("article").first
    expect(first).to_contain_text("Votre heure : 08:00 (America/Lima)")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Tokyo", "Votre heure : 07:30–07:59, le lendemain (Asia/Tokyo)"),
        ("Pacific/Honolulu", "Votre heure : 12:30–12:59 (Pacific/Honolulu)"),
        ("Europe/Paris", ""),
        ("Europe/Berlin", ""),
    ],
)
def test_the_visitors_own_time_says_when_it_is_another_day(
    stand_in: StandIn, host: Host, browser: Browser, zone: str, said: str
) -> None:
    page = browser.new_page(timezone_id=zone)
    page.goto(host.page("plain", snippet("events", stand_in.origin)))
    event = page.locator("article").nth(1)
    event.wait_for()
    own = event.get_by_text("Votre heure")
    if said:
        expect(own).to_have_text(said)
    else:
        expect(own).to_have_count(0)
    page.close()


def test_an_address_that_is_no_page_becomes_no_link(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    data = json.loads(golden("events.json", stand_in.origin))
    for event, bad in zip(
        data["events"], ("javascript:alert(1)", "data:text/html,x"), strict=False
    ):
        event["url"] = event["ics"] = event["register"]["url"] = bad
    data["calendar"]["webcal"] = "javascript:alert(2)"
    stand_in.broken = json.dumps(data)
    watched.page.goto(host.page("plain", snippet("events", stand_in.origin)))
    watched.page.locator(".sheet").wait_for()
    expect(watched.page.locator("article").first.locator("a")).to_have_count(0)
    expect(watched.page.locator("a[href^='javascript'], a[href^='data']")).to_have_count(0)
    assert watched.errors == []


def test_later_elements_and_changes_are_followed(
    stand_in: StandIn, shown: Locator, host: Host, watched: Watched
) -> None:
    page = watched.page
    change(page, "one.setAttribute('view', 'next'); one.setAttribute('count', '3');")
    expect(shown.locator("article")).to_have_count(1)
    assert stand_in.data_asked()[1:] == ["/embed/fr/events.json?topic=news&view=next&count=3"]
    change(page, "const two = one.cloneNode(true); one.remove(); document.body.append(two);")
    expect(page.locator("outreach-events article")).to_have_count(1)
    change(page, "document.body.prepend(one);")
    expect(page.locator("outreach-events article")).to_have_count(1)
    read = [url for url in watched.requests if ".json" in url]
    assert len(read) == 3, "what is moved is not read again"


def test_an_element_that_goes_while_it_loads_asks_no_more(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    stand_in.waits.clear()
    page = watched.page
    page.goto(host.page("plain", snippet("events", stand_in.origin)))
    page.wait_for_timeout(300)
    gone: list[str] = []
    page.on("requestfailed", lambda request: gone.append(request.url))
    change(page, "one.remove();")
    page.wait_for_timeout(300)
    stand_in.waits.set()
    assert len(gone) == 1
    assert len(stand_in.data_asked()) == 1
    assert watched.errors == []


def test_the_script_may_be_there_twice(stand_in: StandIn, host: Host, watched: Watched) -> None:
    again = f'<script src="{stand_in.origin}/embed/v1.js?again" async></script>'
    watched.page.goto(host.page("plain", again + snippet("events", stand_in.origin)))
    see_component(watched.page, "events")
    assert len(stand_in.data_asked()) == 1
    watched.check(host.address, stand_in.origin)


def test_months_turn_by_real_buttons_that_keep_the_focus(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(host.page("strict", snippet("month", stand_in.origin)))
    place = page.locator("outreach-events")
    table = place.get_by_role("table", name="décembre 2026")
    days = [f"{name[:3]}.{name}" for name in WEEK]
    expect(table.get_by_role("columnheader")).to_have_text(days)
    expect(table.locator("[aria-current=date]")).to_have_text("2")
    link = table.get_by_role("link", name="Heure ouverte")
    expect(link.first).to_have_accessible_name(
        "Heure ouverte – jeudi 3 décembre 2026, 23:30–23:59 (Europe/Paris, UTC+1)"
    )
    hours = ["14:00 Paris", "23:30 Paris", "09:00 Paris", "16:00 Paris"]
    expect(table.locator("td b")).to_have_text(hours)
    after = place.get_by_role("button", name="Mois suivant")
    after.focus()
    page.keyboard.press("Enter")
    expect(place.locator("[aria-live=polite]")).to_have_text("janvier 2027")
    expect(place.get_by_text("Aucun événement ce mois-là.")).to_be_visible()
    expect(after).to_be_focused()
    expect(after).to_have_attribute("aria-disabled", "true")
    assert stand_in.data_asked()[1:] == [
        "/embed/fr/events.json?topic=news&view=month&month=2027-01"
    ]
    stand_in.status = 500
    place.get_by_role("button", name="Mois précédent").click()
    page.wait_for_timeout(300)
    expect(place.locator("[aria-live=polite]")).to_have_text("janvier 2027")
    watched.check(host.address, stand_in.origin)


def test_a_month_that_is_cut_says_so_and_leads_to_the_rest(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    data = json.loads(golden("month.json", stand_in.origin))
    data["month"]["more"] = "La suite est chez nous."
    stand_in.broken = json.dumps(data)
    watched.page.goto(host.page("plain", snippet("month", stand_in.origin)))
    more = watched.page.get_by_role("link", name="La suite est chez nous.")
    expect(more).to_have_attribute("href", data["url"])


def test_a_narrow_month_is_an_agenda(stand_in: StandIn, host: Host, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(host.page("sidebar", snippet("month", stand_in.origin)))
    expect(page.locator(".agenda article")).to_have_count(5)
    expect(page.locator("table")).to_be_hidden()
    expect(page.get_by_role("button", name="Mois suivant")).to_be_visible()
    page.close()


def test_colours_and_type_can_be_the_hosts(stand_in: StandIn, host: Host, browser: Browser) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(host.page("plain", snippet("events", stand_in.origin, ' theme="light"')))
    sheet = page.locator(".sheet")
    sheet.wait_for()
    look = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).fontFamily]"
    assert sheet.evaluate(look)[0] == "rgb(255, 253, 249)"
    change(
        page,
        "one.style.setProperty('--outreach-paper', '#123456');"
        "one.style.setProperty('--outreach-font', 'monospace');",
    )
    assert sheet.evaluate(look) == ["rgb(18, 52, 86)", "monospace"]
    change(page, "one.removeAttribute('style'); one.setAttribute('theme', 'dark');")
    expect(sheet).to_have_css("background-color", "rgb(23, 18, 27)")
    page.close()


def test_the_form_is_sent_by_the_whole_window_with_nothing_ticked_before(
    stand_in: StandIn, host: Host, watched: Watched
) -> None:
    page = watched.page
    page.goto(host.page("trusted", snippet("signup", stand_in.origin)))
    form = page.locator("outreach-signup form")
    form.wait_for()
    assert form.locator("input:checked").count() == 0
    expect(form).to_have_attribute("target", "_top")
    form.get_by_role("button", name="S’abonner").click()
    assert stand_in.sent == {}, "what is required is asked for first"
    form.get_by_label("Adresse e-mail").fill("ana@example.org")
    form.get_by_label("Prénom").fill("Ana")
    form.get_by_label("Événements").check()
    form.get_by_label("Langue de nos courriels").select_option("es")
    form.get_by_label("Oui, Women’s Rights and Mining peut m’écrire").check()
    form.get_by_role("button", name="S’abonner").click()
    page.wait_for_url(f"{stand_in.origin}/fr/subscribe")
    assert stand_in.sent == {
        "address": ["ana@example.org"],
        "first_name": ["Ana"],
        "topics": ["events"],
        "language": ["es"],
        "consent": ["yes"],
        "leave_this_empty": [""],
        "partner": ["fonds-minier"],
    }
    assert watched.errors == []
