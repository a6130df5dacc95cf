"""Who gets a topic, and why not."""

from datetime import timedelta

from sqlalchemy import update

from outreach.audience import preferences, segments
from outreach.audience.models import Subscriber
from outreach.audience.segments import Counted, LeftOut
from outreach.delivery.addresses import address_hash
from outreach.delivery.models import SuppressionReason
from outreach.delivery.suppressions import suppress
from tests.audience.conftest import KEY, House


def count(house: House) -> list[Counted]:
    with house.database.reading() as session:
        return segments.count(session, house.topic("news").id, house.now)


def pause(house: House, number: int) -> None:
    with house.database.transaction() as session:
        until = house.now + timedelta(days=7)
        session.execute(
            update(Subscriber).where(Subscriber.id == number).values(paused_until=until)
        )


def test_everybody_who_has_the_topic_is_there_with_the_reason_of_who_is_left_out(
    house: House,
) -> None:
    house.subscribe("one@example.org", "news", language="fr")
    paused = house.subscribe("two@example.org")
    pause(house, paused)
    house.subscribe("three@example.org")
    with house.database.transaction() as session:
        hashed = address_hash("three@example.org", KEY)
        suppress(session, hashed, SuppressionReason.BOUNCE, house.now)
    house.sign_up("four@example.org")
    left = house.subscribe("five@example.org", "news", "events")
    house.leave(left, "news")
    house.subscribe("six@example.org", "events")
    assert sorted(count(house), key=str) == [
        Counted("en", LeftOut.PAUSED, 1),
        Counted("en", LeftOut.SUPPRESSED, 1),
        Counted("en", LeftOut.UNCONFIRMED, 1),
        Counted("fr", None, 1),
    ]


def test_who_left_everything_is_nobodys_concern(house: House) -> None:
    house.sign_up()
    number = house.mails()[-1].recipient
    with house.database.transaction() as session:
        preferences.leave_all(session, number, house.now)
    assert count(house) == []


def test_a_pause_that_is_over_leaves_nobody_out(house: House) -> None:
    number = house.subscribe()
    pause(house, number)
    house.wait(days=7)
    assert [each.left_out for each in count(house)] == [None]


def test_the_count_is_by_language_and_reason(house: House) -> None:
    house.subscribe("one@example.org", language="fr")
    house.subscribe("two@example.org", language="fr")
    paused = house.subscribe("three@example.org", language="fr")
    pause(house, paused)
    house.subscribe("four@example.org", language="es")
    with house.database.transaction() as session:
        hashed = address_hash("four@example.org", KEY)
        suppress(session, hashed, SuppressionReason.STAFF, house.now)
    counted = {(each.language, each.left_out): each.number for each in count(house)}
    assert counted == {
        ("fr", None): 2,
        ("fr", LeftOut.PAUSED): 1,
        ("es", LeftOut.SUPPRESSED): 1,
    }
