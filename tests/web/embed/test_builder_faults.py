"""What the builder page says of a choice that cannot be, and of colours and their contrast."""

import re
from html import unescape

import pytest

from tests.web.embed.test_builder import FAULT, preview_of
from tests.web.visitor import Visitor


@pytest.mark.parametrize(
    ("query", "field", "language", "said"),
    [
        ("accent=red", "accent", "en", "“Colour of links and buttons”. Write a colour as six"),
        ("accent_dark=red", "accent_dark", "fr", "pour « La même sur fond sombre »"),
        ("count=500", "count", "en", "cannot be “Number of events”. It can be a number from 1"),
        ("heading=9", "heading", "es", "para «Nivel del título»"),
        ("topic=cats", "topic", "fr", "« Thèmes ». Valeurs possibles : Lettre d’information,"),
        ("kind=party", "kind", "en", "“Kinds of event”. It can be: Webinar, Meeting, Deadline."),
        ("view=poster", "view", "es", "«Presentación». Valores posibles: Lista, Mes, Solo"),
        ("theme=pink", "theme", "fr", "« Fond ». Valeurs possibles : Selon l’appareil"),
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
    assert said in unescape(fault).replace("\u00a0", " ")
    assert html.count(fault) == 2, "beside the field, and in the summary"
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


def test_the_contrast_is_said_with_its_number(site: Visitor) -> None:
    html = site.text("/en/embed")
    assert "Contrast on a light background: 5.7 to 1, sufficient." in html
    assert "Contrast on a dark background: 9.3 to 1, sufficient." in html
    html = site.text("/en/embed?accent=5b2a6a")
    assert "Contrast on a light background: 10.4 to 1, sufficient." in html
    assert "We made your colour lighter for that." in html
    html = site.text("/es/embed?accent=d9aee6&theme=dark").partition('id="accent-said"')[2]
    assert html.partition("</div>")[0].count("Contraste sobre fondo oscuro: 9,7 a 1") == 1


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("accent=ffee00&theme=light", "accent", r"clair : 1,\d pour 1, insuffisant. .* foncée"),
        ("accent=221b28&theme=dark", "accent", r"sombre : 1,\d pour 1, insuffisant. .* claire"),
        ("accent_dark=221b28", "accent_dark", r"sombre : 1,\d pour 1, insuffisant. .* claire"),
    ],
)
def test_what_cannot_be_read_is_told_once_beside_its_field_and_once_above(
    site: Visitor, query: str, field: str, said: str
) -> None:
    answer = site.get(f"/fr/embed?{query}")
    assert answer.status_code == 422
    html = unescape(answer.text).replace("\u00a0", " ")
    place = html.partition(f'id="{field}-said"')[2].partition("</div>")[0]
    assert re.search(f'class="fails">Contraste sur fond {said}', place)
    assert html.count("insuffisant") == 1
    assert html.count("ne serait pas lisible") == 1
    label = {"accent": "Couleur des liens et des boutons", "accent_dark": "La même sur fond sombre"}
    assert f'<a href="#{field}">« {label[field]} » ne serait pas lisible' in html
    assert FAULT.findall(html) == []
    assert "accent" not in preview_of(answer.text)


@pytest.mark.parametrize(
    ("query", "accent", "accent_dark"),
    [
        ("", "a8481a", "f2a877"),
        ("theme=dark", "f2a877", "f2a877"),
        ("accent=5b2a6a", "a8481a", "94759e"),
        ("accent=5b2a6a&accent_dark=d9aee6", "a8481a", "94759e"),
        ("accent=ffee00", "a8481a", "f2a877"),
    ],
)
def test_an_empty_field_of_a_colour_shows_the_one_that_is_used(
    site: Visitor, query: str, accent: str, accent_dark: str
) -> None:
    html = site.get(f"/en/embed?{query}").text
    assert re.findall(r'placeholder="(\w{6})"', html) == [accent, accent_dark]
