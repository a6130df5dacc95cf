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

pytestmark = pytest.mark.one_database

TEXTAREA = re.compile(r'<textarea id="snippet-(\w+)"[^>]*>(.*?)</textarea>', re.DOTALL)
PREVIEW = re.compile(r'<iframe id="preview" src="([^"]*)"')
FAULT = re.compile(r'<p class="field-fault">(.*?)</p>')
"""What is said beside a field."""


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
    assert list(made) == ["component", "address", "loader", "frame", "link"]
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
    assert ">Événements de" in component
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


def test_a_policy_is_shown_for_what_is_chosen(site: Visitor) -> None:
    own, policy = site.services.links.base_url, 'id="snippet-component-policy" data-follows>'
    assert f"{policy}script-src {own}; connect-src {own}</code>" in site.text("/fr/embed")
    html = site.text("/fr/embed?what=signup")
    assert f"{policy}script-src {own}; connect-src {own}; form-action {own}</code>" in html


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/fr/embed", "Tous les événements de Women’s Rights and Mining"),
        ("/fr/embed?kind=webinar&kind=meeting", "Événements de Women’s Rights and Mining"),
        ("/fr/embed?topic=news", "Événements de Women’s Rights and Mining"),
        ("/es/embed?what=signup", "Suscribirse al boletín de Women’s Rights and Mining"),
        ("/es/embed?what=signup&topic=events", "Suscribirse a Women’s Rights and Mining: Eventos"),
    ],
)
def test_the_plain_link_says_what_it_leads_to(site: Visitor, path: str, said: str) -> None:
    assert snippets_of(site.text(path))["link"].endswith(f">{said}</a>")


def test_the_preview_can_be_part_of_a_page_and_as_wide_as_a_phone(site: Visitor) -> None:
    add_partner(site)
    chosen = "topic=news&view=month&accent=5b2a6a&partner=friends"
    html = site.text(f"/en/embed?{chosen}&language=fr&preview=component&width=phone")
    assert preview_of(html) == "/fr/embed/preview?topic=news&view=month&accent=5b2a6a"
    assert re.search(r'<iframe id="preview"[^>]* width="375"', html)
    for way in ("preview=component&amp;", "width=phone&amp;"):
        assert f'href="/en/embed?language=fr&amp;{way}topic=news&amp;view=month' in html
    assert re.findall(r'id="way-(\w+)"[^>]* aria-current="true"', html) == ["component", "phone"]
    assert "preview" not in snippets_of(html)["address"]
    answer = site.get(preview_of(html))
    assert '<outreach-events language="fr" topics="news" view="month"' in answer.text
    assert 'href="/fr/events?topic=news" target="_top"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy == f"{STRICT}; connect-src 'self'".replace("ancestors 'none'", "ancestors 'self'")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    form = site.text("/es/embed/preview?what=signup&accent=%22%3E%3Cscript%3E&count=x")
    assert '<outreach-signup language="es" theme="auto" heading="2">' in form


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_says_which_snippet_by_the_names_of_the_builder(
    site: Visitor, language: str
) -> None:
    guide, html = site.text(f"/{language}/embed/guide"), site.text(f"/{language}/embed")
    assert f'href="/{language}/embed/guide"' in html
    assert f'href="/{language}/embed"' in guide
    rungs = re.findall(r'<h3 id="snippet-\w+-heading">(.*?)</h3>', html)
    assert len(rungs) == 5
    for rung in rungs:
        assert f"<strong>{rung}</strong>" in guide
    assert "mailto:contact@womens-rights-and-mining.example" in guide


def test_a_known_partner_is_named_and_counted_in_the_snippets_but_not_in_the_preview(
    site: Visitor,
) -> None:
    add_partner(site)
    html = site.text("/en/embed?partner=friends")
    assert "This counts for Friends &amp; Co." in html
    assert "stand on these sites" not in html
    made = snippets_of(html)
    assert "partner=friends" in made["address"]
    assert 'partner="friends"' in made["component"]
    assert "partner" not in preview_of(html)


def test_a_short_name_may_be_written_in_capitals_and_its_sites_are_listed(site: Visitor) -> None:
    origins = ["https://friends.example", "https://www.friends.example"]
    with site.services.database.transaction() as session:
        session.add(Partner(slug="friends", position=0, name="Friends", origins=origins))
    html = site.text("/en/embed?partner=%20Friends")
    assert "It can stand on these sites alone:" in html
    for origin in origins:
        assert f"<code>{origin}</code>" in html
    assert 'partner="friends"' in snippets_of(html)["component"]


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


def test_an_embed_of_chosen_kinds_names_them_within_its_title(site: Visitor) -> None:
    html = site.text("/embed/fr/events?kind=webinar&kind=meeting")
    assert "Événements : webinaire et réunion</h2>" in html.replace("\u00a0", " ")
