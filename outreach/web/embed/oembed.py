"""oEmbed: other sites ask what an address of ours is, and show it (oembed.com, version 1.0)."""

import json
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree as Xml

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from outreach.content.syndication import clean
from outreach.errors import NotFound, Refused, Sentence
from outreach.events.queries import event, shown
from outreach.phrases.catalog import phrases
from outreach.web.announced import announced
from outreach.web.calendars import text_of
from outreach.web.embed.choice import read_choice
from outreach.web.embed.snippets import What, frame
from outreach.web.feeds import make_public, public_answer
from outreach.web.shared_picture import shared_picture
from outreach.web.shelf import LONGEST_QUERY
from outreach.web.visit import Visit, present_services, reading

blueprint = Blueprint("oembed", __name__)

WIDTH, WIDEST = 640, 1200
"""Pixels: where nobody says how much room there is, and at the most."""
CACHE_AGE = 86_400
"""Seconds that another site may keep the answer: what the frame shows is new all the same."""
MEDIA_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
NOT_OURS = Sentence("There is no page of ours at that address that can be embedded.")

Told = dict[str, str | int]
Room = tuple[int | None, int | None]
"""The width and the height that there are, in pixels; None for any."""


@blueprint.get("/oembed")
@announced("url", "format", "maxwidth", "maxheight")
def tell() -> Response:
    """Tell about an address: 404 for what is not ours, 501 for another format (oembed.com §2.3)."""
    form, url = request.args.get("format", "json"), request.args.get("url", "")
    if form not in MEDIA_TYPES:
        return _fault(501, url, Sentence("There are two formats: format=json and format=xml."))
    try:
        room = _room("maxwidth"), _room("maxheight")
        told = _told(url, room)
    except Refused as refused:
        return _fault(400, url, refused.sentence)
    except (NotFound, HTTPException):
        return _fault(404, url, NOT_OURS)
    body = _as_xml(told) if form == "xml" else json.dumps(told).encode()
    return public_answer(body, MEDIA_TYPES[form])


def _told(url: str, room: Room) -> Told:
    """Give the answer for an address of ours; NotFound (ours or Werkzeug's) for any other one."""
    endpoint, values, asked = _place(url)
    language = values.get("language")
    with reading(language) as visit:
        if endpoint == "events.show":
            told = _link_to_event(visit, values["slug"], room)
        elif endpoint == "events.listed":
            told = _frame_of(visit, _forced(asked, What.EVENTS), room)
        elif endpoint == "signup.form":
            told = _frame_of(visit, _forced(asked, What.SIGNUP), room)
        elif endpoint == "builder.show":
            told = _frame_of(visit, asked, room)
        else:
            raise NotFound(NOT_OURS.text)
        return {
            "version": "1.0",
            **told,
            "provider_name": visit.site.name(visit.language),
            "provider_url": visit.services.links.home(visit.language),
            "cache_age": CACHE_AGE,
        }


def _place(url: str) -> tuple[str, dict[str, Any], MultiDict[str, str]]:
    """Give the route of an address, what its path names, and its query."""
    base = present_services().links.base_url
    if len(url) > LONGEST_QUERY or not url.startswith(f"{base}/"):
        raise NotFound(NOT_OURS.text)
    path, _, query = url[len(base) :].partition("#")[0].partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    routes = current_app.url_map.bind("")
    endpoint, values = routes.match(unquote(path).rstrip("/"), method="GET")
    return endpoint, dict(values), MultiDict(pairs)


def _forced(asked: MultiDict[str, str], what: What) -> MultiDict[str, str]:
    """Say by the page what is shown and in which language, whatever its query says."""
    forced = MultiDict(asked)
    forced.setlist("what", [str(what)])
    forced.poplist("language")
    return forced


def _frame_of(visit: Visit, asked: MultiDict[str, str], room: Room) -> Told:
    """Tell of an embed; its frame is as wide as its place where nobody says how wide that is."""
    embed = read_choice(visit, asked).embed
    most_wide, most_high = room
    width = min(most_wide or WIDTH, WIDEST)
    tall = embed.height(width)
    height = min(most_high or tall, tall)
    written = "100%" if most_wide is None else str(width)
    return {
        "type": "rich",
        "title": embed.title,
        "width": width,
        "height": height,
        "html": frame(visit.services.links, embed, width=written, height=height),
    }


def _link_to_event(visit: Visit, slug: str, room: Room) -> Told:
    """Tell of one event: its title, and the picture of a shared link where there is room for it."""
    found = shown(visit.session, event(visit.session, slug), visit.now)
    told: Told = {"type": "link", "title": text_of(visit, found).title}
    picture = shared_picture(visit, found)
    fits = picture and all(
        most is None or size <= most
        for size, most in zip((picture.width, picture.height), room, strict=True)
    )
    if picture and fits:
        told |= {
            "thumbnail_url": picture.url,
            "thumbnail_width": picture.width,
            "thumbnail_height": picture.height,
        }
    return told


def _room(name: str) -> int | None:
    value = request.args.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 0):
        raise Refused(
            "“%(value)s” cannot be “%(name)s”. Write a number of pixels.",
            value=value[:60],
            name=name,
        )
    return int(value)


def _as_xml(told: Told) -> bytes:
    root = Xml.Element("oembed")
    for name, value in told.items():
        Xml.SubElement(root, name).text = clean(str(value))
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fault(status: int, url: str, sentence: Sentence) -> Response:
    """Say what is wrong in the language of the page that was asked about, else in the site's."""
    with reading() as visit:
        site = visit.site
        asked = url.removeprefix(f"{visit.services.links.base_url}/").partition("/")[0]
        spoken = asked if asked in site.languages else site.default_language
    said = phrases(spoken).say(sentence)
    answer = Response(json.dumps({"error": said}), status)
    answer = make_public(answer, MEDIA_TYPES["json"])
    answer.headers["Cache-Control"] = "no-store"
    return answer
