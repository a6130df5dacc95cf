"""What `subscribers/segments.toml` must say, and rules as plain data: checked, then trusted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from outreach.audience import segment_rules as rules
from outreach.audience.labels import checked_label
from outreach.audience.models import Part
from outreach.audience.segment_rules import DEEPEST, MOST_CONDITIONS, MOST_VALUES, Rule
from outreach.content.checking import check, repeated
from outreach.content.documents import Document, Place, read_document
from outreach.content.faults import Fault, limited
from outreach.content.fields import Country, Day, Language, Line, Slug, Texts, Wrong
from outreach.content.tree import TextFile
from outreach.errors import Refused

PATH = "subscribers/segments.toml"
RESERVED = frozenset({"count", "new"})
"""Addresses of the desk."""


def _listed(value: object) -> object:
    """Take one value for a list of one; a list must hold something, and not everything."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values:
        raise Wrong("This list is empty.")
    if len(values) > MOST_VALUES:
        raise Wrong("These are too many values: at most %(most)s.", most=MOST_VALUES)
    return values


def _sorted(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


_ONE_OR_MANY = (BeforeValidator(_listed), AfterValidator(_sorted))
Label = Annotated[Line, AfterValidator(checked_label)]
Slugs = Annotated[tuple[Slug, ...], *_ONE_OR_MANY]
Languages = Annotated[tuple[Language, ...], *_ONE_OR_MANY]
Countries = Annotated[tuple[Country, ...], *_ONE_OR_MANY]
Labels = Annotated[tuple[Label, ...], *_ONE_OR_MANY]
Lines = Annotated[tuple[Line, ...], *_ONE_OR_MANY]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubscribedSource(_Table):
    """Since when: at least one of the days."""

    since: Day | None = None
    before: Day | None = None
    topic: Slug = ""

    @model_validator(mode="after")
    def _possible(self) -> "SubscribedSource":
        check_days(self.since, self.before)
        return self


class EventSource(_Table):
    """Which event, which part somebody took, and on which date of a series."""

    slug: Slug
    part: Part = Part.REGISTERED
    on: Day | None = None


def _event(value: object) -> object:
    return {"slug": value} if isinstance(value, str) else value


class RuleSource(_Table):
    """One rule: a condition, or others joined. Exactly one of the keys."""

    all_: "list[RuleSource]" = Field(default_factory=list, alias="all", min_length=1)
    any_: "list[RuleSource]" = Field(default_factory=list, alias="any", min_length=1)
    not_: "RuleSource | None" = Field(default=None, alias="not")
    topic: Slugs = ()
    language: Languages = ()
    country: Countries = ()
    organisation_type: Labels = ()
    tag: Labels = ()
    source: Lines = ()
    subscribed: SubscribedSource | None = None
    event: Annotated[EventSource | None, BeforeValidator(_event)] = None

    @model_validator(mode="after")
    def _one(self) -> "RuleSource":
        named = self.model_fields_set
        if len(named) != 1 or getattr(self, next(iter(named))) is None:
            raise Wrong(
                "Write exactly one condition here. To join several, put each between braces into "
                "a list, as in all = [{ … }, { … }] or any = [{ … }, { … }]."
            )
        return self

    def to_rule(self) -> Rule:
        """Give the rule as a value."""
        if self.all_:
            return rules.AllOf(tuple(each.to_rule() for each in self.all_))
        if self.any_:
            return rules.AnyOf(tuple(each.to_rule() for each in self.any_))
        if self.not_:
            return rules.Not(self.not_.to_rule())
        return self._condition()

    def _condition(self) -> rules.Condition:
        if found := self.subscribed:
            return rules.SubscribedSince(found.since, found.before, found.topic)
        if event := self.event:
            return rules.TookPart(event.slug, event.part is Part.ATTENDED, event.on)
        [key] = self.model_fields_set
        kind = next(kind for kind, (name, _) in rules.LISTS.items() if name == key)
        made: rules.Condition = kind(getattr(self, key))
        return made

    def conditions(self, place: Place) -> Iterator[tuple[rules.Condition, Place]]:
        """Give each condition with its place in the file."""
        for key, inner in (("all", self.all_), ("any", self.any_)):
            for number, each in enumerate(inner):
                yield from each.conditions((*place, key, number))
        if self.not_:
            yield from self.not_.conditions((*place, "not"))
        elif not self.all_ and not self.any_:
            yield self._condition(), (*place, *self.model_fields_set)


def _bounded(value: object) -> object:
    """Refuse a rule without end before anybody walks down into it."""
    waiting, found = [(value, 1)], 0
    while waiting:
        rule, depth = waiting.pop()
        if depth > DEEPEST:
            raise Wrong(
                "Rules stand here within rules more than %(most)s deep. Make it simpler.",
                most=DEEPEST,
            )
        inner = _within(rule)
        waiting += [(each, depth + 1) for each in inner]
        found += not inner
        if found > MOST_CONDITIONS:
            raise Wrong("This has more than %(most)s conditions.", most=MOST_CONDITIONS)
    return value


def _within(rule: object) -> list[object]:
    if not isinstance(rule, Mapping):
        return []
    lists = [rule[key] for key in ("all", "any") if isinstance(rule.get(key), list)]
    return [each for found in lists for each in found] + [
        rule[key] for key in ("not",) & rule.keys()
    ]


Bounded = Annotated[RuleSource, BeforeValidator(_bounded)]


def _free(slug: str) -> str:
    if slug in RESERVED:
        raise Wrong("“%(value)s” is a word of the desk. Choose another short name.", value=slug)
    return slug


class SegmentSource(_Table):
    """One segment of the file."""

    slug: Annotated[Slug, AfterValidator(_free)]
    name: Texts
    description: Texts | None = None
    rule: Bounded


class SegmentsSource(_Table):
    """The whole file."""

    segments: list[SegmentSource] = Field(default_factory=list)


class _Rule(_Table):
    rule: Bounded


@dataclass(frozen=True)
class Known:
    """What a rule may name, and which names are taken."""

    topics: Collection[str]
    events: Collection[str]
    taken: Collection[str] = ()
    """Slugs of the segments that were made in the desk."""


def check_days(since: date | None, before: date | None) -> None:
    """Raise Wrong for two days between which there is nobody, or none at all."""
    if since is None and before is None:
        raise Wrong("Say since when, before when, or both.")
    if since is not None and before is not None and before <= since:
        raise Wrong("Nobody came in between: “before” must be a later day than “since”.")


def rule_from(data: Mapping[str, Any]) -> Rule:
    """Read a rule from plain data (`segment_rules.to_data`); Refused if it is none."""
    try:
        return _Rule.model_validate({"rule": data}).rule.to_rule()
    except ValidationError as error:
        told = [found.get("ctx", {}).get("error") for found in error.errors()]
        wrong = next((each for each in told if isinstance(each, Wrong)), None)
        if wrong is None:
            raise Refused("The rule of this segment cannot be read.") from error
        raise Refused(wrong.sentence.text, **wrong.sentence.values) from error


def read_segments(file: TextFile, known: Known) -> tuple[list[SegmentSource], list[Fault]]:
    """Give the segments of the file in their order, or all its faults."""
    document, unread = read_document(file)
    if document is None or unread:
        return [], list(unread)
    source, faults = check(document, SegmentsSource)
    if source is None:
        return [], limited(PATH, faults)
    slugs = (segment.slug for segment in source.segments)
    faults = repeated(document, "segments", slugs, "There are two segments “%(slug)s”.")
    faults += [*_taken(document, source, known), *_unknown(document, source, known)]
    return ([] if faults else source.segments), limited(PATH, faults)


def _taken(document: Document, source: SegmentsSource, known: Known) -> Iterator[Fault]:
    for number, segment in enumerate(source.segments):
        if segment.slug in known.taken:
            said = "A segment “%(slug)s” was made in the desk already. Choose another short name."
            yield document.fault(("segments", number, "slug"), said, slug=segment.slug)


def _unknown(document: Document, source: SegmentsSource, known: Known) -> Iterator[Fault]:
    """Tell of topics and events that do not exist: a slip of the pen would select nobody."""
    for number, segment in enumerate(source.segments):
        for condition, place in segment.rule.conditions(("segments", number, "rule")):
            for topic in _topics(condition):
                if topic not in known.topics:
                    yield document.fault(
                        place,
                        "There is no topic “%(topic)s” in subscribers/topics.toml. "
                        "There are: %(known)s.",
                        topic=topic,
                        known=", ".join(known.topics),
                    )
            if isinstance(condition, rules.TookPart) and condition.event not in known.events:
                yield document.fault(place, "There is no event “%(name)s”.", name=condition.event)


def _topics(condition: rules.Condition) -> tuple[str, ...]:
    match condition:
        case rules.HasTopic(topics):
            return topics
        case rules.SubscribedSince(topic=topic) if topic:
            return (topic,)
        case _:
            return ()
