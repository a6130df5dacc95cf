"""Answers that are kept before Flask: codings, validators, age, failures, and how many."""

import gzip
from collections.abc import Callable
from threading import Event, Thread

import pytest
from flask import Flask, Response, make_response, request
from werkzeug.test import Client, TestResponse

from outreach.sync import synchronise
from outreach.web.feeds import make_public
from outreach.web.ready import Ready, keep
from outreach.web.security import STRICT
from outreach.web.shelf import Counted, Shelf
from tests.web.visitor import Visitor

TEXT = "text/plain; charset=utf-8"
LONG = "Water and mines. " * 100


class Kitchen:
    """An application of one address, what it says, and how often it was asked."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.now = 1000.0
        self.said = LONG
        self.asked = 0
        self.fails = False
        self.meanwhile: Callable[[], object] = lambda: None
        self.counted: list[Counted] = []
        app = Flask("kitchen")
        app.add_url_rule("/<path:name>", view_func=self.view, methods=["GET", "POST"])
        self.layer = Ready(
            app.wsgi_app, count=self.counted.append, clock=lambda: self.now, shelf=shelf
        )
        self.client = Client(self.layer)

    def view(self, name: str) -> Response:
        """Answer by the name in the address."""
        self.asked += 1
        self.meanwhile()
        if self.fails:
            raise RuntimeError("the kitchen burns")
        if name == "gone":
            return make_response("gone", 404)
        answer = make_public(make_response(self.said), TEXT)
        if name == "cookie":
            answer.set_cookie("who", "you")
        if name == "private":
            answer.headers["Cache-Control"] = "private"
        if name == "bare":
            return answer
        if name == "conditional":
            answer.set_etag("of the view")
            answer.make_conditional(request)
        return keep(answer, counted=(("view", name),))

    def get(self, path: str = "/soup", method: str = "GET", **headers: str) -> TestResponse:
        """Ask; `headers` with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, headers=named, buffered=True)


@pytest.fixture
def kitchen() -> Kitchen:
    """Give an application that answers from one place."""
    return Kitchen()


def test_what_is_kept_is_made_once_and_looks_the_same_the_first_time(kitchen: Kitchen) -> None:
    first, second = kitchen.get(), kitchen.get()
    assert kitchen.asked == 1
    assert first.headers == second.headers
    assert first.data == second.data == LONG.encode()
    assert second.headers["Content-Type"] == TEXT
    assert second.headers["Vary"] == "Accept-Encoding"
    assert second.headers["Content-Length"] == str(len(LONG))


def test_each_query_is_an_answer_of_its_own(kitchen: Kitchen) -> None:
    for path in ("/soup?a=1", "/soup?a=2", "/soup", "/soup?a=1"):
        kitchen.get(path)
    assert kitchen.asked == 3


def test_gzip_has_a_tag_of_its_own_and_is_what_it_says(kitchen: Kitchen) -> None:
    plain, packed = kitchen.get(), kitchen.get(Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    ("wished", "packed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("deflate, x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("identity, gzip;q=0.2", False),
        ("br", False),
        ("", False),
        ("gzip;q=many", False),
        ("gzip," * 100, False),
    ],
)
def test_gzip_is_given_to_those_who_take_it(kitchen: Kitchen, wished: str, *, packed: bool) -> None:
    answer = kitchen.get(Accept_Encoding=wished)
    assert ("Content-Encoding" in answer.headers) is packed


def test_what_does_not_become_smaller_is_not_packed(kitchen: Kitchen) -> None:
    kitchen.said = "short"
    assert kitchen.get(Accept_Encoding="gzip").data == b"short"


@pytest.mark.parametrize("wished", ["{}", "W/{}", '"other", {}', '"a",W/{},"b"'])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_tag_of_either_coding_is_known_again(kitchen: Kitchen, wished: str, coding: str) -> None:
    full = kitchen.get(Accept_Encoding=coding)
    tag = full.headers["ETag"]
    for asked_in in ("gzip", "identity"):
        known = kitchen.get(Accept_Encoding=asked_in, If_None_Match=wished.format(tag))
        assert (known.status_code, known.data) == (304, b"")
        assert known.headers["ETag"] == tag
        for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            assert known.headers[name] == full.headers[name]
        assert "Content-Type" not in known.headers
        assert "Content-Encoding" not in known.headers


