"""People and machines that do the same at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from outreach.audience import ledger, preferences, unsubscribe
from outreach.audience.models import Method, Subscriber, SubscriptionState
from outreach.delivery.models import Address
from tests.audience.conftest import House

CONFIRMED, UNSUBSCRIBED = SubscriptionState.CONFIRMED, SubscriptionState.UNSUBSCRIBED


def together(*actions: Callable[[], object]) -> list[object]:
    """Do things in threads that begin at one moment; give what each gave."""
    start = Barrier(len(actions))

    def begin(action: Callable[[], object]) -> object:
        start.wait(10)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [each.result(30) for each in [pool.submit(begin, action) for action in actions]]


def whole(house: House) -> bool:
    with house.database.reading() as session:
        return ledger.verify(session).whole


def leave(house: House, number: int) -> bool:
    with house.database.transaction() as session:
        return unsubscribe.one_click(session, number, 0, 1, house.now, Method.ONE_CLICK)


def test_many_sign_ups_of_one_new_address_are_one_person_and_one_mail(house: House) -> None:
    together(*[lambda: house.sign_up("new@example.org")] * 6)
    assert len(house.mails()) == 1
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1
        assert session.scalar(select(func.count()).select_from(Address)) == 1


def test_many_clicks_confirm_once(house: House) -> None:
    house.sign_up("amina@example.org", "news", "events")
    together(*[house.confirm] * 6)
    assert len(house.mails()) == 2
    assert len(house.lines()) == 2
    assert whole(house)


def test_many_people_at_once_leave_the_ledger_whole(house: House) -> None:
    for number in range(6):
        house.sign_up(f"person{number}@example.org")
    together(*[lambda mail=mail: house.confirm(mail) for mail in house.mails()])
    assert len(house.lines()) == 6
    assert whole(house)


def test_leaving_and_confirming_at_once_end_as_the_ledger_says(house: House) -> None:
    number = house.subscribe("amina@example.org", "news")
    house.sign_up("amina@example.org", "events")
    together(house.confirm, lambda: leave(house, number))
    states = house.states(number)
    last = {topic: action for topic, action, _ in house.said()}
    assert states["news"] == UNSUBSCRIBED
    assert (states["events"] == CONFIRMED) == (last["events"] == "granted")
    assert whole(house)


def test_leaving_twice_at_once_is_written_down_once(house: House) -> None:
    number = house.subscribe()
    assert sorted(map(bool, together(*[lambda: leave(house, number)] * 4))) == [
        False,
        False,
        False,
        True,
    ]
    assert house.said()[1:] == [("news", "withdrawn", "one-click"), ("*", "withdrawn", "one-click")]


def test_undoing_twice_at_once_is_written_down_once(house: House) -> None:
    number = house.subscribe()
    leave(house, number)

    def undo() -> object:
        with house.database.transaction() as session:
            return preferences.undo(session, number, house.now)

    assert sorted(map(str, together(undo, undo, undo))) == ["('news',)", "()", "()"]
    assert len(house.lines()) == 4
    assert whole(house)
