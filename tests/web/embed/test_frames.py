"""What stands in the frames: lists, the next event, months and the form, by their HTML."""

import gzip
import re
from pathlib import Path

from outreach.web.assets import FOLDER
from tests.web.embed.stage import TALK, many, partner, put, stage
from tests.web.visitor import LANGUAGES, Visitor

KILOBYTE = 1_000


def count(pattern: str, html: str) -> int:
    """Count what is found."""
    return len(re.findall(pattern, html))


def one_of(pattern: str, html: str) -> str:
    """Give the first thing that is found."""
    found = re.search(pattern, html, re.DOTALL)
    assert found, pattern
    return found[0]


def test_the_list_is_a_list_of_articles_with_their_times(site: Visitor) -> None:
    html = stage(site).text("/embed/fr/events")
    assert count("<ol ", html) == 1
    assert count("<article", html) == 5
    assert '<time datetime="2026-12-03T14:00:00+01:00">' in html
    assert '<time datetime="2027-01-15">' in html
    assert "14:00–15:00 (Europe/Paris, UTC+1)" in html
    link = one_of(r'<a href="/fr/events/talk".*?</a>', html)
    assert 'target="_top"' in link
    assert "talk fr" in link
    assert "jeudi 3 décembre 2026" in link
    button = one_of(r'<a class="button" href="/fr/events/talk/register"[^>]*>', html)
    assert 'target="_top"' in button
    assert "S’inscrire à «\xa0talk fr\xa0», jeudi 3 décembre 2026" in button


def test_every_way_out_of_a_frame_takes_the_whole_window(site: Visitor) -> None:
    stage(site)
    for page in ("events", "events?view=next", "events?view=month&month=2026-12", "signup"):
        html = site.text(f"/embed/en/{page}")
        for link in re.findall(r"<(?:a|form) [^>]*>", html):
            within = 'href="/embed/' in link
            assert ('target="_top"' in link) != within, link


def test_headings_begin_where_the_page_around_needs_them(site: Visitor) -> None:
    html = stage(site).text("/embed/en/events?heading=4")
    assert set(re.findall(r"<(h\d)", html)) == {"h4", "h5"}
    assert set(re.findall(r"<(h\d)", site.text("/embed/en/events"))) == {"h2", "h3"}


def test_the_next_event_is_the_only_one(site: Visitor) -> None:
    html = stage(site).text("/embed/es/events?view=next")
    assert count("<article", html) == 1
    assert "talk es" in html
    assert 'class="filters"' not in html


def test_several_topics_and_kinds_may_be_meant_at_once(site: Visitor) -> None:
    stage(site)

    def shown(query: str) -> set[str]:
        html = site.text(f"/embed/en/events?{query}")
        return set(re.findall(r'<h3[^>]*><a href="/en/events/([a-z-]+)"', html))

    assert shown("topic=news") == {"night", "call"}
    assert shown("topic=news,events") == {"night", "call", "talk", "off", "open-hour"}
    assert shown("kind=webinar&kind=deadline") == {"talk", "off", "call"}
    assert shown("kind=webinar&kind=deadline&topic=news") == {"call"}
    assert shown("count=1") == {"talk"}


def test_a_visitor_may_choose_what_the_partner_left_open_and_change_it_again(site: Visitor) -> None:
    html = stage(site).text("/embed/en/events?theme=dark")
    links = re.findall(r'href="/embed/en/events\?([^"]*)"', html)
    assert "kind=webinar&amp;theme=dark&amp;filter=kind" in links
    assert "topic=news&amp;theme=dark&amp;filter=topic" in links
    chosen = site.text("/embed/en/events?kind=webinar&theme=dark&filter=kind")
    assert 'href="/embed/en/events?theme=dark" rel="nofollow">Every kind' in chosen
    fixed = site.text("/embed/en/events?kind=webinar&theme=dark")
    assert "Every kind" not in fixed
    assert "Every topic" in fixed


def test_a_month_is_a_table_with_its_name_its_weekdays_and_every_date(site: Visitor) -> None:
    html = stage(site).text("/embed/fr/events?view=month&month=2026-12")
    assert "<caption>décembre 2026</caption>" in html
    assert count('<th scope="col">', html) == 7
    assert "lundi" in html
    assert count("<td", html) == 35
    cell = one_of(r'<td class="has">\s*<time datetime="2026-12-09".*?</td>', html)
    assert cell.index("open-hour") < cell.index("night")
    assert "mercredi 9 décembre 2026" in one_of(r'<a href="/fr/events/night".*?</a>', cell)
    assert "Annulation" in one_of(r'<a href="/fr/events/off".*?</a>', html)
    assert 'href="/embed/fr/events?view=month&amp;month=2027-01" rel="next' in html
    assert 'href="/embed/fr/events?view=month" rel="prev' not in html
    assert 'month=2026-11" rel="prev' in html


