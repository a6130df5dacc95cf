"""A rule in words, in the reader's language: sentences, and lists of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel.lists import format_list

from outreach.audience.models import Topic
from outreach.audience.segment_rules import (
    LISTS,
    AllOf,
    AnyOf,
    CameFrom,
    Condition,
    HasTopic,
    LivesIn,
    Not,
    Rule,
    Speaks,
    SubscribedSince,
    Tagged,
    TookPart,
    WorksFor,
    conditions,
)
from outreach.errors import Sentence
from outreach.events.queries import titles
from outreach.web.visit import Visit

Words = tuple[Sentence, Sentence]
"""That it is so, and that it is not."""

_LISTED: Mapping[type, Words] = {
    HasTopic: (
        Sentence("They are subscribed to %(what)s"),
        Sentence("They are not subscribed to %(what)s"),
    ),
    Speaks: (
        Sentence("They read us in this language: %(what)s"),
        Sentence("They do not read us in this language: %(what)s"),
    ),
    LivesIn: (Sentence("Their country: %(what)s"), Sentence("Not their country: %(what)s")),
    WorksFor: (
        Sentence("Their type of organisation: %(what)s"),
        Sentence("Not their type of organisation: %(what)s"),
    ),
    Tagged: (Sentence("They have the tag %(what)s"), Sentence("They do not have the tag %(what)s")),
    CameFrom: (
        Sentence("They came to us by what begins with %(what)s"),
        Sentence("They did not come to us by what begins with %(what)s"),
    ),
}
_EVENT: Mapping[tuple[bool, bool], Words] = {
    (False, False): (
        Sentence("They registered for “%(event)s”"),
        Sentence("They did not register for “%(event)s”"),
    ),
    (False, True): (
        Sentence("They registered for “%(event)s” on %(day)s"),
        Sentence("They did not register for “%(event)s” on %(day)s"),
    ),
    (True, False): (
        Sentence("They attended “%(event)s”"),
        Sentence("They did not attend “%(event)s”"),
    ),
    (True, True): (
        Sentence("They attended “%(event)s” on %(day)s"),
        Sentence("They did not attend “%(event)s” on %(day)s"),
    ),
}
"""By whether they were there, and whether one date is meant."""
_PERSON = {
    (True, False): Sentence("They have been with us since %(since)s or later"),
    (False, True): Sentence("They came to us before %(before)s"),
    (True, True): Sentence("They came to us from %(since)s on and before %(before)s"),
}
_TOPIC = {
    (True, False): Sentence("They have had “%(topic)s” since %(since)s or later"),
    (False, True): Sentence("They have had “%(topic)s” since before %(before)s"),
    (True, True): Sentence("They chose “%(topic)s” from %(since)s on and before %(before)s"),
}
"""By whether there is a first day, and a last."""
_NOT_SO = Sentence("Not so: %(what)s")


@dataclass(frozen=True)
class Said:
    """One line, and the lines beneath it."""

    text: str
    items: "tuple[Said, ...]" = field(default_factory=tuple)


@dataclass(frozen=True)
class Names:
    """What topics and events are called in the reader's language."""

    visit: Visit
    topics: Mapping[str, str]
    events: Mapping[str, str]

    def either(self, values: Iterable[str]) -> str:
        """Join with commas and "or"."""
        return str(format_list(list(values), style="or", locale=self.visit.t.locale))


def names(visit: Visit, rows: Iterable[Topic], rule: Rule | None = None) -> Names:
    """Collect the names of all topics, and of all events or (with a rule) of those it names."""
    slugs = None
    if rule is not None:
        slugs = {each.event for each in conditions(rule) if isinstance(each, TookPart)}
    found = titles(visit.session, slugs)
    return Names(
        visit,
        {row.slug: visit.text(row.names) for row in rows},
        {slug: visit.text(texts) for slug, texts in found.items()},
    )


def said(rule: Rule, known: Names, *, negated: bool = False) -> Said:
    """Say a rule."""
    t = known.visit.t
    match rule:
        case Not(inner):
            return said(inner, known, negated=not negated)
        case AllOf(rules):
            heading = t("Not all of these:") if negated else t("All of these:")
        case AnyOf(rules):
            heading = t("None of these:") if negated else t("At least one of these:")
        case _:
            return Said(_condition(rule, known, negated=negated))
    return Said(heading, tuple(said(each, known) for each in rules))


def _condition(rule: Condition, known: Names, *, negated: bool) -> str:
    t = known.visit.t
    match rule:
        case SubscribedSince():
            told = _since(rule, known)
            return t.say(Sentence(_NOT_SO.text, {"what": told})) if negated else told
        case TookPart():
            words = _EVENT[rule.attended, rule.on is not None][negated]
            day = t.day(rule.on) if rule.on is not None else ""
            event = known.events.get(rule.event, rule.event)
            return t.say(Sentence(words.text, {"event": event, "day": day}))
        case _:
            what = known.either(_values(rule, known))
            return t.say(Sentence(_LISTED[type(rule)][negated].text, {"what": what}))


def _values(rule: Condition, known: Names) -> list[str]:
    visit = known.visit
    match rule:
        case HasTopic(topics):
            return [known.topics.get(slug, slug) for slug in topics]
        case Speaks(languages):
            return [visit.in_words(language) for language in languages]
        case LivesIn(countries):
            return sorted(visit.country(code) for code in countries)
        case _:
            return list(getattr(rule, LISTS[type(rule)][1]))


def _since(rule: SubscribedSince, known: Names) -> str:
    t = known.visit.t
    words = (_TOPIC if rule.topic else _PERSON)[rule.since is not None, rule.before is not None]
    values = {
        "topic": known.topics.get(rule.topic, rule.topic),
        "since": t.day(rule.since) if rule.since is not None else "",
        "before": t.day(rule.before) if rule.before is not None else "",
    }
    return t.say(Sentence(words.text, values))
