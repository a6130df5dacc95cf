"""The pages behind the links of a test look and answer as the real ones, and change nothing."""

import re
from io import BytesIO

import pytest

from outreach.links import Purpose
from outreach.phrases.catalog import phrases
from tests.web.test_oneclick import ONE_CLICK
from tests.web.visitor import LANGUAGES, Visitor

WORDS = {
    "en": ("This is a test.", "Welcome back"),
    "fr": ("Ceci est un essai.", "Vous revoilà"),
    "es": ("Esto es una prueba.", "Le damos de nuevo la bienvenida"),
}
TOPIC = {"en": "Newsletter", "fr": "Lettre d’information", "es": "Boletín de noticias"}
LEFT = {
    "en": "You have unsubscribed",
    "fr": "Désinscription enregistrée",
    "es": "Baja confirmada",
}
_FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_BUTTON = re.compile(r"<button([^>]*)>")


def buttons(html: str) -> list[tuple[str, dict[str, str]]]:
    """Give every button of a page: where its form goes, and what it sends."""
    found = []
    for action, inside in _FORM.findall(html):
        for attributes in _BUTTON.findall(inside):
            given = dict(re.findall(r'(name|value)="([^"]*)"', attributes))
            sent = {given["name"]: given.get("value", "")} if "name" in given else {}
            found.append((action, sent))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaving_and_coming_back_is_shown_in_the_language_of_the_mail(
    site: Visitor, language: str
) -> None:
    site.subscriber("ana@example.org", language)
    path = site.tried_paths(language)[0]
    before = site.dump()
    test, back = WORDS[language]
    html = site.text(path)
    assert f'<html lang="{language}"' in html
    assert test in html
    assert phrases(language)("Unsubscribe from “%(topic)s”?", topic=TOPIC[language]) in html
    [(action, sent)] = buttons(html)
    left = site.client.post(action, data=sent)
    assert left.status_code == 200
    assert test in left.text
    assert LEFT[language] in left.text
    [(action, sent)] = buttons(left.text)
    assert sent == {"button": "undo"}
    returned = site.client.post(action, data=sent)
    assert back in returned.text
    assert test in returned.text
    assert site.dump() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_that_can_be_reached_is_pressed_and_no_row_changes(
    site: Visitor, language: str
) -> None:
    site.subscriber("ana@example.org", language)
    waiting: list[tuple[str, dict[str, str]]] = [
        (path, {}) for path in site.tried_paths(language)[:2]
    ]
    before = site.dump()
    seen: set[str] = set()
    while waiting:
        path, sent = waiting.pop()
        if repr((path, sent)) in seen:
            continue
        seen.add(repr((path, sent)))
        answer = site.client.post(path, data=sent) if sent else site.get(path)
        if answer.status_code == 303:
            waiting.append((answer.headers["Location"], {}))
            continue
        assert answer.status_code == 200, path
        spoken = re.search(r'<html lang="(\w+)"', answer.text)
        assert spoken
        assert WORDS[spoken[1]][0] in answer.text, path
        assert "Set-Cookie" not in answer.headers
        for action, pressed in buttons(answer.text):
            waiting.append((action, pressed or {"topics": "news", "language": language}))
        waiting += [(link, {}) for link in site.links_of(answer.text) if link.startswith("/test/")]
    assert len(seen) > 12
    assert site.dump() == before


def test_one_click_is_answered_as_the_real_one_in_whatever_form(site: Visitor) -> None:
    number = site.subscriber()
    path = site.tried_paths()[0]
    before = site.dump()
    answers = [
        site.client.post(path, data=ONE_CLICK, content_type=kind)
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    ]
    answers.append(
        site.client.post(
            path,
            input_stream=BytesIO(b"\xff\x00--broken"),
            content_type="multipart/form-data; boundary=x",
        )
    )
    answers.append(
        site.app.test_client(use_cookies=False).post(
            f"{path}?utm_source=x&y=%ff",
            data=ONE_CLICK,
            headers={"Origin": "https://elsewhere.example"},
        )
    )
    assert site.dump() == before
    real = site.client.post(site.leave_path(number), data=ONE_CLICK)
    for answer in answers:
        assert (answer.status_code, answer.data) == (real.status_code, real.data)
        assert dict(answer.headers) == dict(real.headers)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_changes_nothing_and_is_neither_kept_nor_found(site: Visitor, method: str) -> None:
    paths = site.tried_paths()
    before = site.dump()
    for path in paths:
        answer = site.client.open(path, method=method)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    assert site.dump() == before


def test_the_preferences_look_as_the_real_ones(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "fr")
    real = site.text(site.preferences_path(number, "fr"))
    tried = site.text(site.tried_paths("fr")[1])
    for html in (real, tried):
        assert html.count("<button") == 2
        assert 'name="paused_until"' in html
    names = re.compile(r'<input type="checkbox"[^>]*value="([^"]+)"')
    assert names.findall(tried) == names.findall(real)
    assert 'value="news" checked' in tried
    assert "a…@example.org" in tried
    assert "ana@" not in tried


def test_saved_preferences_go_on_in_the_chosen_language(site: Visitor) -> None:
    path = site.tried_paths("fr")[1]
    answer = site.client.post(path, data={"topics": "news", "language": "es"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{path}?language=es&done=saved"
    html = site.text(answer.headers["Location"])
    assert '<html lang="es"' in html
    assert 'role="status"' in html


@pytest.mark.parametrize(
    "sent", [{"language": "xx-yy-zz"}, {"language": "fr", "paused_until": "tomorrow"}]
)
def test_what_the_real_page_refuses_is_refused_here(site: Visitor, sent: dict[str, str]) -> None:
    path = site.tried_paths("fr")[1]
    before = site.dump()
    assert site.client.post(path, data=sent).status_code == 422
    assert site.dump() == before


def test_a_language_that_is_not_spoken_is_not_said_back(site: Visitor) -> None:
    path = site.tried_paths("fr")[1]
    for sent in ({"button": "leave"}, {"undo": ""}, {"language": "de"}):
        answer = site.client.post(f"{path}?language=de%0d%0aX:y", data=sent)
        assert answer.status_code == 303
        assert "de" not in answer.headers["Location"].partition("?")[2].split("&")[0]


def test_only_tokens_of_a_test_open_the_sandbox(site: Visitor) -> None:
    number = site.subscriber()
    links = site.services.links
    real = site.leave_path(number).removeprefix("/u/")
    for token in ("AAAA", real, links.token(Purpose.PREFERENCES, number), "x" * 400):
        for path in (f"/test/{token}", f"/test/{token}/choices"):
            assert site.get(path).status_code == 410
    mine = site.tried_paths()[0].removeprefix("/test/")
    for path in (f"/u/{mine}", f"/fr/preferences/{mine}", f"/fr/personal/{mine}"):
        assert site.get(path).status_code == 410
    before = site.dump()
    assert site.client.post(f"/u/{mine}", data=ONE_CLICK).status_code == 200
    assert site.client.post("/test/AAAA", data=ONE_CLICK).status_code == 200
    assert site.dump() == before


def test_a_test_whose_rows_are_gone_still_opens_its_pages(site: Visitor) -> None:
    token = site.services.links.token(Purpose.SANDBOX, 999_999, 999_999)
    assert site.get(f"/test/{token}").status_code == 200
    assert site.get(f"/test/{token}/choices").status_code == 200