def test_a_star_is_any_tag_and_an_unknown_or_broken_one_is_none(kitchen: Kitchen) -> None:
    assert kitchen.get(If_None_Match="*").status_code == 304
    for wished in ('"other"', "", "W/", '"', "***", '"*"', "nonsense" * 2000):
        assert kitchen.get(If_None_Match=wished).status_code == 200


def test_a_view_that_judges_conditions_by_itself_is_kept_all_the_same(kitchen: Kitchen) -> None:
    first = kitchen.get("/conditional", If_None_Match='"of the view"')
    assert first.status_code == 200
    assert "of the view" not in first.headers["ETag"]
    assert kitchen.get("/conditional", If_None_Match=first.headers["ETag"]).status_code == 304
    assert kitchen.asked == 1


def test_head_has_the_same_headers_and_no_body(kitchen: Kitchen) -> None:
    head = kitchen.get(method="HEAD", Accept_Encoding="gzip")
    full = kitchen.get(Accept_Encoding="gzip")
    assert kitchen.asked == 1
    assert (head.data, head.headers) == (b"", full.headers)


def test_what_else_is_sent_goes_to_the_application(kitchen: Kitchen) -> None:
    kitchen.get()
    assert kitchen.get(method="POST").status_code == 200
    assert "POST" in kitchen.get(method="OPTIONS").headers["Allow"]
    assert kitchen.asked == 2


@pytest.mark.parametrize("name", ["gone", "cookie", "private", "bare"])
def test_what_is_not_for_everybody_is_not_kept(kitchen: Kitchen, name: str) -> None:
    first, second = kitchen.get(f"/{name}"), kitchen.get(f"/{name}")
    assert kitchen.asked == 2
    assert first.status_code == second.status_code
    assert "ETag" not in second.headers
    assert kitchen.counted == []


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


def test_a_long_query_is_answered_and_not_kept(kitchen: Kitchen) -> None:
    path = "/soup?" + "a" * 2001
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


def test_answers_never_take_more_than_their_bytes() -> None:
    kitchen = Kitchen(Shelf(size=4_000))
    for name in "abcd":
        kitchen.now += 1
        kitchen.get(f"/{name}")
    assert 1 <= len(kitchen.layer.shelf) <= 2
    kitchen.said = "x" * 5_000
    assert kitchen.get("/large").status_code == 200
    assert kitchen.layer.shelf.get(("/large", "")) is None


def test_each_time_it_is_given_counts_but_no_prefetch_and_no_head(kitchen: Kitchen) -> None:
    tag = kitchen.get().headers["ETag"]
    kitchen.get(If_None_Match=tag)
    kitchen.get(method="HEAD")
    kitchen.get(Sec_Purpose="prefetch;prerender")
    assert kitchen.counted == [(("view", "soup"),)] * 2


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


def test_what_is_kept_is_protected_and_the_same_under_every_host(site: Visitor) -> None:
    first = site.get("/fr/events.ics")
    other = site.get("/fr/events.ics", Host="evil.example.org", Cookie="a=b", Accept_Language="en")
    assert other.headers["Content-Security-Policy"] == STRICT
    assert other.headers["X-Content-Type-Options"] == "nosniff"
    assert (other.data, other.headers) == (first.data, first.headers)
    site.watch.skip_a_minute()
    made = site.get("/fr/events.ics", Host="evil.example.org", Accept_Language="es")
    assert (made.data, made.headers) == (first.data, first.headers)


def test_a_change_of_the_rows_shows_within_a_minute(site: Visitor) -> None:
    before = site.get("/en/events.json").data
    folder = site.home / "content" / "events" / "open-hour"
    text = (folder / "en.md").read_text()
    (folder / "en.md").write_text(text.replace("title: ", "title: New "))
    site.watch.wait(seconds=1)
    assert [*synchronise(site.services, site.watch()).faults] == []
    assert site.get("/en/events.json").data == before
    site.watch.wait(seconds=59)
    assert b"New " in site.get("/en/events.json").data
    assert b"New " not in before
