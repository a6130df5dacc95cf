"""A line of the log in the reader's words: of what, and what was so before and after."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from outreach.audience.models import Segment, Topic
from outreach.audience.segment_source import rule_from
from outreach.errors import OutreachError, Sentence
from outreach.newsletters.models import Edition, Newsletter, Translation
from outreach.newsletters.personas import PERSONAS
from outreach.phrases.catalog import Phrases
from outreach.staff.models import Act
from outreach.web.desk.segment_words import Names, Said, names, said
from outreach.web.desk.words import said_role
from outreach.web.visit import Visit

LABELS = {
    "role": Sentence("Role"),
    "name": Sentence("Name"),
    "language": Sentence("Language"),
    "sent": Sentence("Sent"),
    "waiting": Sentence("Waiting"),
    "uncertain": Sentence("Uncertain"),
    "again": Sentence("Sent again"),
    "recipients": Sentence("Recipients"),
    "edition": Sentence("Edition"),
    "topic": Sentence("Topic"),
    "time": Sentence("Time of sending"),
    "people": Sentence("Number of people"),
    "state": Sentence("State"),
    "rule": Sentence("Rule"),
    "segment": Sentence("Segment"),
    "languages": Sentence("Languages"),
    "mails": Sentence("Mails"),
    "as": Sentence("Written to"),
    "links": Sentence("Links"),
    "behind": Sentence("Changes behind"),
}
_NOBODY_KNOWN = Sentence("somebody of whom nothing is known")


@dataclass(frozen=True)
class LogWords:
    """Says the lines of one page; what they name is read once."""

    visit: Visit

    def subject(self, act: Act) -> str:
        """Say what it was done to: an address stays one."""
        kind = act.act.partition(".")[0]
        if kind == "campaign":
            return self.t("Campaign %(number)s", number=act.subject.removeprefix("campaign "))
        if kind in ("edition", "segment"):
            return self._value(kind, act.subject)
        return act.subject

    def details(self, act: Act) -> list[str]:
        """Say each value that was noted, and what it became where that is known."""
        keys = dict.fromkeys([*act.before, *act.after])
        return [self._detail(key, act) for key in keys if _tells(key, act.before, act.after)]

    @property
    def t(self) -> Phrases:
        """Give the words of the reader's language."""
        return self.visit.t

    def _detail(self, key: str, act: Act) -> str:
        label = self.t.say(LABELS[key]) if key in LABELS else key
        values = [self._value(key, noted[key]) for noted in (act.before, act.after) if key in noted]
        shown = " → ".join(value or "–" for value in values)
        return self.t("%(label)s: %(value)s", label=label, value=shown)

    def _value(self, key: str, value: object) -> str:
        text = str(value)
        try:
            told = self._told(key, text)
        except (OutreachError, ValueError, KeyError):
            told = None  # an older line, or of something that is there no more
        return told or (self.t.number(value) if isinstance(value, int) else text)

    def _told(self, key: str, text: str) -> str | None:
        ways: Mapping[str, Callable[[str], str | None]] = {
            "role": lambda role: said_role(role, self.t),
            "state": self.t,
            "language": self.visit.in_words,
            "languages": self._languages,
            "time": self._moment,
            "topic": lambda slug: self._topics.get(slug),
            "segment": lambda slug: self._segments.get(slug),
            "edition": lambda name: self._editions.get(name),
            "as": self._reader,
            "rule": self._rule,
            "links": self._number,
            "behind": self._number,
        }
        return ways[key](text) if key in ways else None

    def _languages(self, tags: str) -> str:
        return self.t.listed(self.visit.in_words(tag) for tag in tags.split(", "))

    def _moment(self, text: str) -> str:
        zone = self.visit.services.settings.staff_zone
        return self.t.moment(datetime.fromisoformat(text), zone, "medium")

    def _number(self, text: str) -> str:
        return self.t.number(int(text))

    def _reader(self, text: str) -> str | None:
        key, _, number = text.partition(" ")
        if number:
            return self.t("subscriber no. %(number)s", number=number)
        persona = PERSONAS.get(key)
        return (persona.reader.name or self.t.say(_NOBODY_KNOWN)) if persona else None

    def _rule(self, text: str) -> str:
        return _in_a_line(said(rule_from(json.loads(text)), self._known))

    @cached_property
    def _topic_rows(self) -> list[Topic]:
        return list(self.visit.session.scalars(select(Topic)))

    @cached_property
    def _known(self) -> Names:
        return names(self.visit, self._topic_rows)

    @cached_property
    def _topics(self) -> Mapping[str, str]:
        return {row.slug: self.visit.text(row.names) for row in self._topic_rows}

    @cached_property
    def _segments(self) -> Mapping[str, str]:
        rows = self.visit.session.execute(select(Segment.slug, Segment.names))
        return {slug: self.visit.text(texts) for slug, texts in rows}

    @cached_property
    def _editions(self) -> Mapping[str, str]:
        query = (
            select(Newsletter.slug, Edition.slug, Translation.language, Translation.title)
            .join(Edition, Edition.newsletter_id == Newsletter.id)
            .join(Translation, Translation.edition_id == Edition.id)
        )
        titles: dict[str, dict[str, str]] = {}
        for newsletter, slug, language, title in self.visit.session.execute(query):
            titles.setdefault(f"{newsletter}/{slug}", {})[language] = title
        return {name: self.visit.text(texts) for name, texts in titles.items()}


def _tells(key: str, before: dict[str, object], after: dict[str, object]) -> bool:
    """Tell whether a value is worth a line: nothing is not, nor what stayed the same."""
    if key in before and key in after:
        return before[key] != after[key]
    return (before | after)[key] != ""


def _in_a_line(rule: Said) -> str:
    if not rule.items:
        return rule.text
    items = (f"({_in_a_line(each)})" if each.items else each.text for each in rule.items)
    return f"{rule.text} {' · '.join(items)}"
