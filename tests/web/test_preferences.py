"""The preference page, the page of one's own data, and the link to it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach.audience import preferences
from outreach.audience.models import Subscriber
from outreach.delivery.models import Delivery
from tests.web.visitor import LANGUAGES, Visitor


def saved(site: Visitor, number: int) -> preferences.Preferences:
    """Give what is stored."""
    with site.services.database.reading() as session:
        return preferences.read(session, number, site.watch())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_choices_but_neither_name_nor_address(site: Visitor, language: str) -> None:
    number = site.subscriber("anastasia@example.org", language)
    with site.services.database.transaction() as session:
        session.get_one(Subscriber, number).last_name = "Secretname"
    html = site.text(site.preferences_path(number, language))
    assert "a…@example.org" in html
    assert "anastasia" not in html
    assert "Secretname" not in html
    assert 'value="news" checked' in html
    assert 'value="events" checked' not in html


def test_saving_changes_topics_language_and_a_break(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "es")
    until = (site.watch() + timedelta(days=30)).date().isoformat()
    path = site.preferences_path(number, "es")
    form = {"topics": "events", "language": "fr", "paused_until": until}
    answer = site.client.post(path, data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == site.preferences_path(number, "fr") + "?done=saved"
    html = site.text(answer.headers["Location"])
    assert "Vos choix sont enregistrés." in html
    assert f'<option value="{until}" selected>' in html
    found = saved(site, number)
    assert [topic.slug for topic in found.topics if topic.chosen] == ["events"]
    assert (found.language, str(found.paused_until)) == ("fr", until)


def test_a_name_cannot_be_changed_through_a_link_that_gets_forwarded(site: Visitor) -> None:
    number = site.subscriber()
    form = {"topics": "news", "language": "es", "first_name": "Mallory"}
    site.client.post(site.preferences_path(number), data=form)
    assert saved(site, number).first_name == ""


@pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01", "tomorrow"])
def test_a_break_that_cannot_be_is_told_beside_its_field(site: Visitor, day: str) -> None:
    number = site.subscriber()
    form = {"topics": "events", "language": "es", "paused_until": day}
    answer = site.client.post(site.preferences_path(number), data=form)
    assert answer.status_code == 422
    assert 'id="paused_until-fault"' in answer.text
    assert 'value="events" checked' in answer.text
    assert site.state(number) == "confirmed"


def test_leaving_everything_can_be_undone(site: Visitor) -> None:
    number = site.subscriber()
    path = site.preferences_path(number)
    left = site.client.post(path, data={"button": "leave"}, follow_redirects=True)
    assert "You have left everything." in left.text
    assert site.state(number) == "unsubscribed"
    assert 'name="undo"' in left.text
    back = site.client.post(path, data={"undo": ""}, follow_redirects=True)
    assert "Welcome back" in back.text
    assert site.state(number) == "confirmed"


def test_after_thirty_days_one_subscribes_again(site: Visitor) -> None:
    number = site.subscriber()
    site.client.post(site.preferences_path(number), data={"button": "leave"})
    site.watch.wait(days=31)
    html = site.text(site.preferences_path(number))
    assert 'name="undo"' not in html
    assert "Subscribe again" in html


def test_a_link_of_another_kind_opens_nothing(site: Visitor) -> None:
    number = site.subscriber()
    leave = site.leave_path(number).removeprefix("/u/")
    own = site.preferences_path(number).rpartition("/")[2]
    assert site.get(f"/en/preferences/{leave}").status_code == 410
    assert site.get(f"/en/personal/{own}").status_code == 410
    assert site.get(f"/u/{own}").status_code == 410


def test_ones_own_data_are_shown_behind_a_fresh_link(site: Visitor) -> None:
    number = site.subscriber("ana@example.org", "fr")
    path = site.personal_path(number, "fr")
    html = site.text(path)
    assert "ana@example.org" in html
    assert "/fr/subscribe" in html
    assert "accord donné" in html
    assert "Oui, Women’s Rights and Mining" in html
    site.watch.wait(hours=1)
    assert site.get(path).status_code == 410


def test_a_name_is_saved_behind_a_fresh_link(site: Visitor) -> None:
    number = site.subscriber()
    path = site.personal_path(number)
    answer = site.client.post(path, data={"first_name": "Ana", "last_name": "Ruiz"})
    assert answer.headers["Location"] == f"{path}?done=saved"
    assert "Your name is saved." in site.text(answer.headers["Location"])
    assert (saved(site, number).first_name, saved(site, number).last_name) == ("Ana", "Ruiz")
    assert saved(site, number).language == "es"
    assert site.state(number) == "confirmed"


def test_a_name_with_a_lure_in_it_is_refused_and_kept_in_its_field(site: Visitor) -> None:
    number = site.subscriber()
    form = {"first_name": "http://evil.example", "last_name": "Ruiz"}
    answer = site.client.post(site.personal_path(number), data=form)
    assert answer.status_code == 422
    assert 'value="http://evil.example"' in answer.text
    assert 'value="Ruiz"' in answer.text
    assert saved(site, number).first_name == ""


def test_the_link_is_mailed_and_nothing_is_revealed(site: Visitor) -> None:
    site.subscriber("ana@example.org")

    def mails() -> int:
        with site.services.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Delivery)) or 0

    before = mails()
    unknown = site.client.post("/fr/link", data={"address": "nobody@example.org"})
    assert mails() == before
    known = site.client.post("/fr/link", data={"address": "ana@example.org"})
    assert mails() == before + 1
    assert (known.status_code, known.headers["Location"]) == (303, "/fr/link/sent")
    assert known.data == unknown.data
    assert "Consultez votre messagerie" in site.text("/fr/link/sent")


def test_asking_for_the_link_is_limited_and_faults_are_told(site: Visitor) -> None:
    answer = site.client.post("/en/link", data={"address": "no address"})
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert '<a href="#address">' in answer.text
    for _ in range(site.services.settings.signups_per_hour):
        site.client.post("/en/link", data={"address": "ana@example.org"})
    answer = site.client.post("/en/link", data={"address": "ana@example.org"})
    assert answer.status_code == 429
    assert "Too many forms" in answer.text
