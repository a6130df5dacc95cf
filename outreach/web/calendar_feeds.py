"""Calendars to subscribe to, as files that programs fetch again and again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, current_app

from outreach.content.syndication import Channel, atom, json_feed, rss
from outreach.events.feed_entries import channel
from outreach.events.feeds import Choice, checked, fingerprint, write_feed
from outreach.web.announced import announced
from outreach.web.feeds import ATOM, JSON, RSS, public_answer
from outreach.web.visit import Visit, reading

blueprint = Blueprint("calendar_feeds", __name__)

KEPT = "outreach-calendar-feeds"
MOST = 256
"""Feeds whose bytes a process keeps: three languages of twenty topics and kinds in four forms."""
CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Form:
    """One form in which readers take a feed."""

    name: str
    kind: str
    write: Callable[[Channel], bytes]


READERS = {
    "atom": Form("Atom", ATOM, atom),
    "rss": Form("RSS", RSS, rss),
    "json": Form("JSON", JSON, json_feed),
}


@dataclass(frozen=True)
class FeedLink:
    """Where a feed is, for a page that names it."""

    name: str
    kind: str
    """Its type, without parameters."""
    path: str


@dataclass(frozen=True)
class _Written:
    """A feed as it was last written: 450 ms for one of 500 events, where a look takes 4 ms."""

    fingerprint: str
    body: bytes


@blueprint.get("/<language:language>/events.<any(ics, json, atom, rss):form>")
@blueprint.get("/<language:language>/events/topic/<slug:topic>.<any(ics, json, atom, rss):form>")
@blueprint.get("/<language:language>/events/kind/<slug:kind>.<any(ics, json, atom, rss):form>")
@blueprint.get(
    "/<language:language>/events/topic/<slug:topic>/kind/<slug:kind>"
    ".<any(ics, json, atom, rss):form>"
)
@announced()
def feed(language: str, form: str, topic: str = "", kind: str = "") -> Response:
    """Give a feed; where nothing changed, it is not written anew."""
    with reading(language) as visit:
        choice = checked(visit.session, Choice(language, topic, kind, form))
        mark = fingerprint(visit.session, visit.site, choice, visit.now)
        written = _known(choice, mark) or _keep(choice, _Written(mark, _write(visit, choice)))
    return public_answer(written.body, READERS[form].kind if form in READERS else CALENDAR)


def feeds_of(visit: Visit, choice: Choice) -> list[FeedLink]:
    """Give where readers of feeds find the same events."""
    links = visit.services.links
    return [
        FeedLink(
            each.name,
            each.kind.partition(";")[0],
            visit.local(replace(choice, form=form).url(links)),
        )
        for form, each in READERS.items()
    ]


def _write(visit: Visit, choice: Choice) -> bytes:
    form, links = READERS.get(choice.form), visit.services.links
    if form is None:
        return write_feed(visit.session, visit.site, links, choice, visit.now)
    return form.write(channel(visit.session, visit.site, links, choice, visit.now))


def _known(choice: Choice, mark: str) -> _Written | None:
    kept = _kept().get(choice)
    return kept if kept is not None and kept.fingerprint == mark else None


def _keep(choice: Choice, written: _Written) -> _Written:
    kept = _kept()
    kept.pop(choice, None)
    kept[choice] = written
    while len(kept) > MOST:
        kept.popitem(last=False)
    return written


def _kept() -> OrderedDict[Choice, _Written]:
    found: OrderedDict[Choice, _Written] = current_app.extensions.setdefault(KEPT, OrderedDict())
    return found
