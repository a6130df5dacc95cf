"""Ways to shorten what a frame shows: links that work without script."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from outreach.audience.models import Topic
from outreach.events.programme import in_use
from outreach.events.queries import KIND_NAMES
from outreach.web.embed.options import Options, View
from outreach.web.visit import Visit

FILTERS = ("kind", "topic")


@dataclass(frozen=True)
class FilterLink:
    """One link of a filter."""

    words: str
    query: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """What a visitor may choose: a kind, or a topic."""

    label: str
    choices: list[FilterLink]


def filters(
    visit: Visit, options: Options, topics: Sequence[Topic], opened: Collection[str]
) -> list[Filter]:
    """Give the filters of what the partner left open and there is more than one of.

    `opened`: what the visitor has chosen here before, and may choose otherwise.
    """
    if options.view is View.NEXT:
        return []
    t, (topics_in_use, kinds_in_use) = visit.t, in_use(visit.session)
    kinds = [(str(kind), t(words)) for kind, words in KIND_NAMES.items() if kind in kinds_in_use]
    named = [(one.slug, visit.text(one.names)) for one in topics if one.slug in topics_in_use]
    found = []
    for name, label, every, known in (
        ("kind", t("Kind"), t("Every kind"), kinds),
        ("topic", t("Topic"), t("Every topic"), named),
    ):
        fixed = getattr(options, f"{name}s") and name not in opened
        if not fixed and len(known) > 1:
            found.append(Filter(label, _choices(options, opened, name, [("", every), *known])))
    return found


def month_queries(
    options: Options, month: Mapping[str, Any] | None, opened: Collection[str]
) -> dict[str, str]:
    """Give the queries of the months before and after, where there are any."""
    found = {}
    for name in ("previous", "next"):
        if month and month[name]:
            found[name] = _query(replace(options, month=month[name]), opened)
    return found


def _query(options: Options, opened: Collection[str]) -> str:
    kept = [("filter", name) for name in FILTERS if name in opened]
    return "&".join(filter(None, (options.query, urlencode(kept))))


def _choices(
    options: Options, opened: Collection[str], name: str, known: list[tuple[str, str]]
) -> list[FilterLink]:
    chosen, found = getattr(options, f"{name}s"), []
    for value, words in known:
        wanted: tuple[str, ...] = (value,) if value else ()
        change: dict[str, Any] = {f"{name}s": wanted}
        still_open = {*opened, name} if value else {*opened} - {name}
        query = _query(replace(options, **change), still_open)
        found.append(FilterLink(words, query, wanted == chosen))
    return found
