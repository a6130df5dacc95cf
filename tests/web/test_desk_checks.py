"""The room of an edition's checks: what staff see, who may ask, and the report on paper."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import sync
from outreach.newsletters.checks import link_rows
from outreach.newsletters.checks.looking import Outcome
from outreach.newsletters.checks.models import LinkCheck
from outreach.staff.models import Act, Role
from tests.web.test_desk import ADA, EVE, Colleague, add, browser
from tests.web.visitor import LANGUAGES, Visitor

ROOM = "editions/wrm/2020-07/checks"
URLS = ("https://one.test/", "https://two.test/a?b=1&c=2")


@pytest.fixture
def ada(site: Visitor) -> Colleague:
    """Give the browser of an editor, for an edition that links to two other sites."""
    for language in LANGUAGES:
        file = site.home / f"content/newsletters/wrm/2020-07/{language}.md"
        file.write_text(file.read_text() + f"\n[a]({URLS[0]}) [b](<{URLS[1]}>)\n")
    site.sync()
    add(site, role=Role.EDITOR)
    made = browser(site)
    assert made.sign_in().status_code == 303
    return made


def links(site: Visitor) -> list[LinkCheck]:
    """Give every link that was asked for."""
    with site.services.database.reading() as session:
        return list(session.scalars(select(LinkCheck).order_by(LinkCheck.url)))


def answer(site: Visitor, *outcomes: Outcome) -> None:
    """Let the links answer, in the order of their addresses."""
    urls = [row.url for row in links(site)]
    with site.services.database.transaction() as session:
        link_rows.record(session, dict(zip(urls, outcomes, strict=False)), site.watch())


def test_links_are_asked_for_their_progress_is_shown_and_what_is_dead_fails(
    ada: Colleague,
) -> None:
    site = ada.site
    page = ada.get(ROOM).text
    assert "Look at the 2 links now" in page
    assert "data-look-again" not in page
    assert page.count("Links not looked at within the last hour: 2") == 3
    assert ada.post(ROOM).headers["Location"] == f"/desk/{ROOM}"
    assert len(links(site)) == 2
    page = ada.get(ROOM).text
    assert "0 of 2 looked at" in page
    assert 'data-look-again="3"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert '<button class="button">Look' not in page
    answer(site, Outcome(404))
    assert "1 of 2 looked at" in ada.get(ROOM).text
    answer(site, Outcome(404), Outcome(200, "https://three.test/"))
    page = ada.get(ROOM).text
    assert "Look at the 2 links again" in page
    assert "3 faults" in page
    assert page.count("is dead: its site says that there is no such page (404)") == 3
    assert page.index("is dead") < page.index("leads on to")
    assert "This edition cannot be scheduled before that is mended." in page
    assert re.search(r"<code>content/newsletters/wrm/2020-07/fr.md</code>, line \d+", page)
    assert "b=1&amp;c=2" in page


def test_a_button_pressed_twice_asks_once_and_the_log_tells_it(ada: Colleague) -> None:
    site = ada.site
    ada.post(ROOM)
    asked = [row.asked_at for row in links(site)]
    site.watch.wait(seconds=5)
    page = ada.get("account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "again": "yes"}
    assert ada.client.post(f"/desk/{ROOM}", data=form).status_code == 303
    assert [row.asked_at for row in links(site)] == asked
    with site.services.database.reading() as session:
        acts = session.scalars(select(Act).where(Act.act == "edition.links")).all()
        assert [(act.who, act.subject, act.after) for act in acts] == [
            (ADA, "wrm/2020-07", {"links": "2"}),
            (ADA, "wrm/2020-07", {"links": "0"}),
        ]


def test_links_can_be_looked_at_again(ada: Colleague) -> None:
    ada.post(ROOM)
    answer(ada.site, Outcome(503), Outcome(200))
    ada.site.watch.wait(minutes=1)
    ada.post(ROOM, again="yes")
    assert "0 of 2 looked at" in ada.get(ROOM).text


def test_what_was_looked_at_counts_for_an_hour(ada: Colleague) -> None:
    ada.post(ROOM)
    answer(ada.site, Outcome(200), Outcome(200))
    ada.site.watch.now += timedelta(minutes=61)
    assert "2 of 2 have not been looked at" in ada.get(ROOM).text


def test_a_viewer_looks_and_does_not_ask(ada: Colleague) -> None:
    add(ada.site, EVE, Role.VIEWER)
    eve = browser(ada.site)
    eve.sign_in(EVE)
    page = eve.get(ROOM)
    assert page.status_code == 200
    assert "Look at the 2 links now" not in page.text
    assert eve.post(ROOM, page="account").status_code == 403
    assert links(ada.site) == []


def test_a_stranger_is_sent_to_the_door(ada: Colleague) -> None:
    stranger = browser(ada.site)
    assert stranger.get(ROOM).status_code == 303
    assert stranger.client.post(f"/desk/{ROOM}").status_code == 400
    assert links(ada.site) == []


@pytest.mark.parametrize("path", ["wrm/none", "none/2020-07", "wrm/..", "%22/%3Cb%3E"])
def test_an_edition_that_is_not_there_is_told(ada: Colleague, path: str) -> None:
    assert ada.get(f"editions/{path}/checks").status_code == 404
    assert ada.post(f"editions/{path}/checks", page="account").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checks_are_told_in_the_readers_language(ada: Colleague, language: str) -> None:
    ada.post("account", name="Ada", language=language)
    page = ada.get(ROOM).text
    assert f'<html lang="{language}"' in page
    words = {"en": "In order", "fr": "En ordre", "es": "En orden"}
    assert page.count(words[language]) == 4
    for other in words.values():
        assert other == words[language] or other not in page.replace("En ordene", "")


def test_looking_changes_no_row(ada: Colleague) -> None:
    ada.post(ROOM)
    before = ada.site.dump()
    for ask in (ada.client.get, ada.client.head, ada.client.options):
        assert ask(f"/desk/{ROOM}").status_code == 200
    assert ada.site.dump() == before


def test_the_room_is_in_the_way_between_an_editions_rooms(ada: Colleague) -> None:
    page = ada.get(ROOM).text
    assert re.search(rf'<a href="/desk/{ROOM}" aria-current="page">Checks</a>', page)


def test_a_file_with_faults_and_a_language_that_is_not_there_are_told(ada: Colleague) -> None:
    folder = ada.site.home / "content/newsletters/wrm/2020-07"
    (folder / "es.md").unlink()
    path = folder / "fr.md"
    path.write_text(f"{path.read_text()}\n[[ prenom ]]\n")
    sync.synchronise(ada.site.services, ada.site.watch())
    page = ada.get(ROOM).text
    french = page.partition('id="part-fr"')[2].partition("</section>")[0]
    assert french.startswith(">French</h2>")
    assert "The file has faults" in french
    assert "In order" not in french
    assert "Languages that are not there</h2>" in page
    assert "<p>Spanish</p>" in page
