"""The door of the desk, roles, sessions, people, and the log of what they did."""

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from outreach.staff import passwords, people
from outreach.staff.audit import Actor
from outreach.staff.invitations import INVITATION, choose_password, password_link
from outreach.staff.models import Act, Role, Staff, StaffSession
from outreach.web.desk import access
from outreach.web.desk.access import NEEDS, OPEN
from outreach.web.desk.words import said_browser
from outreach.web.security import STRICT
from tests.web.visitor import LANGUAGES, Visitor

ADA, EVE = "ada@example.org", "eve@example.org"
PASSWORD = "water and gold and mercury"
PAGES = ("", "account", "staff", "log", "system")


@dataclass
class Colleague:
    """A browser of somebody who uses the desk."""

    site: Visitor
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(f"/desk/{path}", buffered=True)

    def post(self, path: str, page: str | None = None, **values: str) -> TestResponse:
        """Send a form from a page (its own, if none is named)."""
        html = self.get(path if page is None else page).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert found, html
        form = {"csrf_token": found[1], **values}
        return self.client.post(f"/desk/{path}", data=form, buffered=True)

    def sign_in(self, address: str = ADA, password: str = PASSWORD, **more: str) -> TestResponse:
        """Send the form of the door."""
        return self.post("sign-in", address=address, password=password, **more)


def add(site: Visitor, address: str = ADA, role: Role = Role.ADMIN, language: str = "en") -> int:
    """Let somebody into the desk who has chosen a password."""
    now = site.watch()
    with site.services.database.transaction() as session:
        new = people.NewStaff(address, "", language, role)
        staff = people.add(session, new, Actor(None, now))
        choose_password(session, staff, PASSWORD, now)
        return staff.id


def browser(site: Visitor) -> Colleague:
    """Give a browser that nobody has used yet."""
    return Colleague(site, site.app.test_client())


@pytest.fixture
def ada(site: Visitor) -> Colleague:
    """Give the browser of an admin who is signed in."""
    add(site)
    made = browser(site)
    assert made.sign_in().status_code == 303
    return made


def rows(site: Visitor, kind: type) -> list[object]:
    """Give all rows of a kind."""
    with site.services.database.reading() as session:
        return list(session.scalars(select(kind)))


def test_every_route_of_the_desk_names_the_role_that_it_needs(site: Visitor) -> None:
    found = {
        rule.endpoint: getattr(site.app.view_functions[rule.endpoint], NEEDS, None)
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
    }
    assert len(found) > 12
    assert set(found.values()) <= {OPEN, *map(str, Role)}
    doors = {name for name, role in found.items() if role == OPEN}
    assert {name.partition(".")[0] for name in doors} == {"desk_signin"}


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_the_door_and_back(site: Visitor, page: str) -> None:
    add(site)
    stranger = browser(site)
    away = stranger.get(page)
    assert away.status_code == 303
    assert away.headers["Location"].startswith("/desk/sign-in")
    back = stranger.sign_in(next=f"/desk/{page}")
    assert back.headers["Location"] == f"/desk/{page}"
    assert stranger.get(page).status_code == 200


@pytest.mark.parametrize("place", ["https://evil.example/desk/", "//evil.example", "/en/", "x\\y"])
def test_the_door_leads_nowhere_else(site: Visitor, place: str) -> None:
    add(site)
    assert browser(site).sign_in(next=place).headers["Location"] == "/desk/"


def test_what_is_wrong_is_told_in_the_same_words(site: Visitor) -> None:
    add(site)
    with site.services.database.transaction() as session:
        new = people.NewStaff(EVE, "", "en", Role.VIEWER)
        people.add(session, new, Actor(None, site.watch()))
    stranger = browser(site)
    said = set()
    for address, password in ((ADA, "wrong"), ("no@example.org", PASSWORD), (EVE, ""), ("x", "y")):
        answer = stranger.sign_in(address, password)
        assert answer.status_code == 422
        said |= set(re.findall(r'id="password-fault">([^<]+)<', answer.text))
    assert said == {"The address or the password is not right."}
    assert rows(site, StaffSession) == []


def test_the_cookie_is_kept_from_scripts_other_sites_and_public_pages(ada: Colleague) -> None:
    answer = ada.sign_in()
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2  # the session, and who has been here before
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite" in cookie
        assert "Path=/desk" in cookie
    assert "Set-Cookie" not in ada.client.get("/en/").headers
    page = ada.get("")
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]


