"""What checks say of an edition: findings with their places, and what was looked at."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outreach.content.faults import Fault
from outreach.errors import Sentence


class Level(StrEnum):
    """How much a finding weighs."""

    FAIL = "fail"
    """Nothing is scheduled before it is mended."""
    WARN = "warn"
    """A person decides."""


class Kind(StrEnum):
    """What is looked at."""

    FILES = "files"
    SUBJECT = "subject"
    PREHEADER = "preheader"
    FIELDS = "fields"
    LINKS = "links"
    PICTURES = "pictures"
    HEADINGS = "headings"
    CONTRAST = "contrast"
    SIZE = "size"
    DATES = "dates"
    LANGUAGES = "languages"
    SPAM = "spam"
    LETTER = "letter"
    """The finished letter, as a mail program reads it."""


KIND_NAMES: Mapping[Kind, Sentence] = {
    Kind.FILES: Sentence("Content files without faults"),
    Kind.SUBJECT: Sentence("Subject"),
    Kind.PREHEADER: Sentence("Preheader"),
    Kind.FIELDS: Sentence("Personal fields"),
    Kind.LINKS: Sentence("Links"),
    Kind.PICTURES: Sentence("Descriptions of pictures"),
    Kind.HEADINGS: Sentence("Order of headings"),
    Kind.CONTRAST: Sentence("Contrast of colours"),
    Kind.SIZE: Sentence("Size of the letter"),
    Kind.DATES: Sentence("Dates that are past"),
    Kind.LANGUAGES: Sentence("The same in every language"),
    Kind.SPAM: Sentence("Spam score"),
    Kind.LETTER: Sentence("The finished letter"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should look at, with its place and what to do."""

    level: Level
    kind: Kind
    language: str
    """Empty for what all languages share."""
    path: str
    line: int
    sentence: Sentence
    advice: Sentence

    @property
    def fault(self) -> Fault:
        """Give it as a fault of its file."""
        return Fault(self.path, self.line, self.sentence)


@dataclass(frozen=True)
class LinkLook:
    """How far the links of an edition have been looked at, over the network."""

    total: int = 0
    """Addresses elsewhere, in all languages, each once."""
    looked_at: int = 0
    """Within the last hour."""
    pending: int = 0
    """Asked for, and not answered yet."""


@dataclass(frozen=True)
class CheckResult:
    """Everything that was found, and what was looked at without finding anything."""

    languages: tuple[str, ...]
    findings: tuple[Finding, ...]
    passed: Mapping[str, tuple[Kind, ...]]
    """By language; empty key for what all languages share."""
    unseen: Mapping[str, tuple[Kind, ...]]
    """What could not be looked at, by language."""
    absent: tuple[str, ...]
    """Languages of the site in which there is no text."""
    links: LinkLook
    without_spam: bool
    """Whether the letters were to be judged, and SpamAssassin is not installed."""
    sources: str
    """Checksum (SHA-256, hex) of the texts that were looked at."""

    @property
    def fails(self) -> tuple[Finding, ...]:
        """Give what stands in the way of scheduling."""
        return self.at(Level.FAIL)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what a person should decide about."""
        return self.at(Level.WARN)

    def at(self, level: Level, language: str | None = None) -> tuple[Finding, ...]:
        """Give the findings of a level, of one language or of all."""
        return tuple(
            each
            for each in self.findings
            if each.level == level and language in (None, each.language)
        )

    @property
    def fingerprint(self) -> str:
        """Give a checksum of texts and findings: another one tells that something has changed."""
        told = "\n".join(
            f"{each.level} {each.kind} {each.language} {each.path} {each.line} {each.sentence}"
            for each in self.findings
        )
        return hashlib.sha256(f"{self.sources}\n{told}".encode("utf-8", "replace")).hexdigest()


def ordered(findings: Sequence[Finding], languages: Sequence[str]) -> tuple[Finding, ...]:
    """Sort by language as given, fails first, then by place; nothing is said twice."""
    order = {language: place for place, language in enumerate(("", *languages))}
    unique = {
        (each.level, each.language, each.path, each.line, str(each.sentence)): each
        for each in findings
    }
    return tuple(
        sorted(
            unique.values(),
            key=lambda each: (
                order.get(each.language, len(order)),
                each.level != Level.FAIL,
                each.path,
                each.line,
            ),
        )
    )
