"""The unsubscribe link, by line of MAIL.md §1."""

from io import BytesIO

import pytest
from sqlalchemy import select

from outreach.audience.models import Consent, Method, Subscriber
from outreach.delivery.models import Address, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.links import Purpose
from tests.web.visitor import Visitor

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def methods(site: Visitor) -> list[str]:
    """Give how each line of the ledger came about."""
    with site.services.database.reading() as session:
        return [str(line) for line in session.scalars(select(Consent.method).order_by(Consent.id))]


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data"], ids=["form", "multipart"]
)
def test_one_click_works_as_either_kind_of_form(site: Visitor, kind: str) -> None:
    number = site.subscriber()
    answer = site.client.post(site.leave_path(number), data=ONE_CLICK, content_type=kind)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    assert site.state(number) == "unsubscribed"
    assert methods(site)[-1] == Method.ONE_CLICK


def test_one_click_needs_no_cookie_and_minds_no_origin_or_argument(site: Visitor) -> None:
    number = site.subscriber()
    answer = site.app.test_client(use_cookies=False).post(
        site.leave_path(number) + "?utm_source=x&y=%ff",
        data=ONE_CLICK,
        headers={"Origin": "https://elsewhere.example", "Referer": "https://elsewhere.example/"},
    )
    assert answer.status_code == 200
    assert site.state(number) == "unsubscribed"


def test_a_second_click_changes_nothing(site: Visitor) -> None:
    number = site.subscriber()
    first = site.client.post(site.leave_path(number), data=ONE_CLICK)
    before = site.dump()
    again = site.client.post(site.leave_path(number), data=ONE_CLICK)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert site.dump() == before


def test_nothing_is_revealed_about_a_token_that_we_did_not_make(site: Visitor) -> None:
    number = site.subscriber()
    real = site.client.post(site.leave_path(number), data=ONE_CLICK)
    gone = site.services.links.token(Purpose.UNSUBSCRIBE, 999_999, 1, 0)
    for token in ("AAAA", "x" * 70, gone):
        other = site.client.post(f"/u/{token}", data=ONE_CLICK)
        assert (other.status_code, other.data) == (real.status_code, real.data)
        assert dict(other.headers) == dict(real.headers)


def test_one_click_is_never_limited(site: Visitor) -> None:
    number = site.subscriber()
    for _ in range(3 * site.services.settings.signups_per_hour):
        answer = site.client.post(site.leave_path(number), data=ONE_CLICK)
        assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"--x\r\nbroken"])
def test_one_click_works_whatever_the_body(site: Visitor, body: bytes) -> None:
    number = site.subscriber()
    kind = "multipart/form-data; boundary=x"
    answer = site.client.post(
        site.leave_path(number), input_stream=BytesIO(body), content_type=kind
    )
    assert answer.status_code == 200
    assert site.state(number) == "unsubscribed"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_the_link_changes_nothing(site: Visitor, method: str) -> None:
    number = site.subscriber()
    before = site.dump()
    assert site.client.open(site.leave_path(number), method=method).status_code == 200
    assert site.dump() == before


def test_the_page_has_one_button_in_the_subscribers_language(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "es")
    html = site.text(site.leave_path(number))
    assert '<html lang="es"' in html
    assert "¿Dejar de recibir «Boletín de noticias»?" in html
    assert html.count("<button") == 1
    assert "/es/preferences/" in html
    assert "ana@example.org" not in html
    french = site.text(site.leave_path(number) + "?language=fr")
    assert '<html lang="fr"' in french


def test_the_button_unsubscribes_and_undo_brings_back(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "fr")
    path = site.leave_path(number)
    left = site.client.post(path, data={"button": "leave"})
    assert left.status_code == 200
    assert "Désinscription enregistrée" in left.text
    assert 'value="undo"' in left.text
    assert site.state(number) == "unsubscribed"
    assert "Désinscription enregistrée" in site.text(path)
    back = site.client.post(path, data={"button": "undo"})
    assert "Vous revoilà" in back.text
    assert site.state(number) == "confirmed"


@pytest.mark.parametrize("sent", [ONE_CLICK, {"button": "leave"}], ids=["machine", "person"])
def test_whoever_opens_the_link_after_leaving_can_undo_it_for_30_days(
    site: Visitor, sent: dict[str, str]
) -> None:
    number = site.subscriber("ana@example.org", "fr")
    path = site.leave_path(number)
    site.client.post(path, data=sent)
    site.watch.wait(days=29)
    html = site.text(path)
    assert html.count("<button") == 1
    assert 'value="undo">C’était une erreur' in html
    assert "Vous revoilà" in site.client.post(path, data={"button": "undo"}).text
    assert site.state(number) == "confirmed"
    site.client.post(path, data=sent)
    site.watch.wait(days=31)
    assert "<button" not in site.text(path)


def test_a_one_click_out_of_everything_can_be_undone(site: Visitor) -> None:
    number = site.subscriber()
    url = site.services.links.to_unsubscribe(subscriber=number, topic=0, batch=0)
    path = url.removeprefix(site.services.links.base_url)
    site.client.post(path, data=ONE_CLICK)
    assert site.state(number) == "unsubscribed"
    assert 'value="undo"' in site.text(path)
    site.client.post(path, data={"button": "undo"})
    assert site.state(number) == "confirmed"


def test_no_undo_is_shown_to_an_address_that_may_not_be_mailed(site: Visitor) -> None:
    number = site.subscriber("ana@example.org")
    path = site.leave_path(number)
    site.client.post(path, data=ONE_CLICK)
    with site.services.database.transaction() as session:
        address = session.scalars(select(Address).where(Address.address == "ana@example.org")).one()
        suppress(session, address.hash, SuppressionReason.BOUNCE, site.watch())
    assert "<button" not in site.text(path)


def test_a_subscriber_who_is_gone_is_told_so_without_a_fault(site: Visitor) -> None:
    token = site.services.links.token(Purpose.UNSUBSCRIBE, 999_999, 1, 0)
    for answer in (site.get(f"/u/{token}"), site.client.post(f"/u/{token}", data={"button": "x"})):
        assert answer.status_code in (200, 404)
    assert site.client.post(f"/u/{token}", data={"button": "leave"}).status_code == 404


def test_a_language_that_the_site_does_not_speak_falls_back(site: Visitor) -> None:
    number = site.subscriber()
    with site.services.database.transaction() as session:
        session.get_one(Subscriber, number).language = "de"
    assert '<html lang="en"' in site.text(site.leave_path(number))


def test_what_was_left_long_ago_is_not_brought_back_with_a_click(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "fr")
    path = site.leave_path(number)
    site.client.post(path, data={"button": "leave"})
    site.watch.wait(days=31)
    answer = site.client.post(path, data={"button": "undo"})
    assert answer.status_code == 422
    assert "/en/subscribe" in answer.text
    assert site.state(number) == "unsubscribed"
