"""The second step of signing in: codes of an app, codes on paper, each once."""

import re

import pyotp
import pytest
from sqlalchemy import select

from outreach.staff.models import RecoveryCode, Staff
from tests.web.test_desk import ADA, PASSWORD, Colleague, add, browser
from tests.web.visitor import Visitor


@pytest.fixture
def ada(site: Visitor) -> Colleague:
    """Give the browser of an admin who is signed in."""
    add(site)
    made = browser(site)
    made.sign_in()
    return made


def code(site: Visitor, key: str, *, steps: int = 0) -> str:
    """Give what the app shows now, or some steps later."""
    return pyotp.TOTP(key).at(site.watch(), counter_offset=steps)


def set_up(ada: Colleague) -> tuple[str, list[str]]:
    """Turn the second step on; give the key and the recovery codes."""
    ada.post("account/second", page="account", do="begin")
    found = re.search(r"<code>([A-Z2-7]{32})</code>", ada.get("account").text)
    assert found
    html = ada.post(
        "account/second", page="account", do="confirm", code=code(ada.site, found[1])
    ).text
    codes = re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", html)
    assert len(codes) == 10
    ada.site.watch.wait(minutes=2)
    return found[1], codes


def test_the_password_alone_opens_nothing_once_it_is_on(ada: Colleague) -> None:
    key, _ = set_up(ada)
    phone = browser(ada.site)
    half = phone.sign_in(next="/desk/log")
    assert half.headers["Location"] == "/desk/second-step"
    assert phone.get("").status_code == 303
    assert phone.post("second-step", code="000000").status_code == 422
    assert phone.get("").status_code == 303
    done = phone.post("second-step", code=code(ada.site, key))
    assert done.headers["Location"] == "/desk/log"
    assert phone.get("").status_code == 200


def test_a_code_counts_once_and_only_around_its_time(ada: Colleague) -> None:
    key, _ = set_up(ada)
    first, second = browser(ada.site), browser(ada.site)
    shown = code(ada.site, key)
    for each in (first, second):
        each.sign_in()
    assert first.post("second-step", code=f"{shown[:3]} {shown[3:]}").status_code == 303
    assert second.post("second-step", code=shown).status_code == 422
    assert second.post("second-step", code=code(ada.site, key, steps=5)).status_code == 422
    assert second.post("second-step", code=code(ada.site, key, steps=1)).status_code == 303


def test_a_code_on_paper_counts_once(ada: Colleague) -> None:
    _, codes = set_up(ada)
    for answer in (303, 422):
        phone = browser(ada.site)
        phone.sign_in()
        assert phone.post("second-step", code=codes[0].upper()).status_code == answer
    assert "recovery code" in ada.get("log").text
    with ada.site.services.database.reading() as session:
        rows = list(session.scalars(select(RecoveryCode)))
    assert len(rows) == 9
    assert not any(codes[1].replace("-", "").encode() in row.digest for row in rows)


def test_guessing_codes_is_held_off(ada: Colleague) -> None:
    key, _ = set_up(ada)
    thief = browser(ada.site)
    thief.sign_in()
    for number in range(11):
        last = thief.post("second-step", code=f"{number:06}")
    assert "tried too often" in last.text
    assert thief.post("second-step", code=code(ada.site, key)).status_code == 422


def test_the_moment_between_the_steps_is_short(ada: Colleague) -> None:
    key, _ = set_up(ada)
    phone = browser(ada.site)
    phone.sign_in()
    form = phone.get("second-step").text
    assert "The second step" in form
    ada.site.watch.wait(minutes=6)
    assert phone.get("second-step").status_code == 303
    answer = phone.post("second-step", page="sign-in", code=code(ada.site, key))
    assert answer.headers["Location"] == "/desk/sign-in"


def test_a_mailed_link_does_not_get_around_it(ada: Colleague) -> None:
    from outreach.staff.invitations import RESET, password_link  # noqa: PLC0415

    set_up(ada)
    with ada.site.services.database.reading() as session:
        staff = session.scalars(select(Staff)).one()
    link = password_link(ada.site.services.links, staff, good_for=RESET, now=ada.site.watch())
    thief = browser(ada.site)
    answer = thief.post(link.partition("/desk/")[2], password="another long password")
    assert answer.headers["Location"] == "/desk/second-step"
    assert thief.get("").status_code == 303


def test_it_is_not_on_before_a_first_code_and_off_only_with_the_password(ada: Colleague) -> None:
    ada.post("account/second", page="account", do="begin")
    wrong = ada.post("account/second", page="account", do="confirm", code="123456")
    assert "That code is not right" in wrong.text
    assert browser(ada.site).sign_in().headers["Location"] == "/desk/"
    set_up(ada)
    kept = ada.post("account/second", page="account", do="off", second_present="wrong")
    assert "not your present password" in kept.text
    assert browser(ada.site).sign_in().headers["Location"] == "/desk/second-step"
    ada.post("account/second", page="account", do="off", second_present=PASSWORD)
    assert browser(ada.site).sign_in(ADA).headers["Location"] == "/desk/"
    assert len(re.findall("<td[^>]*>[^<]+second step", ada.get("log").text)) == 2


def test_the_database_alone_gives_no_codes_away(ada: Colleague) -> None:
    key, _ = set_up(ada)
    with ada.site.services.database.reading() as session:
        staff = session.scalars(select(Staff)).one()
        assert key not in repr(vars(staff))
