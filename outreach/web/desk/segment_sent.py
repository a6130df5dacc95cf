"""What the form of a segment sent: read as it was typed, and changed by its buttons."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from outreach.audience.forms import FormFaults, checked_text
from outreach.audience.models import Segment
from outreach.audience.segment_rows import rule_of
from outreach.audience.segment_rules import MOST_CONDITIONS
from outreach.content.fields import Wrong
from outreach.errors import Sentence
from outreach.web.desk.segment_form import JOINS, KINDS, Group, Item, Row, RuleForm, from_rule

Kind = TypeVar("Kind")

LONGEST_NAME, LONGEST_DESCRIPTION = 100, 300
MOST_TYPED = 2000
"""Characters of one field that we keep."""

_NUMBER = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_CONTROLS = dict.fromkeys([*range(32), 127])


@dataclass(frozen=True)
class SegmentForm:
    """The whole form as it was filled in."""

    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    """By language; empty where nothing was typed."""
    rule: RuleForm | None
    """None for a rule that is deeper than the form: it stays as it is."""
    slug: str = ""
    version: int = 0
    kept: str = ""
    """The segment whose rule stays as it is, where the form cannot show it."""
    new: Mapping[str, str] = field(default_factory=dict)
    """The condition chosen to be added: to the whole (`new`) or to a group (`new-2`)."""


def of_segment(row: Segment, language: str) -> SegmentForm:
    """Give the form of a segment that there is."""
    rule = from_rule(rule_of(row), language)
    return SegmentForm(
        names=dict(row.names),
        descriptions=dict(row.descriptions),
        rule=rule,
        slug=row.slug,
        version=row.version,
        kept="" if rule else row.slug,
    )


def read(sent: "MultiDict[str, str]", languages: list[str]) -> SegmentForm:
    """Read what a browser sent; nothing of it is trusted, and nothing typed is lost."""
    kept = _text(sent, "kept")[:64]
    version = _text(sent, "version")
    return SegmentForm(
        names={language: _text(sent, f"name-{language}") for language in languages},
        descriptions={language: _text(sent, f"description-{language}") for language in languages},
        rule=None if kept else _rule(sent),
        slug=_text(sent, "slug").strip(),
        version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0,
        kept=kept,
        new={name: value for name, value in sent.items() if name[:3] == "new" and value in KINDS},
    )


def pressed(form: SegmentForm, button: str) -> SegmentForm:
    """Do what a button of the form says: add a condition or a group, take one away."""
    wish, _, number = button.partition("-")
    rule = form.rule
    if rule is None:
        return form
    if wish == "add":
        kind = form.new.get(f"new-{number}" if number else "new", "")
        rule = _added(rule, Row(kind), number) if kind else rule
    elif wish == "group":
        rule = _added(rule, Group("any"), "")
    elif wish == "remove":
        rule = _removed(rule, number)
    return replace(form, rule=rule)


def checked_words(form: SegmentForm) -> tuple[dict[str, str], dict[str, str]]:
    """Give names and descriptions, without empty ones; FormFaults for what cannot be."""
    faults: dict[str, Sentence] = {}
    found: dict[str, dict[str, str]] = {"name": {}, "description": {}}
    for kind, texts, most in (
        ("name", form.names, LONGEST_NAME),
        ("description", form.descriptions, LONGEST_DESCRIPTION),
    ):
        for language, text in texts.items():
            try:
                said = checked_text(text, most)
            except Wrong as error:
                faults[f"{kind}-{language}"] = error.sentence
            else:
                found[kind] |= {language: said} if said else {}
    if not found["name"] and not faults:
        first = next(iter(form.names))
        faults[f"name-{first}"] = Sentence("Give it a name in at least one language.")
    if faults:
        raise FormFaults(faults)
    return found["name"], found["description"]


def _rule(sent: "MultiDict[str, str]") -> RuleForm:
    join = _text(sent, "join")
    items: dict[str, Item] = {}
    for number in sent.getlist("item")[: 2 * MOST_CONDITIONS]:
        place = _NUMBER.fullmatch(number)
        item = _item(sent, number) if place else None
        if place is None or item is None:
            continue
        group = items.get(place[1]) if place[2] else None
        if isinstance(group, Group) and isinstance(item, Row):
            items[place[1]] = replace(group, rows=(*group.rows, item))
        else:
            items[number] = item
    return RuleForm("any" if join == "any" else "all", tuple(items.values()))


def _item(sent: "MultiDict[str, str]", number: str) -> Item | None:
    kind = _text(sent, f"kind-{number}")
    if kind == "group":
        join = _text(sent, f"join-{number}")
        return Group(join if join in JOINS else "any")
    if kind not in KINDS:
        return None
    values = {
        name: tuple(value.translate(_CONTROLS)[:MOST_TYPED] for value in found if value)
        for name in ("value", "since", "before", "topic", "event", "part", "on")
        if (found := sent.getlist(f"{name}-{number}"))
    }
    return Row(kind, _text(sent, f"is-{number}") == "no", values)


def _added(rule: RuleForm, item: Item, number: str) -> RuleForm:
    if not number:
        return replace(rule, items=(*rule.items, item))
    if not isinstance(item, Row):
        return rule
    row = item
    return _with(rule, number, lambda group: replace(group, rows=(*group.rows, row)))


def _removed(rule: RuleForm, number: str) -> RuleForm:
    place = _NUMBER.fullmatch(number)
    if place is None:
        return rule
    if place[2] is None:
        return replace(rule, items=_without(rule.items, int(number)))
    inner = int(place[2])
    return _with(rule, place[1], lambda group: replace(group, rows=_without(group.rows, inner)))


def _with(rule: RuleForm, number: str, change: Callable[[Group], Group]) -> RuleForm:
    """Change one group, if there is one of that number."""
    items = [
        change(item) if str(place) == number and isinstance(item, Group) else item
        for place, item in enumerate(rule.items, 1)
    ]
    return replace(rule, items=tuple(items))


def _without(items: tuple[Kind, ...], number: int) -> tuple[Kind, ...]:
    return tuple(item for place, item in enumerate(items, 1) if place != number)


def _text(sent: "MultiDict[str, str]", name: str) -> str:
    return sent.get(name, "").translate(_CONTROLS)[:MOST_TYPED]
