"""Registering on the web: the form, the seat, the way in, and what strangers cannot find out."""

import re

import pytest
from sqlalchemy import select

from outreach.db import hits
from outreach.delivery.models import Delivery, Message
from outreach.events.registration_models import RegistrationState
from tests.web.visitor import LANGUAGES, Visitor

FORM = "/en/events/open-hour/register"


def subjects(site: Visitor) -> list[str]:
    """Give the subjects of all letters, the oldest first."""
    with site.services.database.reading() as session:
        query = select(Message.subject).join(Delivery).order_by(Delivery.id)
        return list(session.scalars(query))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_there_in_each_language_with_the_events_questions(
    site: Visitor, language: str
) -> None:
    html = site.text(f"/{language}/events/open-hour/register")
    for name in ("name", "address", "organisation", "country", "question-subject", "consent"):
        assert f'name="{name}"' in html
    assert html.count('<option value="20') >= 12
    assert 'name="newsletter" value="yes" checked' not in html
    assert "meet.womens-rights" not in html


def test_the_date_that_was_chosen_goes_along_into_other_languages(site: Visitor) -> None:
    dated = re.findall(r'<option value="(20[^"]+)"', site.text(FORM))[1]
    for path in (f"{FORM}?on={dated}", f"{FORM}?on={dated}&partner=nobody"):
        assert f"/fr/events/open-hour/register?on={dated}" in site.links_of(site.text(path))
    named = site.links_of(site.text(f"{FORM}?on={dated}&partner=sahel-radio"))
    assert f"/fr/events/open-hour/register?on={dated}&partner=sahel-radio" in named
    wrong = site.client.post(FORM, data={"name": "", "on": dated})
    assert f"/es/events/open-hour/register?on={dated}" in site.links_of(wrong.text)
    plain = site.text(f"{FORM}?on=never")
    assert "/fr/events/open-hour/register" in site.links_of(plain)
    [canonical] = re.findall(
        r'<link rel="canonical" href="([^"]+)"', site.text(f"{FORM}?on={dated}")
    )
    assert canonical.endswith(FORM)


