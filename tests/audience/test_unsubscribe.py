"""One click, and the mail that does the same."""

from sqlalchemy import select

from outreach.audience import ledger, unsubscribe
from outreach.audience.models import Method, SubscriptionState
from outreach.db import hits
from outreach.delivery.models import ReceivedKind, ReceivedMail, State
from outreach.links import Links, Purpose
from tests.audience.conftest import House

BATCH = 42


def click(house: House, subscriber: int, topic: int) -> bool:
    with house.database.transaction() as session:
        return unsubscribe.one_click(session, subscriber, topic, BATCH, house.now, Method.ONE_CLICK)


def left_because_of_the_batch(house: House) -> int:
    with house.database.reading() as session:
        return hits.total(session, unsubscribe.UNSUBSCRIBED, str(BATCH))


def receive(house: House, token: str | None, key: str) -> None:
    with house.database.transaction() as session:
        session.add(
            ReceivedMail(
                key=key,
                kind=ReceivedKind.UNSUBSCRIBE,
                received_at=house.now,
                token=token,
                raw=b"Subject: unsubscribe\r\n\r\n",
            )
        )


def drain(house: House, links: Links) -> int:
    """Carry out all requests, one a transaction; give how many there were."""
    number = 0
    while True:
        with house.database.transaction() as session:
            handled = unsubscribe.drain_unsubscribe_mail(session, links, house.now)
        assert handled <= 1
        if not handled:
            return number
        number += handled


def test_one_click_takes_effect_at_once_for_what_is_queued_too(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    news, events = house.queue(number, "news"), house.queue(number, "events")
    assert click(house, number, house.topic("news").id)
    assert house.states(number)["news"] == SubscriptionState.UNSUBSCRIBED
    assert house.states(number)["events"] == SubscriptionState.CONFIRMED
    assert (house.state_of(news), house.state_of(events)) == (State.CANCELLED, State.QUEUED)
    assert house.said()[-1] == ("news", "withdrawn", "one-click")


def test_a_second_click_changes_nothing(house: House) -> None:
    number = house.subscribe()
    topic = house.topic("news").id
    assert click(house, number, topic)
    assert not click(house, number, topic)
    assert len(house.lines()) == 2
    assert left_because_of_the_batch(house) == 1


def test_a_click_without_a_topic_leaves_everything(house: House) -> None:
    number = house.subscribe("amina@example.org", "news", "events")
    assert click(house, number, 0)
    assert house.person(number).left_at == house.now
    assert set(house.states(number).values()) == {SubscriptionState.UNSUBSCRIBED}


def test_a_click_for_somebody_who_is_gone_says_nothing(house: House) -> None:
    number = house.subscribe()
    assert not click(house, number + 1, house.topic("news").id)
    assert not click(house, number, 4711)
    assert len(house.lines()) == 1
    assert left_because_of_the_batch(house) == 0


def test_the_page_shows_the_topic_and_changes_nothing(house: House) -> None:
    number = house.subscribe(language="fr")
    topic = house.topic("news")
    with house.database.reading() as session:
        shown = unsubscribe.read(session, number, topic.id)
        assert shown is not None
        assert (shown.language, shown.topic, shown.subscribed) == ("fr", "news", True)
        assert shown.names == topic.names
        assert unsubscribe.read(session, number + 1, topic.id) is None
    click(house, number, topic.id)
    with house.database.reading() as session:
        later = unsubscribe.read(session, number, topic.id)
    assert later is not None
    assert not later.subscribed


def test_mail_unsubscribes_as_a_click_does(house: House, links: Links) -> None:
    number = house.subscribe()
    queued = house.queue(number)
    token = links.token(Purpose.UNSUBSCRIBE, number, house.topic("news").id, BATCH)
    receive(house, token, "INBOX:1:1")
    receive(house, token, "INBOX:1:2")
    assert drain(house, links) == 2
    assert house.states(number) == {"news": SubscriptionState.UNSUBSCRIBED}
    assert house.state_of(queued) == State.CANCELLED
    assert house.said()[1:] == [("news", "withdrawn", "mail")]
    assert drain(house, links) == 0


def test_mail_with_a_token_that_is_not_ours_is_set_aside(house: House, links: Links) -> None:
    number = house.subscribe()
    topic = house.topic("news").id
    receive(house, "nonsense", "INBOX:1:1")
    receive(house, None, "INBOX:1:2")
    receive(house, links.token(Purpose.PREFERENCES, number, topic, BATCH), "INBOX:1:3")
    receive(house, links.token(Purpose.UNSUBSCRIBE, number), "INBOX:1:4")
    assert drain(house, links) == 4
    assert house.states(number) == {"news": SubscriptionState.CONFIRMED}
    with house.database.reading() as session:
        waiting = select(ReceivedMail).where(ReceivedMail.handled_at.is_(None))
        assert session.scalars(waiting).all() == []


def test_mail_from_the_sandbox_of_a_test_is_handled_and_changes_nothing(
    house: House, links: Links
) -> None:
    number = house.subscribe()
    topic = house.topic("news").id
    receive(house, links.token(Purpose.SANDBOX, topic, BATCH), "INBOX:1:1")
    receive(house, links.token(Purpose.SANDBOX, number, topic, BATCH), "INBOX:1:2")
    said = house.said()
    assert drain(house, links) == 2
    assert drain(house, links) == 0
    assert house.states(number) == {"news": SubscriptionState.CONFIRMED}
    assert house.said() == said


def test_many_mails_at_once_leave_the_ledger_whole(house: House, links: Links) -> None:
    topic = house.topic("news").id
    people = [house.subscribe(f"person{number}@example.org") for number in range(5)]
    for number in reversed(people):
        token = links.token(Purpose.UNSUBSCRIBE, number, topic, BATCH)
        receive(house, token, f"INBOX:1:{number}")
    assert drain(house, links) == 5
    assert left_because_of_the_batch(house) == 5
    with house.database.reading() as session:
        assert ledger.verify(session).whole
