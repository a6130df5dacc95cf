"""The form of a segment: rows of conditions, groups of them one level deep; and back to a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from outreach.audience.forms import FormFaults
from outreach.audience.import_columns import country_named, language_named
from outreach.audience.labels import separated
from outreach.audience.segment_rules import (
    LISTS,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Rule,
    SubscribedSince,
    TookPart,
    to_data,
)
from outreach.audience.segment_source import rule_from
from outreach.content.fields import Wrong
from outreach.errors import Refused, Sentence
from outreach.phrases.catalog import phrases

KINDS: dict[str, Sentence] = {
    "topic": Sentence("Topic"),
    "language": Sentence("Language"),
    "country": Sentence("Country"),
    "organisation_type": Sentence("Type of organisation"),
    "tag": Sentence("Tag"),
    "subscribed": Sentence("With us since"),
    "event": Sentence("Event"),
    "source": Sentence("How they came to us"),
}
"""The conditions that there are, in the order in which they are offered."""
JOINS: dict[str, Sentence] = {
    "all": Sentence("All of these"),
    "any": Sentence("At least one of these"),
    "none": Sentence("None of these"),
    "not-all": Sentence("Not all of these"),
}
"""What a group says of its conditions; the whole says one of the first two."""
_EMPTY = Sentence("Choose or write something here.")
_NO_CONDITION = Sentence("Add a condition: so far this would be everybody.")
_EMPTY_GROUP = Sentence("Add a condition to this group, or take it away.")


@dataclass(frozen=True)
class Row:
    """One condition as it was filled in."""

    kind: str
    negated: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By field: `value`, or `since`, `before`, `topic`, or `event`, `part`, `on`."""

    def first(self, name: str) -> str:
        """Give what one field holds."""
        return next(iter(self.values.get(name, ())), "")


@dataclass(frozen=True)
class Group:
    """Conditions that belong together."""

    join: str
    rows: tuple[Row, ...] = ()
    kind: str = "group"


Item: TypeAlias = Row | Group


@dataclass(frozen=True)
class RuleForm:
    """A rule as a form shows it."""

    join: str = "all"
    items: tuple[Item, ...] = ()


def numbered(form: RuleForm) -> Iterator[tuple[str, Item]]:
    """Give each item with its number in the names of its fields: `2`, and in it `2-1`."""
    for number, item in enumerate(form.items, 1):
        yield str(number), item
        if isinstance(item, Group):
            for inner, row in enumerate(item.rows, 1):
                yield f"{number}-{inner}", row


def to_rule(form: RuleForm) -> Rule:
    """Give the rule that a form says; FormFaults with every field that cannot be understood."""
    rules = _conditions(form)
    parts = tuple(_part(number, item, rules) for number, item in enumerate(form.items, 1))
    rule: Rule = AnyOf(parts) if form.join == "any" else AllOf(parts)
    try:
        return rule_from(to_data(rule))
    except Refused as error:
        raise FormFaults({"new": error.sentence}) from error


def _conditions(form: RuleForm) -> dict[str, Rule]:
    """Give the rule of each row by its number."""
    faults = {} if form.items else {"new": _NO_CONDITION}
    rules: dict[str, Rule] = {}
    for number, item in numbered(form):
        try:
            if isinstance(item, Row):
                rules[number] = _condition(item)
            elif not item.rows:
                faults[f"join-{number}"] = _EMPTY_GROUP
        except (Refused, Wrong) as error:
            faults[first_field(item, number)] = error.sentence
    if faults:
        raise FormFaults(faults)
    return rules


def from_rule(rule: Rule, language: str) -> RuleForm | None:
    """Give the form of a rule, with names in a language; None if it is deeper than the form."""
    match rule:
        case AllOf(rules) | AnyOf(rules):
            join = "any" if isinstance(rule, AnyOf) else "all"
        case _:
            join, rules = "all", (rule,)
    items = [_item(each, language) for each in rules]
    if any(item is None for item in items):
        return None
    return RuleForm(join, tuple(item for item in items if item is not None))


def first_field(item: Item, number: str) -> str:
    """Name the field that a fault of a row leads to."""
    return {"subscribed": "since", "event": "event"}.get(item.kind, "value") + f"-{number}"


def _part(number: int, item: Item, rules: Mapping[str, Rule]) -> Rule:
    if isinstance(item, Row):
        return rules[str(number)]
    inner = tuple(rules[f"{number}-{place}"] for place in range(1, len(item.rows) + 1))
    joined: Rule = AnyOf(inner) if item.join in ("any", "none") else AllOf(inner)
    return Not(joined) if item.join in ("none", "not-all") else joined


def _condition(row: Row) -> Rule:
    rule = rule_from(_data(row))
    return Not(rule) if row.negated else rule


def _data(row: Row) -> dict[str, Any]:
    """Give a row as plain data, with names turned into codes."""
    if row.kind == "subscribed":
        given = {name: row.first(name) for name in ("since", "before", "topic")}
        return {"subscribed": {name: value for name, value in given.items() if value}}
    if row.kind == "event":
        told = {"slug": row.first("event"), "part": row.first("part") or "registered"}
        if not told["slug"]:
            raise Wrong(_EMPTY.text)
        return {"event": told | ({"on": row.first("on")} if row.first("on") else {})}
    values: list[str] = list(row.values.get("value", ()))
    if row.kind != "topic":
        values = separated(";".join(values))
    if not values:
        raise Wrong(_EMPTY.text)
    read = {"language": language_named, "country": country_named}.get(row.kind)
    return {row.kind: [_known(read, value) for value in values] if read else values}


def _known(read: Any, value: str) -> str:  # noqa: ANN401  (a function that refuses)
    try:
        return str(read(value))
    except Wrong as error:
        raise Wrong(
            "“%(value)s” is not known to us. Look for a slip of the pen, or write its code.",
            value=value[:60],
        ) from error


def _item(rule: Rule, language: str) -> Item | None:
    negated = isinstance(rule, Not)
    inner = rule.rule if isinstance(rule, Not) else rule
    match inner:
        case AllOf(rules):
            join = "not-all" if negated else "all"
        case AnyOf(rules):
            join = "none" if negated else "any"
        case Not():
            return None
        case _:
            return _row(inner, language, negated=negated)
    rows = [_item(each, language) for each in rules]
    if not all(isinstance(row, Row) for row in rows):
        return None
    return Group(join, tuple(row for row in rows if isinstance(row, Row)))


def _row(rule: Condition, language: str, *, negated: bool) -> Row:
    match rule:
        case SubscribedSince() | TookPart():
            [(kind, told)] = to_data(rule).items()
            values = {name: (str(value),) for name, value in told.items()}
            if kind == "event":
                values["event"] = values.pop("slug")
            return Row(kind, negated, values)
        case _:
            kind, name = LISTS[type(rule)]
            found: tuple[str, ...] = getattr(rule, name)
            if kind == "topic":
                return Row(kind, negated, {"value": found})
            spelled = ", ".join(_spelled(kind, value, language) for value in found)
            return Row(kind, negated, {"value": (spelled,)})


def _spelled(kind: str, value: str, language: str) -> str:
    """Write a code as its name, where we would understand that name again."""
    locale, read = phrases(language).locale, country_named
    known = locale.territories
    if kind == "language":
        known, read = locale.languages, language_named
    name = known.get(value) if kind in ("country", "language") else None
    try:
        return name if name and separated(name) == [name] and read(name) == value else value
    except Wrong:
        return value