@pytest.mark.parametrize("path", ["sign-in", "sign-out", "account", "account/sessions", "staff"])
def test_a_form_without_its_token_changes_nothing(ada: Colleague, path: str) -> None:
    before = ada.site.dump()
    for token in ("", "forged"):
        answer = ada.client.post(f"/desk/{path}", data={"csrf_token": token})
        assert answer.status_code == 400
    assert ada.site.dump() == before


def test_a_stranger_who_guesses_is_held_off_and_locks_nobody_out(ada: Colleague) -> None:
    site = ada.site
    ada.post("sign-out", page="")
    stranger = browser(site)
    for number in range(31):
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        last = stranger.sign_in(password=f"guess {number}")
    assert "tried too often" in last.text
    assert "tried too often" in browser(site).sign_in().text
    assert ada.sign_in().status_code == 303
    site.watch.wait(hours=1, minutes=1)
    assert browser(site).sign_in().status_code == 303


def test_a_session_ends_by_itself_and_by_hand(ada: Colleague) -> None:
    ada.site.watch.wait(hours=13)
    assert ada.get("").status_code == 303
    ada.sign_in(stays="yes")
    ada.site.watch.wait(days=29)
    assert ada.get("").status_code == 200
    assert ada.post("sign-out", page="").headers["Location"] == "/desk/sign-in"
    assert ada.get("").status_code == 303


def test_other_browsers_can_be_signed_out(ada: Colleague) -> None:
    phone, laptop = browser(ada.site), browser(ada.site)
    phone.sign_in()
    laptop.sign_in()
    assert ada.get("account").text.count("Sign out there") == 2
    newest = max(row.id for row in rows(ada.site, StaffSession))  # type: ignore[attr-defined]
    ada.post("account/sessions", page="account", session=str(newest))
    assert (laptop.get("").status_code, phone.get("").status_code) == (303, 200)
    ada.post("account/sessions", page="account", all="yes")
    assert (phone.get("").status_code, ada.get("").status_code) == (303, 200)


def test_nobody_ends_the_session_of_somebody_else(ada: Colleague) -> None:
    add(ada.site, EVE, Role.VIEWER)
    eve = browser(ada.site)
    eve.sign_in(EVE)
    eve.post("account/sessions", page="account", session="1")
    assert ada.get("").status_code == 200


def test_a_new_password_signs_every_other_browser_out(ada: Colleague) -> None:
    phone = browser(ada.site)
    phone.sign_in()
    wrong = ada.post("account/password", page="account", present="no", password="x" * 12)
    assert "not your present password" in wrong.text
    easy = ada.post("account/password", page="account", present=PASSWORD, password="short")
    assert "at least 12 characters" in easy.text
    new = "nine silver mountains"
    done = ada.post("account/password", page="account", present=PASSWORD, password=new)
    assert done.status_code == 303
    assert (ada.get("").status_code, phone.get("").status_code) == (200, 303)
    assert phone.sign_in().status_code == 422
    assert phone.sign_in(password=new).status_code == 303


def test_an_invitation_opens_once_and_only_in_time(ada: Colleague) -> None:
    site = ada.site
    ada.post("staff", address=EVE, name="Eve", role="sender", language="fr")
    with site.services.database.reading() as session:
        eve = people.find(session, EVE)
    link = password_link(site.services.links, eve, good_for=INVITATION, now=site.watch())
    path = link.partition("/desk/")[2]
    guest = browser(site)
    assert EVE in guest.get(path).text
    assert guest.post(path, password="short").status_code == 422
    assert guest.post(path, password=PASSWORD).headers["Location"] == "/desk/"
    assert 'lang="fr"' in guest.get("").text
    assert guest.get(path).status_code == 410
    late = password_link(site.services.links, eve, good_for=INVITATION, now=site.watch())
    site.watch.wait(days=8)
    assert browser(site).get(late.partition("/desk/")[2]).status_code == 410


def test_a_forgotten_password_is_answered_the_same_for_anybody(ada: Colleague) -> None:
    stranger = browser(ada.site)
    answers = [stranger.post("forgotten", address=each) for each in (ADA, "no@example.org", "x")]
    assert len({(each.status_code, each.headers["Location"]) for each in answers}) == 1
    assert "Look into your mailbox" in stranger.get("forgotten?sent=yes").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.SENDER])
