"""Answers that stand on other sites: who may frame them, how long they are kept, and refusals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from outreach.audience.models import Topic
from outreach.db.hits import PARTNER_VIEW
from outreach.errors import Refused
from outreach.events.partners import find, known_slugs, may_frame
from outreach.links import with_query
from outreach.web.embed.look import of_look
from outreach.web.embed.options import Options, Scheme, read_options
from outreach.web.feeds import make_public
from outreach.web.forms import without_controls
from outreach.web.ready import keep
from outreach.web.security import embed_policy
from outreach.web.shelf import LONGEST_QUERY
from outreach.web.visit import Visit, assets

READ = (
    "topic",
    "kind",
    "view",
    "theme",
    "accent",
    "accent_dark",
    "heading",
    "count",
    "month",
    "partner",
    "filter",
)
"""What embeds read of a query: the options, and what a visitor has opened to choose otherwise."""
_GOING_ON = ("month", "filter")
"""What a query has where a visitor goes on in an embed that is before their eyes already."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for, and what there is to say."""

    options: Options
    topics: Sequence[Topic]
    """All that could be chosen."""
    data: Mapping[str, Any]


def options_asked(visit: Visit, topics: Sequence[Topic]) -> Options:
    """Read the options of the address; Refused for a wrong one, and for a query too long."""
    return read_options(
        asked_for(),
        topics=[topic.slug for topic in topics],
        colours=visit.site.colours,
        partners=known_slugs(visit.session),
    )


def asked_for() -> MultiDict[str, str]:
    """Give the query; Refused for one that is too long to be meant."""
    if len(request.query_string) > LONGEST_QUERY:
        raise Refused(
            "This address is too long. An embed takes at most %(most)s characters behind the "
            "question mark.",
            most=LONGEST_QUERY,
        )
    return request.args


def show_frame(visit: Visit, template: str, asked: Asked, **values: object) -> Response:
    """Answer with a page to be framed; where the partner says so, only by its own sites."""
    body = _page(visit, template, asked.options, data=asked.data, **values)
    answer = make_public(make_response(body), "text/html; charset=utf-8")
    origins = _origins(visit, asked.options)
    _frame_headers(visit, answer, origins)
    return _kept(answer, asked.options, origins)


def show_data(visit: Visit, asked: Asked) -> Response:
    """Answer with what the component reads."""
    answer = make_public(make_response(_json(asked.data)), "application/json")
    return _kept(answer, asked.options, _origins(visit, asked.options))


def refuse_frame(visit: Visit, refused: Refused) -> Response:
    """Say in a frame what is wrong with its address, and lead to the events all the same."""
    body = _page(visit, "problem.html", Options(), said=_said(visit, refused))
    answer = make_public(make_response(body, 400), "text/html; charset=utf-8")
    _frame_headers(visit, answer, ())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refuse_data(visit: Visit, refused: Refused) -> Response:
    """Say to a program, and to whoever reads its log, what is wrong with an address."""
    answer = make_response(_json({"error": _said(visit, refused)}), 400)
    answer = make_public(answer, "application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(visit: Visit, template: str, options: Options, **values: object) -> str:
    return render_template(
        f"embed/{template}",
        visit=visit,
        t=visit.t,
        asset=assets().url,
        name=visit.site.name(visit.language),
        options=options,
        look=with_query("/embed/look.css", of_look(options)),
        schemes=_SCHEMES[options.theme],
        **values,
    )


_SCHEMES = {Scheme.AUTO: "light dark", Scheme.LIGHT: "light", Scheme.DARK: "dark"}


def _frame_headers(visit: Visit, answer: Response, origins: tuple[str, ...]) -> None:
    headers = answer.headers
    headers["Content-Security-Policy"] = embed_policy(origins)
    headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    headers["X-Robots-Tag"] = "noindex"
    headers["Content-Language"] = visit.language
    del headers["Access-Control-Allow-Origin"]


def _kept(answer: Response, options: Options, origins: tuple[str, ...]) -> Response:
    """Let it be kept, and counted for the partner on whose pages it stands."""
    if not options.partner or any(name in request.args for name in _GOING_ON):
        return keep(answer)
    counted = ((PARTNER_VIEW, options.partner),)
    return keep(answer, counted=counted, counted_at=origins)


def _origins(visit: Visit, options: Options) -> tuple[str, ...]:
    return may_frame(find(visit.session, options.partner))


def _said(visit: Visit, refused: Refused) -> str:
    return without_controls(visit.t.say(refused))


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
