"""The room in which an edition is tested."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from outreach.delivery import sender
from outreach.delivery.addresses import remember
from outreach.delivery.models import Delivery, Outcome, State, SuppressionReason
from outreach.delivery.suppressions import suppress
from outreach.errors import Sentence
from outreach.newsletters.models import EditionTest
from outreach.newsletters.testing import PER_HOUR
from outreach.phrases.catalog import phrases
from outreach.staff.models import Act, Role
from outreach.web.desk import fates
from tests.web.test_desk import ADA, EVE, Colleague, add, browser, rows
from tests.web.visitor import LANGUAGES, Visitor

ROOM = "editions/wrm/2020-07/test"
FORM = {"addresses": ADA, "languages": "fr", "reader": "full"}


@pytest.fixture
def ada(site: Visitor) -> Colleague:
    """Give the browser of an editor who is signed in."""
    add(site, role=Role.EDITOR)
    made = browser(site)
    assert made.sign_in().status_code == 303
    return made


def form_of(colleague: Colleague) -> dict[str, str | list[str]]:
    """Give what the form sends if nobody touches it."""
    html = colleague.get(ROOM).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', html))
    address = re.search(r"<textarea[^>]*>([^<]*)</textarea>", html)
    reader = re.search(r'name="reader" value="(\w+)" checked', html)
    assert address
    assert reader
    ticked = re.findall(r'name="languages" value="([^"]+)" checked', html)
    return hidden | {"addresses": address[1], "reader": reader[1], "languages": ticked}


def send(colleague: Colleague, **more: str | list[str]) -> str:
    """Send a test that must be taken; give where it leads."""
    answer = colleague.client.post(f"/desk/{ROOM}", data=form_of(colleague) | more)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def let_go(site: Visitor) -> None:
    """Send what the transactional stream has."""
    sender.send_transactional(site.services, threading.Event(), until_idle=True)


def text(html: str) -> str:
    """Give the words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_one_click_sends_every_language_to_oneself_and_tells_how_it_went(ada: Colleague) -> None:
    assert "Send 3 test mails" in ada.get(ROOM).text
    assert "has not been tested yet" in ada.get(ROOM).text
    place = send(ada)
    assert place.startswith(f"/desk/{ROOM}?sent=")
    page = ada.client.get(place, buffered=True)
    assert page.text.count("waiting") == 3
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "data-waits" in page.text
    let_go(ada.site)
    page = ada.client.get(place, buffered=True)
    assert page.text.count("handed over</span>") == 3
    assert "Every mail of this test has been handed over." in page.text
    assert "http-equiv" not in page.text
    assert "data-waits" not in page.text
    assert "has been tested in every language" in page.text
    assert ADA in text(page.text)
    [act] = [row for row in rows(ada.site, Act) if isinstance(row, Act) and "edition" in row.act]
    assert (act.who, act.act, act.subject) == (ADA, "edition.test", "wrm/2020-07")
    assert act.after == {"languages": "en, es, fr", "mails": 3, "as": "full"}


def test_a_changed_text_is_to_be_tested_again(ada: Colleague) -> None:
    send(ada)
    file = ada.site.home / "content/newsletters/wrm/2020-07/fr.md"
    file.write_text(file.read_text() + "\nEncore un mot.\n")
    ada.site.sync()
    assert "The text as it is now has not been tested in: French." in text(ada.get(ROOM).text)


def test_a_form_sent_twice_leaves_once(ada: Colleague) -> None:
    form = form_of(ada)
    places = {ada.client.post(f"/desk/{ROOM}", data=form).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert len(rows(ada.site, Delivery)) == 3
    assert send(ada) not in places
    assert len(rows(ada.site, Delivery)) == 6


def test_two_clicks_at_one_moment_leave_once(ada: Colleague) -> None:
    form = form_of(ada)
    cookies = ada.client._cookies

    def click(_: int) -> int:
        client = ada.site.app.test_client()
        client._cookies = dict(cookies or {})
        return client.post(f"/desk/{ROOM}", data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(4))) == {303}
    assert len(rows(ada.site, EditionTest)) == 1
    assert len(rows(ada.site, Delivery)) == 3


def test_the_keys_of_two_colleagues_do_not_meet(ada: Colleague) -> None:
    add(ada.site, EVE, Role.EDITOR)
    eve = browser(ada.site)
    eve.sign_in(EVE)
    first, second = send(ada, key="the-same-key"), send(eve, key="the-same-key")
    assert first != second