def test_only_admins_see_people_and_the_log(site: Visitor, role: Role) -> None:
    add(site, EVE, role)
    eve = browser(site)
    eve.sign_in(EVE)
    html = eve.get("").text
    for page in ("staff", "log"):
        answer = eve.get(page)
        assert answer.status_code == 403
        assert "Ask an admin" in answer.text
        assert f"/desk/{page}" not in html


def test_an_admin_gives_roles_and_shuts_out_and_the_log_tells_it(ada: Colleague) -> None:
    number = add(ada.site, EVE, Role.VIEWER)
    eve = browser(ada.site)
    eve.sign_in(EVE)
    ada.post(f"staff/{number}", page="staff", do="role", role="sender")
    ada.post(f"staff/{number}", page="staff", do="shut-out")
    assert eve.get("").status_code == 303
    assert eve.sign_in(EVE).status_code == 422
    ada.post(f"staff/{number}", page="staff", do="let-in")
    assert eve.sign_in(EVE).status_code == 303
    told = [(row.who, row.act, row.before, row.after) for row in _acts(ada.site)]
    assert (ADA, "staff.role", {"role": "viewer"}, {"role": "sender"}) in told
    assert {"staff.shut_out", "staff.let_in"} <= {act for _, act, _, _ in told}
    html = ada.get("log").text
    assert "Gave a role" in html
    assert EVE in html


def test_shutting_out_asks_first_and_changes_nothing_by_asking(ada: Colleague) -> None:
    number = add(ada.site, EVE, Role.SENDER)
    assert f"/desk/staff/{number}/shut-out" in ada.get("staff").text
    asked = ada.get(f"staff/{number}/shut-out").text
    assert f"Shut {EVE} out?" in asked
    assert "sender" in asked
    assert browser(ada.site).sign_in(EVE).status_code == 303
    ada.post(f"staff/{number}", page=f"staff/{number}/shut-out", do="shut-out")
    assert browser(ada.site).sign_in(EVE).status_code == 422
    assert ada.get(f"staff/{number}/shut-out").status_code == 303
    for nobody in (999, 0, 10**30):
        assert ada.get(f"staff/{nobody}/shut-out").status_code == 404


def test_a_page_that_is_not_there_leads_back_into_the_desk(ada: Colleague) -> None:
    for page in ("nowhere", "campaigns/999", "segments/nobody"):
        answer = ada.get(page)
        assert answer.status_code == 404
        assert "has been deleted" in answer.text
        assert "first page" not in answer.text
        assert 'href="/desk/">Back to the overview' in answer.text


def test_the_last_admin_stays(ada: Colleague) -> None:
    [own] = [row.id for row in _staff(ada.site)]
    for do in ({"do": "shut-out"}, {"do": "role", "role": "viewer"}):
        answer = ada.post(f"staff/{own}", page="staff", **do)
        assert answer.status_code == 422
        assert "Make somebody else admin first" in answer.text
    assert ada.get("staff").status_code == 200
    assert ada.post("staff/999", page="staff", do="shut-out").status_code == 404


def test_somebody_is_added_once(ada: Colleague) -> None:
    for address, code in ((EVE, 303), (EVE.upper(), 422), ("nonsense", 422)):
        answer = ada.post("staff", address=address, role="editor", language="en")
        assert answer.status_code == code
    assert ada.post("staff", address="z@example.org", role="emperor").status_code == 422


def test_looking_around_changes_no_row(ada: Colleague) -> None:
    before = ada.site.dump()
    parts = ("running", "needs", "?month=2026-12&view=month", "?view=agenda")
    for page in (*PAGES, *parts, "sign-in", "forgotten", "log?before=1&kind=staff.role"):
        for ask in (ada.client.get, ada.client.head, ada.client.options):
            assert ask(f"/desk/{page}").status_code == 200
    assert ada.site.dump() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_speaks_the_language_of_its_reader(site: Visitor, language: str) -> None:
    add(site, language=language)
    colleague = browser(site)
    assert f'lang="{language}"' in colleague.get(f"sign-in?language={language}").text
    colleague.sign_in()
    for page in PAGES:
        assert f'<html lang="{language}"' in colleague.get(page).text


