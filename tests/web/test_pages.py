"""The pages that everybody can read, in every language."""

import json
import re
import shutil

import pytest

from tests.web.visitor import LANGUAGES, Visitor

PAGES = (
    "",
    "newsletters",
    "newsletters/wrm/2020-07",
    "articles/covid-19-asm-and-gender-inequality",
    "pages/guide",
    "pages/privacy",
    "pages/imprint",
    "events",
    "events/embedding-gender",
    "subscribe",
    "link",
)
NAMES = {"en": "English", "fr": "Français", "es": "Español"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(site: Visitor, language: str) -> None:
    for page in PAGES:
        html = site.text(f"/{language}/{page}")
        base = site.services.links.base_url
        assert f'<html lang="{language}" dir="ltr">' in html
        assert html.count("<h1") == 1, page
        assert f'<link rel="canonical" href="{base}/{language}/{page}">' in html
        for other in LANGUAGES:
            assert f'hreflang="{other}" href="{base}/{other}/{page}">' in html
        assert f'hreflang="x-default" href="{base}/en/{page}">' in html
        assert 'property="og:title"' in html
        assert "feed.json" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_names_each_language_in_itself(site: Visitor, language: str) -> None:
    html = site.text(f"/{language}/pages/guide")
    for other, name in NAMES.items():
        if other == language:
            assert f'<strong lang="{other}" aria-current="true">{name}</strong>' in html
        else:
            path = f"/{other}/pages/guide"
            assert f'<a href="{path}" lang="{other}" hreflang="{other}">{name}</a>' in html


def test_titles_are_translated(site: Visitor) -> None:
    assert "<title>Events – " in site.text("/en/events")
    assert "<title>Événements – " in site.text("/fr/events")
    assert "<title>Eventos – " in site.text("/es/events")


def test_the_first_page_lists_editions_articles_and_events(site: Visitor) -> None:
    html = site.text("/fr/")
    assert 'href="/fr/newsletters/wrm/2020-07"' in html
    assert 'href="/fr/events/embedding-gender"' in html
    assert 'href="/fr/articles/epidemics-conflict-and-gold"' in html
    assert '<time datetime="2020-06-23">23 juin 2020</time>' in html
    assert re.search(r'<img src="/media/[0-9a-f]{64}/seam\.(jpg|png)" alt="Illustration', html)


def test_an_event_shows_when_who_and_how_to_register(site: Visitor) -> None:
    html = site.text("/es/events/embedding-gender")
    assert "martes, 23 de junio de 2020" in html
    assert 'href="/es/events/embedding-gender/register"' in html
    assert "Lydia Nkopane" in html
    assert "Sudáfrica" in html
    assert "Responsible Mining Foundation" in html
    assert "Este evento ya ha pasado." in html


def test_a_coming_event_stands_first_and_shows_both_zones(site: Visitor) -> None:
    folder = site.home / "content" / "events" / "next"
    folder.mkdir()
    (folder / "event.toml").write_text(
        'kind = "webinar"\ntopic = "events"\nstart = 2026-12-01T15:00:00\n'
        'end = 2026-12-01T16:00:00\nzone = "Europe/Paris"\norganiser = "Us"\n'
        'registration = "https://example.org/register"\n'
    )
    for language in LANGUAGES:
        (folder / f"{language}.md").write_text("---\ntitle: Next\nsummary: Soon.\n---\n\nCome.\n")
    site.sync()
    first = site.text("/en/")
    assert first.index("/en/events/next") < first.index("/en/events/embedding-gender")
    html = site.text("/fr/events/next")
    assert "15:00–16:00 (Europe/Paris, UTC+1)" in html
    assert "14:00 UTC" in html
    assert re.search(r'class="button" href="/fr/events/[a-z-]+/register"[^>]*>S’inscrire<', html)
    site.watch.wait(days=9)
    assert "Cet événement est passé." in site.text("/fr/events/next")


def test_a_missing_translation_is_shown_in_another_language_and_says_so(site: Visitor) -> None:
    for folder, slug in (
        ("articles", "epidemics-conflict-and-gold"),
        ("events", "embedding-gender"),
        ("newsletters/wrm", "2020-07"),
    ):
        (site.home / "content" / folder / slug / "fr.md").unlink()
    site.sync()
    base = site.services.links.base_url
    for page in (
        "articles/epidemics-conflict-and-gold",
        "events/embedding-gender",
        "newsletters/wrm/2020-07",
    ):
        html = site.text(f"/fr/{page}")
        assert "pas encore traduit" in html
        assert "en anglais" in html
        assert re.search(r'<h1[^>]* lang="en">', html)
        assert f'<link rel="canonical" href="{base}/en/{page}">' in html
        assert 'rel="alternate" hreflang="fr"' not in html
    assert 'lang="en" hreflang="en">Epidemics' in site.text("/fr/")


def test_a_site_in_other_languages_works_as_well(site: Visitor) -> None:
    path = site.home / "content" / "site.toml"
    path.write_text(
        path.read_text()
        .replace('languages = ["en", "fr", "es"]', 'languages = ["fr", "pt-BR"]')
        .replace('default_language = "en"', 'default_language = "fr"')
    )
    for language in ("en", "es"):
        for text in (site.home / "content").rglob(f"{language}.md"):
            text.unlink()
    site.sync()
    html = site.text("/pt-BR/")
    assert '<html lang="pt-BR"' in html
    assert "Português (Brasil)" in html
    assert site.get("/es/").status_code == 404
    assert site.get("/").headers["Location"] == "/fr/"


@pytest.mark.parametrize(
    ("wished", "given"),
    [("es-MX,en;q=0.5", "/es/"), ("de", "/en/"), ("", "/en/"), ("fr;q=0.1, *;q=0", "/fr/")],
)
def test_the_way_in_leads_to_a_language_of_the_browser(
    site: Visitor, wished: str, given: str
) -> None:
    answer = site.get("/", Accept_Language=wished)
    assert (answer.status_code, answer.headers["Location"]) == (302, given)
    assert answer.headers["Vary"] == "Accept-Language"


def test_a_page_answers_to_head_like_to_get(site: Visitor) -> None:
    got, head = site.client.get("/fr/events"), site.client.head("/fr/events")
    assert (head.status_code, head.data) == (200, b"")
    assert got.headers["Content-Length"] == head.headers["Content-Length"]


def test_an_edition_is_shown_in_its_frame_with_its_text(site: Visitor) -> None:
    html = site.text("/es/newsletters/wrm/2020-07")
    assert '<iframe src="/mail/wrm/2020-07/es"' in html
    frame = html.partition("<iframe")[2].partition(">")[0]
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox' in frame
    assert "allow-scripts" not in frame
    plain = html.partition("<details>")[2]
    assert "Ebola" in plain or "ébola" in plain
    assert "[[" not in html
    letter = site.text("/mail/wrm/2020-07/es")
    assert 'lang="es"' in letter
    assert "[[" not in letter
    assert 'target="_self" href="#' in letter
    assert "Leer" not in letter.partition("</h1>")[0]
    assert f"{site.services.links.base_url}/es/newsletters/wrm/2020-07" not in letter
    assert "/es/events/embedding-gender" in plain


def test_an_edition_that_has_not_appeared_is_not_there(site: Visitor) -> None:
    for path in (site.home / "content/newsletters/wrm/2020-07").glob("*.md"):
        path.write_text(path.read_text().replace("on_web: true\n", ""))
    site.sync()
    assert site.get("/en/newsletters/wrm/2020-07").status_code == 404
    assert site.get("/mail/wrm/2020-07/en").status_code == 404
    assert "2020-07" not in site.text("/en/newsletters")
    assert "2020-07" not in site.text("/en/")


def test_a_site_without_anything_says_what_to_do(site: Visitor) -> None:
    for folder in ("articles", "events", "newsletters"):
        shutil.rmtree(site.home / "content" / folder)
        (site.home / "content" / folder).mkdir()
    site.sync()
    assert "There is no news yet." in site.text("/en/")
    assert "No edition has been published yet." in site.text("/en/newsletters")
    assert "Nothing is planned at the moment." in site.text("/en/events")


def test_a_site_that_nobody_has_synced_says_so(empty_site: Visitor) -> None:
    answer = empty_site.get("/en/")
    assert answer.status_code == 503
    assert "outreach sync" in answer.text
    assert empty_site.get("/healthz").status_code == 200


def test_the_guide_links_to_its_download(site: Visitor) -> None:
    html = site.text("/fr/pages/guide")
    found = re.search(r'href="(/media/[0-9a-f]{64}/[^"]+\.pdf)"', html)
    assert found
    assert site.get(found[1]).headers["Content-Type"] == "application/pdf"


def test_json_feed_and_atom_name_the_edition(site: Visitor) -> None:
    feed = json.loads(site.text("/fr/newsletters/feed.json"))
    assert feed["version"].startswith("https://jsonfeed.org/version/1")
    assert feed["items"][0]["url"].endswith("/fr/newsletters/wrm/2020-07")
    assert "<feed" in site.text("/fr/newsletters/feed.xml")
