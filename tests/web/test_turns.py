"""When answers are made anew: by whom, how late, and what stands in where that fails."""

from threading import Event, Thread

import pytest
from flask import Flask

from tests.web.kitchen import LONG, Kitchen


@pytest.fixture
def kitchen() -> Kitchen:
    """Give an application that answers from one place."""
    return Kitchen()


def test_a_change_shows_after_20_seconds_and_one_request_looks_for_it(kitchen: Kitchen) -> None:
    kitchen.get()
    kitchen.said = "changed"
    kitchen.now += 19
    assert kitchen.get().text == LONG
    kitchen.now += 2
    begun, end = Event(), Event()

    def slowly() -> None:
        begun.set()
        end.wait(10)

    kitchen.meanwhile = slowly
    answers: list[str] = []
    slow = Thread(target=lambda: answers.append(kitchen.get().text))
    slow.start()
    assert begun.wait(10)
    assert kitchen.get().text == LONG
    assert kitchen.asked == 2
    end.set()
    slow.join(10)
    assert answers == ["changed"]
    assert kitchen.get().text == "changed"
    assert kitchen.asked == 2


def all_at_once(kitchen: Kitchen, count: int) -> list[str]:
    """Ask in that many threads while the answer is being made; give what they were told."""
    begun, end = Event(), Event()

    def slowly() -> None:
        begun.set()
        end.wait(10)

    kitchen.meanwhile = slowly
    told: list[str] = []
    threads = [Thread(target=lambda: told.append(kitchen.get().text)) for _ in range(count)]
    threads[0].start()
    assert begun.wait(10)
    for each in threads[1:]:
        each.start()
    end.set()
    for each in threads:
        each.join(10)
    return told


def test_of_many_that_ask_for_what_is_not_there_one_makes_it(kitchen: Kitchen) -> None:
    assert all_at_once(kitchen, 16) == [LONG] * 16
    assert kitchen.asked == 1
    kitchen.now += 51
    kitchen.said = "changed"
    assert all_at_once(kitchen, 16) == ["changed"] * 16
    assert kitchen.asked == 2


def test_who_waited_long_enough_makes_it_too() -> None:
    kitchen = Kitchen(patience=0)
    begun, end = Event(), Event()

    def slowly() -> None:
        kitchen.meanwhile = lambda: None
        begun.set()
        end.wait(10)

    kitchen.meanwhile = slowly
    slow = Thread(target=kitchen.get)
    slow.start()
    assert begun.wait(10)
    assert kitchen.get().text == LONG
    assert kitchen.asked == 2
    end.set()
    slow.join(10)


def test_who_waited_for_what_fails_is_told_so_and_the_next_may_try(kitchen: Kitchen) -> None:
    kitchen.fails = True
    assert all_at_once(kitchen, 4) != [LONG] * 4
    kitchen.fails = False
    assert kitchen.get().text == LONG


def test_nothing_is_given_that_is_older_than_50_seconds(kitchen: Kitchen) -> None:
    kitchen.get()
    kitchen.said = "changed"
    kitchen.now += 50
    assert kitchen.get().text == "changed"


def test_what_took_long_is_as_old_as_its_beginning(kitchen: Kitchen) -> None:
    def slowly() -> None:
        kitchen.now += 30

    kitchen.meanwhile = slowly
    kitchen.get()
    assert kitchen.layer.shelf.get(("/soup", "")).again < kitchen.now  # type: ignore[union-attr]


def test_a_failure_is_hidden_by_an_old_answer_while_that_is_good(kitchen: Kitchen) -> None:
    kitchen.get()
    kitchen.fails = True
    kitchen.now += 21
    assert kitchen.get().text == LONG
    assert kitchen.get().text == LONG
    assert kitchen.asked == 2
    kitchen.now += 6
    assert kitchen.get().text == LONG
    assert kitchen.asked == 3
    kitchen.now += 30
    assert kitchen.get().status_code == 500
    kitchen.fails = False
    assert kitchen.get().text == LONG


def test_what_grew_too_old_while_a_failure_took_its_time_is_not_given(kitchen: Kitchen) -> None:
    def slowly() -> None:
        kitchen.now += 30

    kitchen.get()
    kitchen.now += 40
    kitchen.fails, kitchen.meanwhile = True, slowly
    failed = kitchen.get()
    assert failed.status_code == 500
    assert "Internal Server Error" in failed.text


def test_an_application_that_raises_is_no_other_failure() -> None:
    told = []

    def broken(*_: object) -> list[bytes]:
        raise RuntimeError("no answer at all")

    kitchen = Kitchen()
    kitchen.get()
    kitchen.layer.application = broken
    kitchen.now += 21
    told.append(kitchen.get().text)
    kitchen.now += 60
    with pytest.raises(RuntimeError):
        kitchen.get()
    assert told == [LONG]


def test_what_is_gone_is_forgotten(kitchen: Kitchen) -> None:
    kitchen.get()
    assert len(kitchen.layer.shelf) == 1
    kitchen.layer.application = Flask("nothing").wsgi_app
    kitchen.now += 21
    assert kitchen.get().status_code == 404
    assert len(kitchen.layer.shelf) == 0