def test_today_is_marked_in_its_month(site: Visitor) -> None:
    html = site.text("/embed/en/events?view=month")
    assert '<time datetime="2026-11-23" aria-current="date">' in html
    assert count('aria-current="date"', html) == 1


def test_where_nothing_is_planned_there_is_something_to_do(site: Visitor) -> None:
    partner(stage(site))
    html = site.text("/embed/en/events?topic=news&kind=webinar&partner=friends")
    assert "Nothing of this kind is planned at the moment." in html
    assert 'href="/en/subscribe?partner=friends" target="_top"' in html
    assert 'href="/en/events" target="_top"' in html or "/en/events" in html
    month = site.text("/embed/en/events?view=month&month=2040-01")
    assert "Nothing is planned in this month." in month


def test_the_foot_leads_to_all_events_and_into_calendars(site: Visitor) -> None:
    html = site.text("/embed/es/events?kind=meeting")
    assert '/es/events" target="_top">Todos los eventos' in html
    assert f'href="webcal://127.0.0.1:{site.port}/es/events/kind/meeting.ics"' in html
    assert "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F127.0.0.1" in html
    several = site.text("/embed/es/events?kind=meeting&kind=webinar&topic=events")
    assert "/es/events/topic/events.ics" in several


def test_closed_registration_is_said_instead_of_a_button(site: Visitor) -> None:
    closing = "[registration]\ncloses_minutes_before = 20000\n"
    late = TALK.replace('registration = "https://example.org/register"', "")
    put(site, "talk", f'{late}online_url = "https://meet.example.org/secret"\n\n{closing}')
    site.sync()
    html = site.text("/embed/en/events?view=next")
    assert "Registration for this event is closed." in html
    assert "/register" not in html
    assert "meet.example.org" not in html


def test_the_form_is_that_of_our_own_page(site: Visitor) -> None:
    partner(site)
    for language in LANGUAGES:
        html = site.text(f"/embed/{language}/signup?topic=news&partner=friends")
        own = site.text(f"/{language}/subscribe")
        form = one_of(r"<form .*</form>", html)
        assert f'action="/{language}/subscribe" target="_top"' in form
        assert one_of(r'<label for="consent">[^<]*</label>', own) in form
        assert set(re.findall(r' name="([a-z_]+)"', form)) == {
            *re.findall(r' name="([a-z_]+)"', one_of(r"<form .*</form>", own)),
            "partner",
        }
        assert '<input type="hidden" name="partner" value="friends">' in form
        assert count(" checked", form) == 1
        assert not re.search(r'name="consent"[^>]* checked', form)
        assert f'href="/{language}/pages/privacy" target="_top"' in form


def test_what_the_embedded_form_sends_begins_a_double_opt_in(site: Visitor) -> None:
    form = {"address": "ana@example.org", "first_name": "", "topics": "news", "language": "fr"}
    form |= {"consent": "yes", "leave_this_empty": "", "partner": ""}
    assert site.client.post("/fr/subscribe", data=form).status_code == 303
    assert site.confirm_path("ana@example.org").startswith("/fr/confirm/")


def test_colours_are_those_of_the_site_with_the_partners_accent(site: Visitor) -> None:
    sheet = site.text("/embed/look.css?accent=5b2a6a")
    assert "--accent:#5b2a6a" in sheet
    assert "prefers-color-scheme:dark" in sheet
    dark = site.text("/embed/look.css?theme=dark&accent=d9aee6")
    assert "--paper:#17121b" in dark
    assert "--accent:#d9aee6" in dark
    assert "@media" not in dark
    html = site.text("/embed/en/events?theme=dark&accent=d9aee6&count=3")
    assert 'href="/embed/look.css?theme=dark&amp;accent=d9aee6"' in html
    assert '<meta name="color-scheme" content="dark">' in html


def test_fifty_events_weigh_little(site: Visitor) -> None:
    many(site, 50)
    for query in ("count=50&filter=kind", "view=month&month=2027-01"):
        html = site.client.get(f"/embed/fr/events?{query}").data
        files = [html, site.client.get("/embed/look.css").data]
        files += [Path(FOLDER / name).read_bytes() for name in ("embed.css", "embed.js")]
        assert sum(len(gzip.compress(each)) for each in files) <= 30 * KILOBYTE
    assert site.client.get("/embed/fr/events?count=50").text.count("<article") == 50