@pytest.mark.parametrize("role", list(Role))
def test_editors_and_whoever_may_more_can_test(site: Visitor, role: Role) -> None:
    add(site, role=role)
    colleague = browser(site)
    colleague.sign_in()
    may = role is not Role.VIEWER
    assert colleague.get(ROOM).status_code == (200 if may else 403)
    token = re.search(r'name="csrf_token" value="([^"]+)"', colleague.get("account").text)
    assert token
    form = FORM | {"csrf_token": token[1], "key": "a-good-key"}
    answer = colleague.client.post(f"/desk/{ROOM}", data=form)
    assert answer.status_code == (303 if may else 403)
    assert len(rows(site, Delivery)) == may


def test_a_stranger_is_sent_to_the_door_and_a_form_without_token_refused(ada: Colleague) -> None:
    assert browser(ada.site).get(ROOM).status_code == 303
    form = {**form_of(ada), "csrf_token": "forged"}
    assert ada.client.post(f"/desk/{ROOM}", data=form).status_code == 400
    assert rows(ada.site, Delivery) == []


def test_addresses_are_taken_as_mail_programs_copy_them(ada: Colleague) -> None:
    typed = "Ada Roe <ada@example.org>, luc@example.org;\r\n\r\n  eve@example.org\nADA@example.org"
    place = send(ada, addresses=typed, languages="en")
    page = ada.client.get(place, buffered=True).text
    assert page.count('<th scope="row">') == 3


def test_what_was_typed_is_kept_beside_what_is_wrong_with_it(ada: Colleague) -> None:
    form = form_of(ada) | {
        "addresses": "ada@example.org\nnonsense<script>",
        "languages": [],
        "reader": "subscriber",
        "subscriber": "nobody@example.org",
    }
    before = len(rows(ada.site, Act))
    answer = ada.client.post(f"/desk/{ROOM}", data=form)
    assert answer.status_code == 422
    html = answer.text
    assert "nonsense&lt;script&gt;" in html
    assert "<script>" not in html.replace("<script src", "")
    assert 'value="nobody@example.org"' in html
    assert 'value="subscriber" checked' in html
    assert html.count('class="field-fault"') == 3
    assert f'name="key" value="{form["key"]}"' in html
    for field in ("addresses", "languages", "subscriber"):
        assert f'href="#{field}"' in html
        assert f'id="{field}"' in html
    assert rows(ada.site, Delivery) == []
    assert len(rows(ada.site, Act)) == before


@pytest.mark.parametrize(
    "more",
    [
        {"addresses": "x" * 5_000},
        {"addresses": "a@example.org\x00\r\nBcc: b@example.org"},
        {"addresses": "\n".join(f"a{number}@example.org" for number in range(3_000))},
        {"languages": ["en", "../fr"]},
        {"languages": ["en"] * 50},
        {"reader": "full' OR 1=1", "subscriber": ""},
        {"reader": "\u202efull"},
        {"key": "../../x"},
        {"key": "'; DROP TABLE staff"},
    ],
)
def test_hostile_forms_are_answered_and_send_nothing_odd(
    ada: Colleague, more: dict[str, str | list[str]]
) -> None:
    form = form_of(ada) | more
    answer = ada.client.post(f"/desk/{ROOM}", data=form)
    assert answer.status_code in (303, 422)
    assert len(rows(ada.site, Delivery)) <= 3


@pytest.mark.parametrize("place", ["wrm/2099-01", "nobody/2020-07", "wrm/..%2f..", "%00/x"])
def test_an_edition_that_is_not_there_is_told(ada: Colleague, place: str) -> None:
    assert ada.get(f"editions/{place}/test").status_code == 404
    assert ada.post(f"editions/{place}/test", page=ROOM, **FORM).status_code == 404


@pytest.mark.parametrize("sent", ["x", "-1", str(10**30), "1'"])
def test_a_crafted_number_of_a_test_shows_the_page(ada: Colleague, sent: str) -> None:
    assert ada.get(f"{ROOM}?sent={sent}").status_code == 200


def test_faults_of_the_files_are_told_by_line(ada: Colleague) -> None:
    file = ada.site.home / "content/newsletters/wrm/2020-07/fr.md"
    file.write_text(file.read_text().replace("on_web: true", "on_web: true\ncolour: red"))
    from outreach import sync  # noqa: PLC0415

    sync.synchronise(ada.site.services, ada.site.watch())
    answer = ada.client.post(f"/desk/{ROOM}", data=form_of(ada))
    assert answer.status_code == 422
    assert "fr.md, line 8" in answer.text
    assert send(ada, languages=["en", "es"])


