"""Rules that select subscribers, as values: conditions, joined by `all`, `any` and `not`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from outreach.audience.models import Part

DEEPEST = 5
"""Rules within rules; a single condition is one deep."""
MOST_CONDITIONS = 50
MOST_VALUES = 100
"""Of one condition, such as countries."""


@dataclass(frozen=True)
class HasTopic:
    """Subscribed (confirmed) to one of these topics, by slug."""

    topics: tuple[str, ...]


@dataclass(frozen=True)
class Speaks:
    """Reads us in one of these languages; `fr` takes `fr-CA`, and not the other way round."""

    languages: tuple[str, ...]


@dataclass(frozen=True)
class LivesIn:
    """In one of these countries (ISO 3166-1 alpha-2)."""

    countries: tuple[str, ...]


@dataclass(frozen=True)
class WorksFor:
    """For an organisation of one of these types (labels)."""

    types: tuple[str, ...]


@dataclass(frozen=True)
class Tagged:
    """With one of these tags (labels)."""

    tags: tuple[str, ...]


@dataclass(frozen=True)
class CameFrom:
    """Came to us from a place that begins like one of these, e.g. `import` or `/fr/`."""

    beginnings: tuple[str, ...]


@dataclass(frozen=True)
class SubscribedSince:
    """With us since a time: days in UTC, the first included, the last not."""

    since: date | None = None
    before: date | None = None
    topic: str = ""
    """The slug of a topic: since when they have had that. Empty: since we have known them."""


@dataclass(frozen=True)
class TookPart:
    """Registered for an event (by slug), or was there."""

    event: str
    attended: bool = False
    """True for those alone who were there; whoever was there had registered."""
    on: date | None = None
    """One occurrence, by its original date; None for any."""


@dataclass(frozen=True)
class AllOf:
    """Every one of some rules applies."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True)
class AnyOf:
    """At least one of some rules applies."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Not:
    """A rule does not apply."""

    rule: "Rule"


Condition: TypeAlias = (
    HasTopic | Speaks | LivesIn | WorksFor | Tagged | CameFrom | SubscribedSince | TookPart
)
Rule: TypeAlias = Condition | AllOf | AnyOf | Not

LISTS: dict[type[Any], tuple[str, str]] = {
    HasTopic: ("topic", "topics"),
    Speaks: ("language", "languages"),
    LivesIn: ("country", "countries"),
    WorksFor: ("organisation_type", "types"),
    Tagged: ("tag", "tags"),
    CameFrom: ("source", "beginnings"),
}
"""Conditions that name values: the key in files, and the field here."""


def to_data(rule: Rule) -> dict[str, Any]:
    """Write a rule as plain data, as `segment_source.rule_from` reads it and TOML and JSON hold."""
    match rule:
        case AllOf(rules):
            return {"all": [to_data(each) for each in rules]}
        case AnyOf(rules):
            return {"any": [to_data(each) for each in rules]}
        case Not(inner):
            return {"not": to_data(inner)}
        case _:
            return _told(rule)


def conditions(rule: Rule) -> Iterator[Condition]:
    """Give the conditions of a rule, from left to right."""
    match rule:
        case AllOf(rules) | AnyOf(rules):
            for each in rules:
                yield from conditions(each)
        case Not(inner):
            yield from conditions(inner)
        case _:
            yield rule


def _told(rule: Condition) -> dict[str, Any]:
    match rule:
        case SubscribedSince():
            days = {"since": rule.since, "before": rule.before}
            told = {name: day.isoformat() for name, day in days.items() if day is not None}
            return {"subscribed": told | ({"topic": rule.topic} if rule.topic else {})}
        case TookPart():
            part = Part.ATTENDED if rule.attended else Part.REGISTERED
            on = {"on": rule.on.isoformat()} if rule.on is not None else {}
            return {"event": {"slug": rule.event, "part": str(part)} | on}
        case _:
            key, field = LISTS[type(rule)]
            return {key: list(getattr(rule, field))}
