"""The addresses of embeds: frame pages, the data of components, and the contract of that data."""

from pathlib import Path

from flask import Blueprint, Response, make_response, request

from outreach.audience.models import Topic
from outreach.audience.topics import active_topics
from outreach.errors import Refused
from outreach.events.programme import Wish, coming_up, of_month, span, topics
from outreach.web.embed.answers import (
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
from outreach.web.ready import keep
from outreach.web.visit import Visit, reading

blueprint = Blueprint("embed", __name__)

SCHEMA = Path(__file__).with_name("v1.schema.json")
"""The one place of the contract; the docs lead here."""
TEMPLATES = {View.LIST: "events.html", View.NEXT: "events.html", View.MONTH: "month.html"}


@blueprint.get("/embed/<language:language>/events")
def events(language: str) -> Response:
    """Show events in a frame: as a list, as a month, or the next one."""
    with reading(language) as visit:
        try:
            known = topics(visit.session)
            options = options_asked(visit, known)
            data = events_data(visit, options, _found(visit, options, known))
        except Refused as refused:
            return refuse_frame(visit, refused)
        opened = request.args.getlist("filter")
        return show_frame(
            visit,
            TEMPLATES[options.view],
            options,
            data,
            filters=filters(visit, options, known, opened),
            months=month_queries(options, data["month"], opened),
        )


@blueprint.get("/embed/<language:language>/events.json")
def events_json(language: str) -> Response:
    """Give the same to the component."""
    with reading(language) as visit:
        try:
            known = topics(visit.session)
            options = options_asked(visit, known)
            data = events_data(visit, options, _found(visit, options, known))
        except Refused as refused:
            return refuse_data(visit, refused)
        return show_data(data, options)


@blueprint.get("/embed/<language:language>/signup")
def signup(language: str) -> Response:
    """Show the sign-up form in a frame; it is sent to our own page, in the whole window."""
    with reading(language) as visit:
        try:
            known = active_topics(visit.session)
            options = options_asked(visit, known)
        except Refused as refused:
            return refuse_frame(visit, refused)
        return show_frame(visit, "signup.html", options, signup_data(visit, options, known))


@blueprint.get("/embed/<language:language>/signup.json")
def signup_json(language: str) -> Response:
    """Give the same to the component."""
    with reading(language) as visit:
        try:
            known = active_topics(visit.session)
            options = options_asked(visit, known)
        except Refused as refused:
            return refuse_data(visit, refused)
        return show_data(signup_data(visit, options, known), options)


@blueprint.get("/embed/look.css")
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
    return keep(public_answer(sheet(options, colours), "text/css; charset=utf-8"))


@blueprint.get("/embed/v1.schema.json")
def schema() -> Response:
    """Give the contract of the data (JSON Schema 2020-12)."""
    return keep(public_answer(SCHEMA.read_bytes(), "application/schema+json"))


def _found(visit: Visit, options: Options, known: list[Topic]) -> Found:
    """Read what there is to show."""
    wish = Wish(visit.language, options.topics, options.kinds, options.partner)
    names = [visit.text(each.names) for each in known if each.slug in options.topics]
    links, now = visit.services.links, visit.now
    if options.view is not View.MONTH:
        count = options.count if options.view is View.LIST else 1
        rows = coming_up(visit.session, visit.site, links, wish, count=count, now=now)
        return Found(rows, names)
    shown = month(options.month, now.date(), visit.t.locale)
    days = (shown.first, shown.last)
    rows = of_month(visit.session, visit.site, links, wish, days=days, now=now)
    return Found(rows, names, shown, span(visit.session, wish))
