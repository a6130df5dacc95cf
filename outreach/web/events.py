"""The list of events, the page of one, and the picture of it that a shared link shows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, request
from sqlalchemy import select

from outreach.audience.models import Topic
from outreach.errors import NotFound
from outreach.events.calendar_links import subscription_links
from outreach.events.entry import Entry
from outreach.events.feeds import Choice
from outreach.events.models import Event
from outreach.events.partners import PARTNER, carried
from outreach.events.poster import Poster, can_draw, draw
from outreach.events.queries import KIND_NAMES, event, past, shown, upcoming
from outreach.events.structured import Performer, Surroundings, event_data
from outreach.web.attribution import carried_in, partner_of
from outreach.web.calendar_feeds import feeds_of
from outreach.web.calendars import entry_in, text_of
from outreach.web.embed.discovery import asked_address, discovery
from outreach.web.entries import event_entries
from outreach.web.event_page import event_page
from outreach.web.feeds import make_public
from outreach.web.shared_picture import poster_of, shared_picture
from outreach.web.visit import Visit, reading

blueprint = Blueprint("events", __name__)

MOST = 200
"""Of coming events on one page."""
PAGE = 50
"""Of past events on one page."""
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Filter:
    """One way to shorten the list: by kind or by topic."""

    name: str
    label: str
    options: list[tuple[str, str]]
    """Value and words."""
    chosen: str


@blueprint.get("/<language:language>/events")
def listed(language: str) -> Response:
    """List what is coming up, the next one first, and then what is over, the last one first."""
    with reading(language) as visit:
        filters = _filters(visit)
        chosen = {each.name: each.chosen for each in filters}
        number = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
        session, now = visit.session, visit.now
        over = past(session, PAGE + 1, now, skip=(number - 1) * PAGE, **chosen)
        ahead = MOST if number == 1 else 0
        coming = upcoming(session, ahead, chosen["topic"], now, kind=chosen["kind"])
        choice, partner = Choice(language, **chosen), partner_of(visit)
        addresses, feed = visit.everywhere("events"), choice.url(visit.services.links)
        webcal, google = subscription_links(feed)
        return visit.show(
            "events.html",
            addresses=addresses,
            switch=carried_in(addresses, partner),
            partner=partner,
            section="events",
            oembed=discovery(visit, asked_address(visit)),
            upcoming=event_entries(visit, coming, partner),
            past=event_entries(visit, over[:PAGE], partner),
            filters=filters,
            filtered=any(chosen.values()),
            everything=carried(visit.path("events"), partner),
            page=number,
            more=len(over) > PAGE,
            query=_query({**chosen, PARTNER: partner}),
            feed=feed,
            webcal=webcal,
            google=google,
            feeds=feeds_of(visit, choice),
        )


@blueprint.get("/<language:language>/events/<slug:slug>")
def show(language: str, slug: str) -> Response:
    """Show an event."""
    with reading(language) as visit:
        found = shown(visit.session, event(visit.session, slug), visit.now)
        text = text_of(visit, found)
        entry = entry_in(visit, found.event, text, found.occurrence)
        addresses = visit.everywhere("events", slug)
        return visit.show(
            "event.html",
            addresses=addresses,
            switch=carried_in(addresses, partner_of(visit)),
            written_in=[translation.language for translation in found.translations],
            section="events",
            oembed=discovery(visit, asked_address(visit)),
            event=event_page(visit, found, text, entry),
            data=_data(visit, found.event, entry),
            description=text.summary,
            dated=True,
            picture=shared_picture(visit, found),
            picture_alt=text.title,
        )


@blueprint.get("/<language:language>/events/<slug:slug>/poster.png")
def poster(language: str, slug: str) -> Response:
    """Give the picture of a shared link; what our fonts cannot write has none."""
    with reading(language) as visit:
        wanted = poster_of(visit, shown(visit.session, event(visit.session, slug), visit.now))
        colours = visit.site.colours["light"]
    if not can_draw(wanted):
        raise NotFound("This event has no picture.")
    answer = make_public(make_response(b""), "image/png")
    # The picture depends on nothing else, so that the answer to "still the same?" needs no drawing.
    answer.set_etag(hashlib.sha256(repr((wanted, colours)).encode()).hexdigest())
    answer.make_conditional(request)
    if answer.status_code != 304:
        answer.set_data(_drawn(wanted, tuple(colours.items())))
    return answer


@lru_cache(maxsize=64)
def _drawn(wanted: Poster, colours: tuple[tuple[str, str], ...]) -> bytes:
    """Draw a picture; a link that is shared much is asked for by many machines at once."""
    return draw(wanted, dict(colours))


def _filters(visit: Visit) -> list[Filter]:
    """Give the ways to shorten the list; what does not exist counts as not chosen."""
    t = visit.t
    rows = visit.session.execute(
        select(Topic.slug, Topic.names)
        .where(Topic.slug.in_(select(Event.topic).where(Event.listed)))
        .order_by(Topic.position, Topic.id)
    )
    kinds = [(str(kind), t(words)) for kind, words in KIND_NAMES.items()]
    topics = [(slug, visit.text(names)) for slug, names in rows]
    return [
        _filter("kind", t("Kind"), [("", t("Every kind")), *kinds]),
        _filter("topic", t("Topic"), [("", t("Every topic")), *topics]),
    ]


def _filter(name: str, label: str, options: list[tuple[str, str]]) -> Filter:
    wished = request.args.get(name, "")
    return Filter(name, label, options, wished if wished in dict(options) else "")


def _query(kept: Mapping[str, str]) -> str:
    """Give what the addresses of the other pages begin their query with."""
    said = urlencode({name: value for name, value in kept.items() if value})
    return f"{said}&" if said else ""


def _data(visit: Visit, found: Event, entry: Entry) -> dict[str, Any]:
    """Give what search engines read."""
    people = (
        Performer(str(one["name"]), visit.text(one.get("affiliation") or {}))
        for one in found.people
    )
    around = Surroundings(
        site_url=visit.services.links.home(visit.language),
        organisation=visit.site.name(visit.language),
        performers=tuple(people),
        recording_url=found.recording_url,
        previous_start=found.previous_start,
        languages=(entry.language, *found.interpretation),
    )
    return event_data(entry, around)