def test_ones_own_name_and_language_can_be_changed(ada: Colleague) -> None:
    ada.post("account", name="Ada", language="es")
    assert '<html lang="es"' in ada.get("account").text
    ada.post("account", name="Ada", language="xx")
    assert [row.language for row in _staff(ada.site)] == ["es"]


def _acts(site: Visitor) -> list[Act]:
    return [row for row in rows(site, Act) if isinstance(row, Act)]


def _staff(site: Visitor) -> list[Staff]:
    return [row for row in rows(site, Staff) if isinstance(row, Staff)]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_do(agent: str, said: str) -> None:
    assert said_browser(agent) == said


def test_a_role_that_was_just_taken_away_does_not_count(
    ada: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = add(ada.site, EVE, Role.ADMIN)
    eve = browser(ada.site)
    eve.sign_in(EVE)
    taken: list[bool] = []
    page = eve.get("staff").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    original = access._turned_away

    def after_the_check(role: Role) -> object:
        answer = original(role)
        if not taken:
            taken.append(True)
            with ada.site.services.database.transaction() as session:
                staff = session.get_one(Staff, number)
                staff.role = Role.VIEWER
        return answer

    monkeypatch.setattr(access, "_turned_away", after_the_check)
    form = {"csrf_token": token[1], "do": "role", "role": "admin"}
    answer = eve.client.post(f"/desk/staff/{number}", data=form)
    assert answer.status_code == 403
    assert {row.role for row in _staff(ada.site) if row.id == number} == {Role.VIEWER}


def test_a_password_that_changed_meanwhile_opens_nothing(
    site: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = add(site)
    right = passwords.is_right

    def slow(stored: str, password: str) -> bool:
        answer = right(stored, password)
        with site.services.database.transaction() as session:
            choose_password(
                session, session.get_one(Staff, number), "x" * 6 + "abcdefg", site.watch()
            )
        return answer

    stranger = browser(site)
    page = stranger.get("sign-in").text
    monkeypatch.setattr(passwords, "is_right", slow)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "address": ADA, "password": PASSWORD}
    assert stranger.client.post("/desk/sign-in", data=form).status_code == 422
    assert rows(site, StaffSession) == []


def test_a_crowded_network_does_not_lock_a_known_browser_out(ada: Colleague) -> None:
    ada.post("sign-out", page="")
    stranger = browser(ada.site)
    for number in range(51):
        stranger.sign_in(f"nobody{number}@example.org")
    assert "tried too often" in stranger.sign_in().text
    assert ada.sign_in().status_code == 303


def test_whoever_came_by_a_mailed_link_is_known_too(site: Visitor) -> None:
    add(site)
    with site.services.database.reading() as session:
        staff = people.find(session, ADA)
    link = password_link(site.services.links, staff, good_for=INVITATION, now=site.watch())
    guest = browser(site)
    guest.post(link.partition("/desk/")[2], password=PASSWORD)
    guest.post("sign-out", page="")
    for number in range(31):
        other = browser(site)
        other.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        other.sign_in(password="guess")
    assert guest.sign_in().status_code == 303


def test_a_known_browser_is_held_off_wherever_it_is(ada: Colleague) -> None:
    ada.post("sign-out", page="")
    for number in range(11):
        ada.client.environ_base["REMOTE_ADDR"] = f"2001:db8:{number}::1"
        last = ada.sign_in(password="guess")
    assert "tried too often" in last.text


def test_the_present_password_cannot_be_guessed(ada: Colleague) -> None:
    for number in range(11):
        last = ada.post("account/password", page="account", present=f"{number}", password="x" * 12)
    assert "tried too often" in last.text


def test_one_colleague_gets_one_link_in_ten_minutes(ada: Colleague) -> None:
    for number in range(4):
        stranger = browser(ada.site)
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        stranger.post("forgotten", address=ADA)
    assert [act.act for act in _acts(ada.site)].count("staff.link") == 1


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (f"staff/{10**30}", {"do": "shut-out"}),
        ("staff/1", {"do": "nonsense"}),
        ("account/sessions", {"session": str(10**30)}),
        ("account/sessions", {"session": "abc"}),
        ("account/second", {"do": "confirm", "code": "١٢٣٤٥٦"}),
    ],
)
def test_odd_values_are_answered_and_change_nothing(
    ada: Colleague, path: str, values: dict[str, str]
) -> None:
    before = ada.site.dump()
    page = "staff" if path.startswith("staff") else "account"
    assert ada.post(path, page=page, **values).status_code in (404, 422)
    assert ada.site.dump() == before
    assert ada.get(f"log?before={10**30}").status_code == 200


