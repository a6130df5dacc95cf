"""The page on which a partner puts an embed together and takes its snippet."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from outreach.events.models import EventKind
from outreach.events.partners import find
from outreach.events.programme import topics
from outreach.events.queries import KIND_NAMES
from outreach.web import errors
from outreach.web.embed.choice import BuilderChoice, read_choice, without_partner
from outreach.web.embed.discovery import asked_address, discovery
from outreach.web.embed.measured import measure
from outreach.web.embed.options import MOST_EVENTS, Scheme, View
from outreach.web.embed.snippets import Snippets, What, feeds, frame_url, snippets
from outreach.web.forms import without_controls
from outreach.web.security import STRICT
from outreach.web.shelf import LONGEST_QUERY
from outreach.web.visit import Visit, reading

blueprint = Blueprint("builder", __name__)

FETCHING = f"{STRICT}; connect-src 'self'"
"""The policy of this one public page: its script fetches the page anew for another choice."""
HEADINGS = range(1, 6)


@dataclass(frozen=True)
class Offered:
    """A value of a field, with its words."""

    value: str
    words: str
    chosen: bool
    for_signup: bool = True
    """Whether one can sign up for it too: a topic that has left the file has only events."""


@dataclass(frozen=True)
class NamedFeed:
    """A calendar to subscribe to, named by topic and kind."""

    name: str
    ways: tuple[tuple[str, str], ...]
    """Words and address."""


@blueprint.get("/<language:language>/embed")
def show(language: str) -> Response:
    """Show the form with what was chosen, the preview, and the snippets."""
    if len(request.query_string) > LONGEST_QUERY:
        return errors.problem(400)
    with reading(language) as visit:
        choice = read_choice(visit, request.args)
        links, query = visit.services.links, choice.query(language)
        answer = visit.show(
            "embed/builder.html",
            addresses=visit.everywhere("embed"),
            switch={each: links.to_builder(each, query) for each in visit.site.languages},
            status=422 if choice.faults else 200,
            section="events",
            oembed=discovery(visit, asked_address(visit)),
            **_form(visit, choice),
            **_result(visit, choice),
        )
    answer.headers["Content-Security-Policy"] = FETCHING
    return answer


def _form(visit: Visit, choice: BuilderChoice) -> dict[str, Any]:
    t, embed = visit.t, choice.embed
    options = embed.options
    partner = find(visit.session, options.partner)
    colours = visit.site.colours
    accent, accent_dark = choice.written["accent"], choice.written["accent_dark"]
    return {
        "embed": embed,
        "written": choice.written,
        "faults": {name: without_controls(t.say(fault)) for name, fault in choice.faults.items()},
        "kinds_of_embed": [
            Offered("events", t("Events"), embed.what is What.EVENTS),
            Offered("signup", t("Sign-up form"), embed.what is What.SIGNUP),
        ],
        "topics": [
            Offered(each.slug, visit.text(each.names), each.slug in options.topics, each.active)
            for each in topics(visit.session)
        ],
        "kinds": [
            Offered(str(each), t(KIND_NAMES[each]), each in options.kinds) for each in EventKind
        ],
        "views": _views(visit, options.view),
        "themes": _themes(visit, options.theme),
        "headings": HEADINGS,
        "most_events": MOST_EVENTS,
        "measured": measure(options.theme, accent, accent_dark, colours),
        "usual_accents": {scheme: colours[scheme]["accent"] for scheme in ("light", "dark")},
        "partner": partner,
        "reply_to": visit.site.reply_to or visit.site.sender(visit.language).address,
    }


def _views(visit: Visit, chosen: View) -> list[Offered]:
    t = visit.t
    words = {View.LIST: t("List"), View.MONTH: t("Month"), View.NEXT: t("The next event alone")}
    return [Offered(str(each), said, each is chosen) for each, said in words.items()]


def _themes(visit: Visit, chosen: Scheme) -> list[Offered]:
    t = visit.t
    words = {
        Scheme.AUTO: t("As the visitor’s device"),
        Scheme.LIGHT: t("Light"),
        Scheme.DARK: t("Dark"),
    }
    return [Offered(str(each), said, each is chosen) for each, said in words.items()]


def _result(visit: Visit, choice: BuilderChoice) -> dict[str, Any]:
    links, embed = visit.services.links, choice.embed
    written: Snippets = snippets(links, embed)
    return {
        "preview": visit.local(frame_url(links, without_partner(embed))),
        "snippets": written,
        "feeds": _feeds(visit, choice) if embed.what is What.EVENTS else [],
        "origin": links.base_url,
    }


def _feeds(visit: Visit, choice: BuilderChoice) -> list[NamedFeed]:
    t, embed = visit.t, choice.embed
    named = {each.slug: visit.text(each.names) for each in topics(visit.session)}
    found = feeds(visit.services.links, embed.language, embed.options)
    return [
        NamedFeed(
            name=" · ".join(
                [
                    *([named[each.topic]] if each.topic else ()),
                    *([t(KIND_NAMES[EventKind(each.kind)])] if each.kind else ()),
                ]
            )
            or t("All events"),
            ways=(
                (t("Add to the calendar of this device"), each.webcal),
                ("Google", each.google),
                ("iCal (.ics)", each.ics),
                ("JSON Feed", each.json),
                ("Atom", each.atom),
                ("RSS", each.rss),
            ),
        )
        for each in found
    ]
