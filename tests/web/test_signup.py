"""Signing up, confirming, and what is shown on the way."""

import re

import pytest
from sqlalchemy import func, select

from outreach.audience.models import Signup, Subscriber
from outreach.audience.words import signup_words
from outreach.content.site import load_site
from outreach.delivery.models import Delivery
from tests.web.visitor import LANGUAGES, Visitor


def rows(site: Visitor, kind: type[Signup | Subscriber | Delivery]) -> int:
    """Count the rows of a table."""
    with site.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_shows_exactly_the_words_that_are_kept(site: Visitor, language: str) -> None:
    with site.services.database.reading() as session:
        words = signup_words(load_site(session, site.services.links), language).text
    html = site.text(f"/{language}/subscribe")
    assert f'<label for="consent">{words}</label>' in html


def test_the_form_helps_to_fill_it_in(site: Visitor) -> None:
    html = site.text("/es/subscribe")
    assert 'type="email" value="" autocomplete="email"' in html
    assert 'autocomplete="given-name"' in html
    assert '<option value="es" lang="es" selected>Español</option>' in html
    assert html.count('name="topics"') == 2
    assert " checked" not in html  # consent is an act of one's own
    assert 'id="consent" name="consent" value="yes" required>' in html


def test_a_link_can_ask_for_one_topic(site: Visitor) -> None:
    html = site.text("/en/subscribe?topic=events")
    assert 'value="events" checked' in html
    assert 'value="news" checked' not in html


def test_signing_up_leads_to_a_page_that_says_what_to_do(site: Visitor) -> None:
    answer = site.sign_up("ana@example.org", "fr")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fr/subscribe/sent")
    assert "Set-Cookie" not in answer.headers
    assert "Consultez votre messagerie" in site.text("/fr/subscribe/sent")
    assert rows(site, Signup) == rows(site, Delivery) == 1


def test_a_known_address_is_answered_like_an_unknown_one(site: Visitor) -> None:
    site.subscriber("ana@example.org")
    known, unknown = site.sign_up("ana@example.org"), site.sign_up("bea@example.org")
    assert known.status_code == unknown.status_code
    assert known.data == unknown.data
    assert set(known.headers.keys()) == set(unknown.headers.keys())


def test_faults_stand_beside_their_fields_and_nothing_is_lost(site: Visitor) -> None:
    form = {"address": "ana@", "first_name": "Ana <b>", "topics": "events", "language": "fr"}
    answer = site.client.post("/en/subscribe", data=form)
    assert answer.status_code == 422
    html = answer.text
    for field in ("address", "first_name", "consent"):
        assert f'<a href="#{field}">' in html
        assert f'id="{field}-fault"' in html
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true"', html)
    assert '<a href="#topics">' not in html
    assert 'value="ana@"' in html
    assert 'value="Ana &lt;b&gt;"' in html
    assert 'value="events" checked' in html
    assert 'value="news" checked' not in html
    assert '<option value="fr" lang="fr" selected>' in html
    assert "what you wrote is kept" in html
    assert "<title>Please look again – Subscribe" in html
    assert rows(site, Signup) == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Write your e-mail address, so that we know where to write to."),
        ("fr", "Écrivez votre adresse e-mail, pour que nous sachions où vous écrire."),
        ("es", "Escriba su correo electrónico, para que sepamos adónde escribirle."),
    ],
)
def test_an_empty_form_is_told_in_the_visitors_language(
    site: Visitor, language: str, words: str
) -> None:
    answer = site.client.post(f"/{language}/subscribe", data={})
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('class="field-fault"') == 3
    linked = re.findall(r'<li><a href="#(\w+)">', answer.text)
    assert linked == ["address", "topics", "consent"]


def test_the_hidden_field_catches_machines_without_telling_them(site: Visitor) -> None:
    answer = site.sign_up("ana@example.org", leave_this_empty="buy")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/subscribe/sent")
    assert rows(site, Signup) == 0


def test_a_visitor_who_sends_too_many_forms_is_told_to_wait(site: Visitor) -> None:
    most = site.services.settings.signups_per_hour
    for number in range(most):
        assert site.sign_up(f"a{number}@example.org").status_code == 303
    answer = site.sign_up("one-more@example.org", "es")
    assert answer.status_code == 429
    assert "Demasiados formularios en poco tiempo" in answer.text
    assert rows(site, Signup) == most
    site.watch.wait(hours=1)
    assert site.sign_up("one-more@example.org", "es").status_code == 303


def test_opening_the_confirm_page_confirms_nothing_and_its_button_does(site: Visitor) -> None:
    site.sign_up("ana@example.org", "es")
    path = site.confirm_path("ana@example.org")
    html = site.text(path)
    assert html.count("<button") == 1
    assert f'<form class="block" method="post" action="{path}">' in html
    assert "Boletín de noticias" in html
    assert rows(site, Delivery) == 1
    answer = site.client.post(path)
    assert answer.status_code == 200
    assert "Suscripción confirmada" in answer.text
    assert "/es/newsletters/wrm/2020-07" in answer.text
    assert "/es/preferences/" in answer.text
    assert rows(site, Delivery) == 2


def test_a_second_click_changes_nothing_and_says_the_same(site: Visitor) -> None:
    site.sign_up("ana@example.org", "fr")
    path = site.confirm_path("ana@example.org")
    first = site.client.post(path)
    before = site.dump()
    again = site.client.post(path)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert site.dump() == before
    assert "<button" not in site.text(path)


def test_a_confirm_link_that_is_too_old_says_what_to_do(site: Visitor) -> None:
    site.sign_up("ana@example.org", "fr")
    path = site.confirm_path("ana@example.org")
    site.watch.wait(days=31)
    for answer in (site.get(path), site.client.post(path)):
        assert answer.status_code == 422
        assert "30" in answer.text
        assert "/fr/subscribe" in answer.text