@pytest.mark.parametrize("place", ["//[", "http://[::1", "/desk/\r\nX: y", "/desk/\x00"])
def test_a_crafted_way_back_leads_home(site: Visitor, place: str) -> None:
    add(site)
    answer = browser(site).sign_in(next=place)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")


def test_errors_in_the_desk_stay_in_it_and_speak_its_language(site: Visitor) -> None:
    add(site, language="fr")
    colleague = browser(site)
    colleague.sign_in()
    missing = colleague.get("nothing")
    assert missing.status_code == 404
    assert '<html lang="fr"' in missing.text
    assert "Accueil" in missing.text
    assert colleague.client.post("/desk/staff").status_code == 400


def test_signing_in_again_ends_the_session_of_before(ada: Colleague) -> None:
    ada.sign_in()
    ada.sign_in()
    assert len(rows(ada.site, StaffSession)) == 1
    assert [act.act for act in _acts(ada.site)].count("staff.sign_in") == 3


def test_the_invited_choose_their_password_in_their_language(ada: Colleague) -> None:
    ada.post("staff", address=EVE, role="viewer", language="es")
    with ada.site.services.database.reading() as session:
        eve = people.find(session, EVE)
    link = password_link(ada.site.services.links, eve, good_for=INVITATION, now=ada.site.watch())
    assert '<html lang="es"' in browser(ada.site).get(link.partition("/desk/")[2]).text


def test_a_session_that_ended_a_moment_ago_is_told_in_its_own_words(
    ada: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = access._turned_away

    def ended_after_the_check(role: Role) -> object:
        answer = original(role)
        with ada.site.services.database.transaction() as session:
            session.execute(delete(StaffSession))
        return answer

    form = _form(ada, "account", name="Ada", language="es")
    monkeypatch.setattr(access, "_turned_away", ended_after_the_check)
    answer = ada.client.post("/desk/account", data=form)
    assert answer.status_code == 401
    assert "You are not signed in any more" in answer.text
    assert "Nothing was changed" in answer.text
    assert 'href="/desk/sign-in"' in answer.text
    assert [row.language for row in _staff(ada.site)] == ["en"]


def test_a_note_tells_of_what_was_done_once_and_no_address_makes_one_up(ada: Colleague) -> None:
    for page in ("account", "staff"):
        for word in ("saved", "password", "added", "role", "link", "x"):
            assert 'role="status"' not in ada.get(f"{page}?done={word}").text
    ada.client.post("/desk/account", data=_form(ada, "account", name="Ada", language="en"))
    assert 'role="status"' not in ada.get("staff").text  # it waits for its own room
    assert "Saved." in ada.get("account").text
    assert 'role="status"' not in ada.get("account").text


def test_only_pages_of_the_desk_may_fetch_and_only_from_here(ada: Colleague) -> None:
    for path in ("", "running", "nothing"):
        assert ada.get(path).headers["Content-Security-Policy"] == f"{STRICT}; connect-src 'self'"
    assert ada.client.get("/en/").headers["Content-Security-Policy"] == STRICT


def test_a_note_is_in_the_cookie_of_the_desk_alone(ada: Colleague) -> None:
    answer = ada.post("account", name="Ada", language="en")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert "Path=/desk" in cookie
    assert "HttpOnly" in cookie


def test_every_form_of_the_desk_takes_its_token_from_one_place(ada: Colleague) -> None:
    folder = ada.site.home / "templates" / "web" / "desk"
    written = [path.name for path in folder.rglob("*.html") if "csrf_token" in path.read_text()]
    assert written == ["token.html"]
    for page in PAGES:
        forms = re.findall(r"<form[^>]*post.*?</form>", ada.get(page).text, re.DOTALL)
        assert forms
        assert all('name="csrf_token" value="' in form for form in forms)


def _form(colleague: Colleague, page: str, **values: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', colleague.get(page).text)
    assert found
    return {"csrf_token": found[1], **values}
