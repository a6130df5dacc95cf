"""The page on which a partner puts an embed together, as it works without scripts."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from outreach.audience.models import Topic
from outreach.events.partner_models import Partner
from outreach.web.security import STRICT
from tests.web.visitor import LANGUAGES, Visitor

TEXTAREA = re.compile(r'<textarea id="snippet-(\w+)"[^>]*>(.*?)</textarea>', re.DOTALL)
PREVIEW = re.compile(r'<iframe id="preview" src="([^"]*)"')
FAULT = re.compile(r'<p class="field-fault">(.*?)</p>')


def snippets_of(html: str) -> dict[str, str]:
    """Give the snippets that stand on the page, by rung."""
    return {name: unescape(snippet) for name, snippet in TEXTAREA.findall(html)}


def preview_of(html: str) -> str:
    """Give what the preview shows."""
    found = PREVIEW.search(html)
    assert found
    return unescape(found[1])


def add_partner(site: Visitor) -> None:
    """Let an organisation be a partner."""
    with site.services.database.transaction() as session:
        session.add(Partner(slug="friends", position=0, name="Friends & Co"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_nothing_chosen_there_is_a_preview_and_a_snippet_for_every_rung(
    site: Visitor, language: str
) -> None:
    html = site.text(f"/{language}/embed")
    assert preview_of(html) == f"/embed/{language}/events"
    made = snippets_of(html)
    base = site.services.links.base_url
    assert list(made) == ["address", "frame", "loader", "component", "link"]
    assert made["address"] == f"{base}/{language}/events"
    assert f'src="{base}/embed/{language}/events"' in made["frame"]
    assert f'<outreach-events language="{language}"' in made["component"]
    for name, snippet in made.items():
        assert f"{base}/{language}/events" in snippet, name
    assert "webcal://" in html
    assert FAULT.findall(html) == []


def test_what_was_chosen_is_in_the_form_the_preview_and_the_snippets(site: Visitor) -> None:
    html = site.text(
        "/en/embed?language=fr&topic=news&topic=events&kind=webinar&view=list&theme=auto"
        "&accent=%235B2A6A&accent_dark=d9aee6&heading=3&count=5"
    )
    asked = (
        "topic=news&topic=events&kind=webinar&accent=5b2a6a&accent_dark=d9aee6&heading=3&count=5"
    )
    assert preview_of(html) == f"/embed/fr/events?{asked}"
    component = snippets_of(html)["component"]
    assert component.startswith(
        '<outreach-events language="fr" topics="news events" kinds="webinar" view="list" '
        'theme="auto" accent="5b2a6a" accent-dark="d9aee6" heading="3" count="5"><a '
    )
    assert "Tous les événements de" in component
    for field in ("topic-news", "topic-events", "kind-webinar", "what-events"):
        assert re.search(rf'id="{field}"[^>]* checked>', html), field
    assert '<option value="3" selected>h3</option>' in html
    assert '<option value="fr" lang="fr" selected>' in html
    assert 'name="accent" type="text" value="#5B2A6A"' in html


def test_a_sign_up_form_has_no_kinds_and_no_feeds(site: Visitor) -> None:
    html = site.text("/es/embed?what=signup&topic=news&kind=webinar&view=month&count=3&theme=dark")
    assert preview_of(html) == "/embed/es/signup?topic=news&theme=dark"
    made = snippets_of(html)
    assert made["component"].startswith(
        '<outreach-signup language="es" topics="news" theme="dark" heading="2">'
    )
    assert "/es/subscribe?topic=news" in made["link"]
    assert "webcal://" not in html


@pytest.mark.parametrize(
    ("query", "field", "language", "said"),
    [
        ("accent=ffee00&theme=light", "accent", "en", "cannot be read"),
        ("accent=221b28&theme=dark", "accent", "en", "cannot be read"),
        ("accent_dark=221b28", "accent_dark", "en", "cannot be read"),
        ("accent=red", "accent", "en", "six digits"),
        ("count=500", "count", "en", "from 1 to 50"),
        ("heading=9", "heading", "en", "from 1 to 5"),
        ("topic=cats", "topic", "en", "“cats”"),
        ("kind=party", "kind", "en", "“party”"),
        ("view=poster", "view", "en", "“poster”"),
        ("theme=pink", "theme", "en", "“pink”"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_all_else_is_shown(
    site: Visitor, query: str, field: str, language: str, said: str
) -> None:
    answer = site.get(
        f"/{language}/embed?{query}&heading=4"
        if field != "heading"
        else f"/{language}/embed?{query}&count=7"
    )
    assert answer.status_code == 422
    html = answer.text
    [fault] = FAULT.findall(html)
    assert said in unescape(fault)
    place = html.index(f'id="{field}-said"')
    assert html.index('class="field-fault"') > place
    assert html.index('class="field-fault"') - place < 120
    shown = preview_of(html)
    assert ("heading=4" in shown) or ("count=7" in shown)
    assert f"{field}=" not in shown.replace("accent_dark=", "")


def test_every_fault_is_told_at_once_and_what_was_written_is_kept(site: Visitor) -> None:
    html = site.get("/en/embed?accent=reddish&count=0&accent_dark=%3Cb%3E").text
    assert len(FAULT.findall(html)) == 3
    assert 'value="reddish"' in html
    assert 'value="0"' in html
    assert 'value="&lt;b&gt;"' in html
    assert html.count('aria-invalid="true"') == 3


def test_the_contrast_is_said_with_its_number_also_where_it_does_not_do(site: Visitor) -> None:
    html = site.text("/en/embed")
    assert "#a8481a has 5.7 to 1: easy to read." in html
    assert "#f2a877 has 9.3 to 1: easy to read." in html
    html = site.text("/en/embed?accent=5b2a6a")
    assert "#5b2a6a has 10.4 to 1: easy to read." in html
    assert "We made it lighter for that." in html
    html = site.get("/en/embed?accent=ffee00").text
    assert re.search(r"#ffee00 has 1\.\d to 1: too faint, 4\.5 is needed\.", html)
    html = site.get("/fr/embed?accent=ffee00&theme=light").text
    assert re.search(r"#ffee00 atteint 1,\d pour 1\u00a0: trop pâle, il faut 4,5\.", html)


def test_a_known_partner_is_named_and_counted_in_the_snippets_but_not_in_the_preview(
    site: Visitor,
) -> None:
    add_partner(site)
    html = site.text("/en/embed?partner=friends")
    assert "This counts for Friends &amp; Co." in html
    made = snippets_of(html)
    assert "partner=friends" in made["address"]
    assert 'partner="friends"' in made["component"]
    assert "partner" not in preview_of(html)


def test_an_unknown_partner_learns_how_to_become_one(site: Visitor) -> None:
    html = site.text("/en/embed?partner=%3Cnobody%3E")
    assert "We do not know “&lt;nobody&gt;”" in html
    assert 'href="mailto:contact@womens-rights-and-mining.example"' in html
    assert "nobody" not in "".join(snippets_of(html).values())
    assert "mailto:" not in site.text("/en/embed")


def test_the_language_switch_keeps_what_was_chosen(site: Visitor) -> None:
    html = site.text("/en/embed?view=month&language=es&topic=news")
    assert 'href="/fr/embed?language=es&amp;topic=news&amp;view=month"' in html
    assert 'href="/fr/embed?what=signup"' in site.text("/en/embed?what=signup")


def test_a_topic_that_left_the_file_can_be_chosen_for_its_events_but_not_signed_up_for(
    site: Visitor,
) -> None:
    with site.services.database.transaction() as session:
        topic = session.scalars(select(Topic).where(Topic.slug == "events")).one()
        topic.active = False
    html = site.text("/en/embed?topic=events")
    assert preview_of(html) == "/embed/en/events?topic=events"
    assert site.get(preview_of(html)).status_code == 200
    form = site.text("/en/embed?what=signup&topic=events&topic=news")
    assert preview_of(form) == "/embed/en/signup?topic=news"
    assert '<div class="tick only-events"><input type="checkbox" id="topic-events"' in form


def test_its_script_may_fetch_from_us_and_nothing_else_is_let_in(site: Visitor) -> None:
    answer = site.get("/en/embed")
    assert answer.headers["Content-Security-Policy"] == f"{STRICT}; connect-src 'self'"
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "x=" + "y" * 10_240,
        "topic=" + "news," * 2_000,
        "accent=%00%00&partner=%00&count=%00&heading=%00&topic=%00",
        "language=%00&what=%00&view=%00&theme=%00&kind=%00",
        "topic=news&topic=news&topic=events&accent=5b2a6a&accent=zzz&count=3&count=x",
        "accent=%F0%9F%92%A9&count=%D9%A3&heading=%C2%B2",
        "month=9999-99",
        "count=-1&heading=1e9",
        "%FF%FE=%80&partner=%ff",
        urlencode({"partner": "<script>alert(1)</script>", "accent": '"><script>'}),
        "&".join(f"topic=t{number}" for number in range(150)),
    ],
)
def test_no_query_breaks_the_page(site: Visitor, query: str) -> None:
    for language in LANGUAGES:
        answer = site.get(f"/{language}/embed?{query}")
        assert answer.status_code in (200, 400, 422)
        assert "<script>" not in answer.text
        assert "\0" not in answer.text


def test_a_language_that_the_site_does_not_speak_is_no_page(site: Visitor) -> None:
    assert site.get("/de/embed").status_code == 404
    html = site.text("/fr/embed?language=de")
    assert preview_of(html) == "/embed/fr/events"


def test_the_page_of_events_and_the_foot_of_every_page_lead_here(site: Visitor) -> None:
    for language in LANGUAGES:
        assert site.text(f"/{language}/events").count(f'href="/{language}/embed"') == 2
        assert f'href="/{language}/embed"' in site.text(f"/{language}/subscribe")
