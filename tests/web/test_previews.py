"""The preview of an edition: for whoever holds its link, for two weeks, and for nobody else."""

import re
from datetime import timedelta

import pytest

from outreach.links import PREVIEWED, Purpose
from tests.web.visitor import LANGUAGES, Visitor


@pytest.fixture
def hidden(site: Visitor) -> Visitor:
    """Give a site whose edition the public may not see."""
    for file in (site.home / "content/newsletters/wrm/2020-07").glob("*.md"):
        file.write_text(file.read_text().replace("on_web: true\n", ""))
    site.sync()
    return site


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_that_has_not_appeared_is_seen_by_its_link_alone(
    hidden: Visitor, language: str
) -> None:
    path = hidden.tried_paths(language)[2]
    assert hidden.get(f"/{language}/newsletters/wrm/2020-07").status_code == 404
    answer = hidden.get(path)
    assert answer.status_code == 200
    assert 'name="robots" content="noindex' in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'rel="canonical"' not in answer.text
    frame = re.search(r'<iframe src="([^"]+)"', answer.text)
    assert frame
    letter = hidden.get(frame[1])
    assert letter.status_code == 200
    assert f'lang="{language}"' in letter.text
    assert "frame-ancestors 'self'" in letter.headers["Content-Security-Policy"]
    assert "[[" not in letter.text
    assert "/test/" not in letter.text
    assert "/newsletters/wrm/2020-07" not in letter.text
    others = {other for other in LANGUAGES if other != language}
    for html in (answer.text, letter.text):
        for other in others:
            assert f"/{other}{path[3:]}" in html
    assert 'target="_self" href="#' in letter.text


def test_it_shows_the_text_as_it_is_now(hidden: Visitor) -> None:
    path = hidden.tried_paths("en")[2]
    file = hidden.home / "content/newsletters/wrm/2020-07/en.md"
    file.write_text(file.read_text() + "\nWords that came later.\n")
    hidden.sync()
    assert "Words that came later." in hidden.text(path)


def test_it_ends_after_two_weeks_and_no_link_on_it_lasts_longer(hidden: Visitor) -> None:
    path = hidden.tried_paths("en")[2]
    hidden.watch.wait(days=13)
    onwards = {link for link in hidden.links_of(hidden.text(path)) if "preview" in link}
    assert len(onwards) == len(LANGUAGES)
    hidden.watch.now += PREVIEWED - timedelta(days=13)
    for link in (path, *onwards):
        assert hidden.get(link).status_code == 410


def test_forged_and_foreign_tokens_open_nothing(hidden: Visitor) -> None:
    links = hidden.services.links
    late = hidden.watch() + PREVIEWED
    tokens = (
        "AAAA",
        links.token(Purpose.PERSONAL, 1, expires=late),
        links.token(Purpose.PREVIEW, 1),
    )
    for token in tokens:
        assert hidden.get(f"/en/preview/{token}").status_code == 410
        assert hidden.get(f"/preview/{token}/en").status_code == 410


def test_an_edition_or_a_language_that_is_not_there_is_told(hidden: Visitor) -> None:
    links, now = hidden.services.links, hidden.watch()
    path = hidden.tried_paths("en")[2]
    (hidden.home / "content/newsletters/wrm/2020-07/es.md").unlink()
    hidden.sync()
    assert hidden.get(f"/es{path[3:]}").status_code == 404
    assert hidden.get(f"/de{path[3:]}").status_code == 404
    assert f"/es{path[3:]}" not in _letter(hidden, path)
    gone = links.to_preview("en", edition=999, now=now).removeprefix(links.base_url)
    assert hidden.get(gone).status_code == 404


def _letter(site: Visitor, path: str) -> str:
    frame = re.search(r'<iframe src="([^"]+)"', site.text(path))
    assert frame
    return site.text(frame[1])