def test_somebody_registers_confirms_changes_and_cancels(site: Visitor) -> None:
    sent = site.register("ana@example.org", **{"question-subject": "Gold", "country": "PE"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/en/events/open-hour/registered")
    assert "Look into your mailbox" in site.text("/en/events/open-hour/registered")
    path = site.seat_path("ana@example.org")
    assert "Yes, register me" in site.text(path)
    assert site.registration("ana@example.org").state is RegistrationState.PENDING
    done = site.client.post(path, data={"button": "confirm"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{path}?done=confirmed")
    html = site.text(f"{path}?done=confirmed")
    assert "You have a seat" in html
    assert 'value="Gold"' in html
    assert site.join_path("ana@example.org") in html
    changed = {"button": "change", "name": "Ana María", "country": "BO"}
    assert site.client.post(path, data=changed).headers["Location"] == f"{path}?done=changed"
    assert site.registration("ana@example.org").name == "Ana María"
    assert "Yes, cancel it" in site.text(f"{path}/cancel")
    site.client.post(path, data={"button": "cancel"})
    assert "Your registration is cancelled" in site.text(path)
    assert [subject.partition(":")[0] for subject in subjects(site)] == [
        "Please confirm your registration",
        "Your seat",
        "Your registration is cancelled",
    ]


def test_the_page_says_the_same_to_a_known_and_an_unknown_address(site: Visitor) -> None:
    site.subscriber("known@example.org")
    answers = [site.register(f"{name}@example.org") for name in ("known", "unknown", "known")]
    assert len({(each.status_code, each.headers["Location"], each.text) for each in answers}) == 1


def test_faults_are_told_beside_their_fields_and_what_was_written_is_kept(site: Visitor) -> None:
    sent = site.client.post(FORM, data={"name": "", "address": "ana", "organisation": "ACME"})
    assert sent.status_code == 422
    assert 'href="#name"' in sent.text
    assert 'href="#address"' in sent.text
    assert 'href="#consent"' in sent.text
    assert 'value="ACME"' in sent.text
    assert subjects(site) == []


def test_a_machine_that_fills_in_everything_registers_nobody(site: Visitor) -> None:
    assert site.register("bot@example.org", leave_this_empty="x").status_code == 303
    assert subjects(site) == []


def test_too_many_forms_in_an_hour_are_refused(site: Visitor) -> None:
    codes = {site.register(f"p{number}@example.org").status_code for number in range(21)}
    assert codes == {303, 429}


def test_one_date_of_a_series_can_be_chosen(site: Visitor) -> None:
    html = site.text(f"{FORM}?on=2027-01-13")
    assert re.search(r'<option value="2027-01-13" selected', html)
    site.register("ana@example.org", on="2027-01-13")
    assert str(site.registration("ana@example.org").occurrence.original) == "2027-01-13"
    assert site.register("ana@example.org", on="1999-01-01").status_code == 404


def test_the_newsletter_is_a_wish_of_its_own_with_a_click_of_its_own(site: Visitor) -> None:
    site.register("ana@example.org", newsletter="yes")
    assert subjects(site)[1:] == ["Please confirm your subscription"]
    site.client.post(site.seat_path("ana@example.org"), data={"button": "confirm"})
    number = site.registration("ana@example.org").subscriber_id
    assert number
    assert site.state(number, "events") == "pending"


def test_a_subscriber_who_comes_by_a_mailed_link_finds_the_form_filled_in(site: Visitor) -> None:
    number = site.subscriber("ana@example.org")
    links = site.services.links
    own = links.to_register("fr", "open-hour", subscriber=number).removeprefix(links.base_url)
    answer = site.client.get(own)
    assert 'value="ana@example.org"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'value="ana@example.org"' not in site.text("/fr/events/open-hour/register/AAAAbbbbCCCC")


def test_a_page_elsewhere_is_led_to_and_counted_in_total(site: Visitor) -> None:
    path = "/en/events/embedding-gender/register"
    for _ in range(2):
        answer = site.client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("https://zoom.us/webinar/register/")
    assert site.client.head(path).status_code == 303
    with site.services.database.reading() as session:
        assert hits.total(session, "registration", "embedding-gender") == 2


def test_where_one_does_not_register_with_us_there_is_no_form(site: Visitor) -> None:
    assert site.client.post("/en/events/embedding-gender/register").status_code == 404
    assert site.client.get("/en/events/embedding-gender/registered").status_code == 404
    assert site.client.get("/en/events/nothing/register").status_code == 404


def test_the_way_in_waits_opens_counts_and_shuts(site: Visitor) -> None:
    site.register("ana@example.org")
    site.client.post(site.seat_path("ana@example.org"), data={"button": "confirm"})
    path = site.join_path("ana@example.org")
    early = site.client.get(path)
    assert "You are early" in early.text
    assert early.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in early.headers["X-Robots-Tag"]
    assert site.client.post(path).headers["Location"] == path
    starts = site.registration("ana@example.org").occurrence.starts_at
    assert starts
    site.watch.wait(seconds=(starts - site.watch()).total_seconds() - 600)
    opened = site.client.get(path)
    assert "Join now" in opened.text
    assert "meet.womens-rights" not in opened.text
    entered = site.client.post(path)
    assert entered.status_code == 303
    assert entered.headers["Location"].startswith("https://meet.womens-rights-and-mining.example")
    assert site.registration("ana@example.org").state is RegistrationState.ATTENDED
    site.watch.wait(hours=2)
    assert "This event is over" in site.text(path)


def test_links_that_are_none_open_nothing(site: Visitor) -> None:
    for place in ("seat", "join"):
        assert site.client.get(f"/en/{place}/AAAAAAAAAAAAAAAAAAAAAAAA").status_code == 410
        assert site.client.post(f"/en/{place}/AAAAAAAAAAAAAAAAAAAAAAAA").status_code == 410


def test_a_full_event_offers_its_wait_list(site: Visitor) -> None:
    file = site.home / "content" / "events" / "open-hour" / "event.toml"
    file.write_text(file.read_text().replace("capacity = 50", "capacity = 1"))
    site.sync()
    site.register("ana@example.org")
    assert "Put me on the wait list" in site.text(FORM)
    site.register("bea@example.org")
    path = site.seat_path("bea@example.org")
    assert "wait list" in site.text(path)
    site.client.post(path, data={"button": "confirm"})
    assert "You are on the wait list" in site.text(path)