def test_so_many_tests_an_hour(ada: Colleague) -> None:
    for _ in range(PER_HOUR.most):
        send(ada, languages="en")
    answer = ada.client.post(f"/desk/{ROOM}", data=form_of(ada))
    assert answer.status_code == 422
    assert "many tests within the hour" in answer.text
    ada.site.watch.wait(hours=1)
    assert send(ada)


def test_a_suppressed_address_is_told_with_the_reason(ada: Colleague) -> None:
    services = ada.site.services
    with services.database.transaction() as session:
        bad = remember(session, "bad@example.org", services.settings.suppression_key)
        suppress(session, bad.hash, SuppressionReason.COMPLAINT, ada.site.watch())
    place = send(ada, addresses=f"{ADA}\nbad@example.org", languages="en")
    let_go(ada.site)
    page = ada.client.get(place, buffered=True).text
    assert "This address reported our mail as unwanted." in page
    assert "Not every mail of this test went out." in page
    assert page.count("handed over</span>") == 1


def test_a_real_subscriber_is_named_nowhere_but_in_the_mail(ada: Colleague) -> None:
    number = ada.site.subscriber("rosa@example.org", "fr")
    send(ada, reader="subscriber", subscriber="rosa@example.org")
    html = ada.get(ROOM).text
    assert "as a real subscriber" in html
    assert "rosa@" not in html
    assert html.count("This subscriber gets it in this language: it is theirs.") == 1
    acts = [row for row in rows(ada.site, Act) if isinstance(row, Act)]
    assert acts[-1].after["as"] == f"subscriber {number}"
    assert ada.site.state(number) == "confirmed"


def test_looking_at_the_room_changes_no_row(ada: Colleague) -> None:
    send(ada)
    before = ada.site.dump()
    for ask in (ada.client.get, ada.client.head, ada.client.options):
        assert ask(f"/desk/{ROOM}?sent=1").status_code == 200
    assert ada.site.dump() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_room_speaks_the_language_of_its_reader(site: Visitor, language: str) -> None:
    add(site, language=language, role=Role.EDITOR)
    colleague = browser(site)
    colleague.sign_in()
    send(colleague)
    let_go(site)
    html = colleague.get(ROOM).text
    assert f'<html lang="{language}"' in html
    said = {"en": "handed over", "fr": "remis", "es": "entregado"}[language]
    assert html.count(f"{said}</span>") == 3


def test_the_room_counts_no_deliveries(ada: Colleague) -> None:
    """A million rows may lie there: every read of deliveries names ids."""
    from sqlalchemy import event  # noqa: PLC0415

    send(ada)
    said: list[str] = []
    engine = ada.site.services.database.engine
    event.listen(engine, "before_cursor_execute", lambda *heard: said.append(str(heard[2])))
    ada.get(ROOM)
    reads = [statement for statement in said if "FROM deliveries" in statement]
    assert len(reads) == 2
    assert all("WHERE deliveries.id IN" in statement for statement in reads)
    assert len(said) < 40


@pytest.mark.parametrize(
    ("state", "code", "enhanced", "words"),
    [
        (State.FAILED, 550, "5.1.1", "This mailbox does not exist."),
        (State.FAILED, 552, "5.2.2", "The mailbox is full."),
        (State.QUEUED, 451, "4.7.1", "The server does not trust our mail"),
        (State.QUEUED, 421, None, "tried again by itself"),
        (State.FAILED, 554, None, "The server did not accept it."),
        (State.BOUNCED, None, "5.1.10", "This mailbox does not exist."),
    ],
)
def test_what_a_server_said_is_told_in_words(
    state: State, code: int | None, enhanced: str | None, words: str
) -> None:
    outcome = Outcome(code=code, enhanced=enhanced, reply="Go away", state=state)
    fate = fates.told(state, outcome, None, phrases("en"))
    assert words in fate.meaning
    assert fate.reply.endswith("Go away")
    assert fate.colour in ("warn", "bad")


def test_every_state_and_every_suppression_has_words() -> None:
    assert set(fates.WORDS) == set(State)
    assert set(fates.STOPPED) == set(SuppressionReason)
    french = phrases("fr").singles
    for _, word in fates.WORDS.values():
        assert isinstance(word, Sentence)
        assert word.text in french


def test_a_test_is_no_campaign_on_the_first_page(ada: Colleague) -> None:
    send(ada)
    html = ada.get("").text
    assert "Nothing is being sent." in html
    with ada.site.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EditionTest)) == 1
