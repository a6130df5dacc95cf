"""The page on which a partner puts an embed together and takes its snippet; its guide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, render_template, request

from outreach.events.models import EventKind
from outreach.events.partners import find, may_frame
from outreach.events.queries import KIND_NAMES
from outreach.links import with_query
from outreach.web import errors
from outreach.web.embed.choice import BuilderChoice, Preview, read_choice, without_partner
from outreach.web.embed.discovery import asked_address, discovery
from outreach.web.embed.fields import labels, offered, said
from outreach.web.embed.measured import measure, usual_accents
from outreach.web.embed.options import MOST_EVENTS
from outreach.web.embed.snippets import (
    Embed,
    What,
    attributes,
    feeds,
    frame_url,
    plain,
    policies,
    snippets,
)
from outreach.web.security import FETCHING
from outreach.web.shelf import LONGEST_QUERY
from outreach.web.visit import Visit, assets, reading

blueprint = Blueprint("builder", __name__)

WITHIN = FETCHING.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""That of the page which the builder shows in a frame."""
HEADINGS = range(1, 6)


@dataclass(frozen=True)
class NamedFeed:
    """A calendar to subscribe to, named by topic and kind."""

    name: str
    ways: tuple[tuple[str, str], ...]
    """Words and address, to follow."""
    files: tuple[tuple[str, str], ...]
    """Words and address, to copy."""


@dataclass(frozen=True)
class Way:
    """One way to see the preview."""

    name: str
    words: str
    url: str
    chosen: bool


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


@blueprint.get("/<language:language>/embed/preview")
def preview(language: str) -> Response:
    """Show what was chosen as part of a page, to be framed by the builder alone."""
    if len(request.query_string) > LONGEST_QUERY:
        return errors.problem(400)
    with reading(language) as visit:
        asked = request.args.copy()
        asked.poplist("language")
        embed, links = without_partner(read_choice(visit, asked).embed), visit.services.links
        body = render_template(
            "embed/preview.html",
            visit=visit,
            asset=assets().url,
            embed=embed,
            attributes=attributes(embed),
            plain=visit.local(plain(links, embed)),
            script=visit.local(links.to_embed_script("v1.js")),
        )
    answer = Response(body)
    answer.headers["Content-Security-Policy"] = WITHIN
    answer.headers["Content-Language"] = language
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/<language:language>/embed/guide")
def guide(language: str) -> Response:
    """Say to webmasters which snippet is for which site, and what to do when it does not show."""
    with reading(language) as visit:
        return visit.show(
            "embed/guide.html",
            addresses=visit.everywhere("embed", "guide"),
            section="events",
            origin=visit.services.links.base_url,
            description=visit.t("Which snippet is for which site, and what to do step by step."),
            reply_to=_reply_to(visit),
        )


def _form(visit: Visit, choice: BuilderChoice) -> dict[str, Any]:
    options, colours = choice.embed.options, visit.site.colours
    names, can_be = labels(visit), offered(visit, choice.embed, choice.topics)
    partner = find(visit.session, options.partner)
    return {
        "embed": choice.embed,
        "written": choice.written,
        "labels": names,
        "offered": can_be,
        "faults": {
            name: said(visit, fault, names[name], can_be.get(name, ()))
            for name, fault in choice.faults.items()
        },
        "headings": HEADINGS,
        "most_events": MOST_EVENTS,
        "measured": measure(options, choice.written, colours),
        "usual_accents": usual_accents(options, colours),
        "partner": partner,
        "partner_origins": may_frame(partner),
        "reply_to": _reply_to(visit),
        "preview_chosen": dict(choice.preview.pairs),
    }


def _reply_to(visit: Visit) -> str:
    return visit.site.reply_to or visit.site.sender(visit.language).address


def _result(visit: Visit, choice: BuilderChoice) -> dict[str, Any]:
    links, embed = visit.services.links, choice.embed
    return {
        "preview": _preview(visit, without_partner(embed), component=choice.preview.component),
        "ways": _ways(visit, choice),
        "snippets": snippets(links, embed),
        "policies": policies(links, embed.what),
        "feeds": _feeds(visit, choice) if embed.what is What.EVENTS else [],
    }


def _preview(visit: Visit, embed: Embed, *, component: bool) -> str:
    links = visit.services.links
    if not component:
        return visit.local(frame_url(links, embed))
    page = visit.local(links.page(embed.language, "embed", "preview"))
    return with_query(page, BuilderChoice(embed, {}, {}).query(embed.language))


def _ways(visit: Visit, choice: BuilderChoice) -> Mapping[str, list[Way]]:
    """Give the ways to see the preview, as links that keep everything else."""
    t, now = visit.t, choice.preview

    def way(name: str, words: str, then: Preview) -> Way:
        url = visit.services.links.to_builder(visit.language, choice.query(visit.language, then))
        return Way(name, words, f"{visit.local(url)}#preview-heading", then == now)

    return {
        "shape": [
            way("frame", t("Frame"), replace(now, component=False)),
            way("component", t("Module in your page"), replace(now, component=True)),
        ],
        "width": [
            way("wide", t("As wide as there is room"), replace(now, phone=False)),
            way("phone", t("Phone"), replace(now, phone=True)),
        ],
    }


def _feeds(visit: Visit, choice: BuilderChoice) -> list[NamedFeed]:
    t, embed = visit.t, choice.embed
    named = {each.slug: visit.text(each.names) for each in choice.topics}
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
            ),
            files=(
                ("iCal (.ics)", each.ics),
                ("JSON Feed", each.json),
                ("Atom", each.atom),
                ("RSS", each.rss),
            ),
        )
        for each in found
    ]
