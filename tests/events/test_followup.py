"""Afterwards: everybody who had a seat gets what there is to see, in the fitting words, once."""

from datetime import UTC, datetime

import pytest

from outreach.errors import Refused
from outreach.events.followup import planned, release_follow_up
from outreach.events.registration_models import RegistrationState
from tests.events.hall import TALK, Hall

AFTER = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
SEEN = 'recording = "https://video.example.org/talk"\nslides = "https://slides.example.org/talk"\n'


def send(hall: Hall) -> None:
    """Release the follow-up, and tell everybody."""
    with hall.home.database.transaction() as session:
        release_follow_up(session, hall.occurrence(session), hall.home.now)
    hall.tell()


@pytest.fixture
def after(hall: Hall) -> Hall:
    """Give the hall the day after, with three people who had a seat and one who had none."""
    hall.seat("came@example.org", state=RegistrationState.ATTENDED)
    hall.seat("missed@example.org", state=RegistrationState.ABSENT, language="fr")
    hall.seat("unmarked@example.org", invited=False)
    hall.seat("gone@example.org", state=RegistrationState.CANCELLED)
    hall.home.now = AFTER
    hall.sync(SEEN + TALK)
    return hall


def test_who_came_and_who_did_not_read_other_words(after: Hall) -> None:
    with after.home.database.reading() as session:
        plan = planned(session, after.site(session), after.occurrence(session))
    assert (plan.took_part, plan.missed, plan.all) == ({"en": 1}, {"fr": 1, "en": 1}, {})
    send(after)
    came, missed, unmarked = after.sent()
    assert "it was good to have you with us" in came.text
    assert "nous regrettons" in missed.text
    assert "sorry that you could not come" in unmarked.text
    for mail in (came, missed, unmarked):
        assert "https://video.example.org/talk" in mail.text
        assert "https://slides.example.org/talk" in mail.text


def test_it_is_sent_once(after: Hall) -> None:
    send(after)
    with pytest.raises(Refused, match="sent already"):
        send(after)
    assert after.tell() == 0
    assert len(after.sent()) == 3


def test_it_waits_for_the_end_and_for_something_to_see(hall: Hall) -> None:
    hall.seat()
    hall.sync(SEEN + TALK)
    with pytest.raises(Refused, match="not over"):
        send(hall)
    hall.sync(TALK)
    hall.home.now = AFTER
    with pytest.raises(Refused, match="nothing to see"):
        send(hall)
    hall.sync(f'{SEEN}status = "cancelled"\n{TALK}')
    with pytest.raises(Refused, match="did not take place"):
        send(hall)


def test_what_there_is_not_is_not_promised(after: Hall) -> None:
    after.sync(SEEN.splitlines()[0] + "\n" + TALK)
    send(after)
    assert "See the slides" not in after.sent()[0].text


def test_where_nobody_knows_who_came_all_read_the_same(after: Hall) -> None:
    after.sync(SEEN + TALK.replace('online_url = "https://meet.example.org/secret"\n', ""))
    with after.home.database.reading() as session:
        plan = planned(session, after.site(session), after.occurrence(session))
    assert plan.all == {"en": 2, "fr": 1}
    send(after)
    assert "thank you for your interest" in after.sent()[0].text
    assert "thank you for your interest" in after.sent()[2].text
