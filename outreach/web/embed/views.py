"""The addresses of embeds: frame pages, the data of components, and the contract of that data."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, make_response, request

from outreach.audience.models import Topic
from outreach.audience.topics import active_topics
from outreach.errors import Refused
from outreach.events.programme import Wish, coming_up, of_month, span, topics
from outreach.web.announced import announced
from outreach.web.embed.answers import (
    READ,
    Asked,
    asked_for,
    options_asked,
    refuse_data,
    refuse_frame,
    show_data,
    show_frame,
)
from outreach.web.embed.events_data import Found, events_data
from outreach.web.embed.filters import filters, month_queries
from outreach.web.embed.look import sheet
from outreach.web.embed.options import Options, View, read_options
from outreach.web.embed.signup_data import signup_data
from outreach.web.feeds import public_answer
from outreach.web.forms import without_controls
from outreach.web.month import month
from outreach.web.visit import Visit, reading

blueprint = Blueprint("embed", __name__)

SCHEMA = Path(__file__).with_name("v1.schema.json")
"""The one place of the contract; the docs lead here."""
TEMPLATES = {View.LIST: "events.html", View.NEXT: "events.html", View.MONTH: "month.html"}


@blueprint.get("/embed/<language:language>/events")
@announced(*READ)
def events(language: str) -> Response:
    """Show events in a frame: as a list, as a month, or the next one."""
    return _answered(language, _events, _events_in_frame, refuse_frame)


@blueprint.get("/embed/<language:language>/events.json")
@announced(*READ)
def events_json(language: str) -> Response:
    """Give the same to the component."""
    return _answered(language, _events, show_data, refuse_data)


@blueprint.get("/embed/<language:language>/signup")
@announced(*READ)
def signup(language: str) -> Response:
    """Show the sign-up form in a frame; it is sent to our own page, in the whole window."""
    return _answered(language, _signup, _signup_in_frame, refuse_frame)


@blueprint.get("/embed/<language:language>/signup.json")
@announced(*READ)
def signup_json(language: str) -> Response:
    """Give the same to the component."""
    return _answered(language, _signup, show_data, refuse_data)


@blueprint.get("/embed/look.css")
@announced("theme", "accent", "accent_dark")
def look() -> Response:
    """Give the colours of a frame page."""
    with reading() as visit:
        colours = visit.site.colours
        try:
            options = read_options(asked_for(), topics=(), colours=colours)
        except Refused as refused:
            answer = make_response(without_controls(visit.t.say(refused)), 400)
            answer.headers["Content-Type"] = "text/plain; charset=utf-8"
            return answer
    return public_answer(sheet(options, colours), "text/css; charset=utf-8")


@blueprint.get("/embed/v1.schema.json")
@announced()
def schema() -> Response:
    """Give the contract of the data (JSON Schema 2020-12)."""
    return public_answer(SCHEMA.read_bytes(), "application/schema+json")


def _answered(
    language: str,
    read: Callable[[Visit], Asked],
    show: Callable[[Visit, Asked], Response],
    refuse: Callable[[Visit, Refused], Response],
) -> Response:
    with reading(language) as visit:
        try:
            asked = read(visit)
        except Refused as refused:
            return refuse(visit, refused)
        return show(visit, asked)


def _events(visit: Visit) -> Asked:
    known = topics(visit.session)
    options = options_asked(visit, known)
    return Asked(options, known, events_data(visit, options, _found(visit, options, known)))


def _events_in_frame(visit: Visit, asked: Asked) -> Response:
    options, opened = asked.options, request.args.getlist("filter")
    return show_frame(
        visit,
        TEMPLATES[options.view],
        asked,
        filters=filters(visit, options, asked.topics, opened),
        months=month_queries(options, asked.data["month"], opened),
    )


def _signup(visit: Visit) -> Asked:
    known = active_topics(visit.session)
    options = options_asked(visit, known)
    return Asked(options, known, signup_data(visit, options, known))


def _signup_in_frame(visit: Visit, asked: Asked) -> Response:
    return show_frame(visit, "signup.html", asked)


def _found(visit: Visit, options: Options, known: list[Topic]) -> Found:
    """Read what there is to show."""
    wish = Wish(visit.language, options.topics, options.kinds, options.partner)
    names = [visit.text(each.names) for each in known if each.slug in options.topics]
    links, now = visit.services.links, visit.now
    if options.view is not View.MONTH:
        count = options.count if options.view is View.LIST else 1
        rows = coming_up(visit.session, visit.site, links, wish, count=count, now=now)
        return Found(wish, rows, names)
    shown = month(options.month, now.date(), visit.t.locale)
    days = (shown.first, shown.last)
    rows = of_month(visit.session, visit.site, links, wish, days=days, now=now)
    return Found(wish, rows, names, shown, span(visit.session, wish))
