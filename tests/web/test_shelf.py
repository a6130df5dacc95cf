"""Which answers are kept: never too many, and none that is in use driven out."""

import gzip
from threading import Thread

import pytest

from outreach.web.shelf import Shelf
from tests.web.kitchen import LONG, Kitchen


@pytest.fixture
def kitchen() -> Kitchen:
    """Give an application that answers from one place."""
    return Kitchen()


def test_equal_bytes_are_packed_and_counted_once(kitchen: Kitchen) -> None:
    shelf = kitchen.layer.shelf
    kitchen.get("/soup")
    size = shelf.size
    kitchen.get("/broth")
    kitchen.get("/soup?a=1")
    assert (len(shelf), shelf.size) == (3, size)
    packed = [shelf.get((path, "")).answer.packed.body for path in ("/soup", "/broth")]  # type: ignore[union-attr]
    assert packed[0] is packed[1]
    shelf.forget(("/soup", ""))
    shelf.forget(("/soup", "a=1"))
    assert shelf.size == size
    shelf.forget(("/broth", ""))
    assert (len(shelf), shelf.size) == (0, 0)


def test_a_long_query_is_answered_and_not_kept(kitchen: Kitchen) -> None:
    path = "/soup?a=" + "a" * 2001
    tag = kitchen.get(path).headers["ETag"]
    assert kitchen.get(path, If_None_Match=tag).status_code == 304
    assert kitchen.asked == 2


def test_of_too_many_answers_those_go_that_were_used_longest_ago() -> None:
    kitchen = Kitchen(Shelf(answers=3))
    for name in "abc":
        kitchen.now += 1
        kitchen.get(f"/{name}")
    kitchen.now += 1
    kitchen.get("/a")
    kitchen.now += 1
    kitchen.get("/d")
    assert len(kitchen.layer.shelf) == 3
    assert kitchen.layer.shelf.get(("/b", "")) is None
    assert kitchen.layer.shelf.get(("/a", "")) is not None


def test_what_is_in_use_stays_whatever_addresses_somebody_makes_up() -> None:
    kitchen = Kitchen(Shelf(answers=16))
    shelf = kitchen.layer.shelf
    for name in "abc":
        for _ in range(4):
            kitchen.get(f"/{name}")
    for number in range(100):
        kitchen.get(f"/soup?a={number}")
        kitchen.get(f"/soup?a={number}")
        kitchen.get(f"/broth?a={number}")
        assert len(shelf) <= 16
    assert all(shelf.get((f"/{name}", "")) for name in "abc")


def test_a_full_shelf_lets_in_what_is_asked_for_again() -> None:
    kitchen = Kitchen(Shelf(answers=16))
    for name in "abcdefghijklmnopq":
        for _ in range(3):
            kitchen.get(f"/{name}")
    for _ in range(3):
        kitchen.get("/soup")
    kitchen.get("/once")
    kitchen.get("/another")
    kitchen.get("/third")
    assert kitchen.layer.shelf.get(("/soup", "")) is not None
    assert kitchen.layer.shelf.get(("/once", "")) is None


def test_what_is_too_old_to_be_given_goes_before_what_is_young() -> None:
    kitchen = Kitchen(Shelf(answers=2))
    for _ in range(9):
        kitchen.get("/old")
    kitchen.now += 50
    kitchen.get("/young")
    kitchen.get("/younger")
    assert kitchen.layer.shelf.get(("/old", "")) is None
    assert kitchen.layer.shelf.get(("/young", "")) is not None


def test_guests_take_few_bytes_while_others_need_them() -> None:
    kitchen = Kitchen(Shelf(size=16_000))
    for _ in range(2):
        for value in "abcd":
            kitchen.get(f"/each?a={value}")
    for number in range(50):
        kitchen.get(f"/each?b={number}")
        assert kitchen.layer.shelf.size <= 16_000
    assert all(kitchen.layer.shelf.get(("/each", f"a={value}")) for value in "abcd")


def test_answers_never_take_more_than_their_bytes() -> None:
    kitchen = Kitchen(Shelf(size=4_000))
    for value in "abcd":
        kitchen.now += 1
        kitchen.get(f"/each?a={value}")
    assert 1 <= len(kitchen.layer.shelf) <= 2
    assert 0 < kitchen.layer.shelf.size <= 4_000
    kitchen.said = "x" * 5_000
    assert kitchen.get("/large").status_code == 200
    assert kitchen.layer.shelf.get(("/large", "")) is None


def test_many_threads_at_once_get_whole_answers() -> None:
    kitchen = Kitchen(Shelf(answers=5))
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(150):
            kitchen.now += 1
            answer = kitchen.get(f"/{(turn * number) % 9}", Accept_Encoding="gzip")
            if gzip.decompress(answer.data) != LONG.encode():
                wrong.append(str(number))

    threads = [Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    assert len(kitchen.counted) == 8 * 150
    assert len(kitchen.layer.shelf) <= 5
