"""Calendars to subscribe to, as files that programs fetch again and again."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from flask import Blueprint, Response, current_app

from outreach.events.feeds import Choice, checked, fingerprint, write_feed
from outreach.web.feeds import public_answer
from outreach.web.visit import reading

blueprint = Blueprint("calendar_feeds", __name__)

KEPT = "outreach-calendar-feeds"
MOST = 64
"""Feeds whose bytes a process keeps: three languages of twenty topics and kinds."""


@dataclass(frozen=True)
class _Written:
    """A feed as it was last written."""

    fingerprint: str
    body: bytes
    tag: str
    """SHA-256 of the bytes: the same from every process."""


@blueprint.get("/<language:language>/events.ics")
@blueprint.get("/<language:language>/events/topic/<slug:topic>.ics")
@blueprint.get("/<language:language>/events/kind/<slug:kind>.ics")
@blueprint.get("/<language:language>/events/topic/<slug:topic>/kind/<slug:kind>.ics")
def feed(language: str, topic: str = "", kind: str = "") -> Response:
    """Give a feed; where nothing changed, neither it nor the answer is made anew."""
    with reading(language) as visit:
        choice = checked(visit.session, Choice(language, topic, kind))
        mark = fingerprint(visit.session, visit.site, choice, visit.now)
        written = _known(choice, mark)
        if written is None:
            links = visit.services.links
            body = write_feed(visit.session, visit.site, links, choice, visit.now)
            written = _keep(choice, _Written(mark, body, hashlib.sha256(body).hexdigest()))
    return public_answer(written.body, "text/calendar; charset=utf-8")


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
