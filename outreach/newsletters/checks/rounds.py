"""Looks at many links: a few at a time, and never two at once on one host."""

from collections.abc import Iterable, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from urllib.parse import urlsplit

from outreach.log import logger
from outreach.newsletters.checks.looking import Look, Outcome
from outreach.newsletters.checks.models import Problem

MOST_AT_ONCE = 4


def look_at(urls: Iterable[str], look: Look, stop: Event) -> Iterator[tuple[str, Outcome]]:
    """Give each link with how it answered, as answers come; ends early when told to stop.

    The threads are daemons: an answer that never comes holds up no process.
    """
    hosts: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        hosts.setdefault(_host(url), []).append(url)
    left: Queue[list[str]] = Queue()
    for group in hosts.values():
        left.put(group)
    answers: Queue[tuple[str, Outcome]] = Queue()
    waiting = sum(map(len, hosts.values()))
    for number in range(min(MOST_AT_ONCE, len(hosts))):
        arguments = (left, answers, look, stop)
        Thread(target=_work, args=arguments, name=f"links {number}", daemon=True).start()
    while waiting and not stop.is_set():
        try:
            yield answers.get(timeout=0.2)
        except Empty:
            continue
        waiting -= 1


def _work(
    left: "Queue[list[str]]", answers: "Queue[tuple[str, Outcome]]", look: Look, stop: Event
) -> None:
    while True:
        try:
            group = left.get_nowait()
        except Empty:
            return
        for url in group:
            if stop.is_set():
                return
            answers.put((url, _safely(look, url)))


def _safely(look: Look, url: str) -> Outcome:
    """Look, whatever comes: a link that nobody foresaw must not end the round of the others."""
    try:
        return look(url)
    except Exception:  # noqa: BLE001  (it is told, and the others go on)
        logger("newsletters.checks").exception("a link could not be looked at")
        return Outcome(problem=Problem.MALFORMED)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
