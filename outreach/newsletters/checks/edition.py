"""All checks of one edition, in every language: what stands in the way, what to look at."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.content.faults import Fault, stored_faults
from outreach.errors import Refused, Sentence
from outreach.mail.compose import Composed
from outreach.newsletters.basis import standing
from outreach.newsletters.checks import link_rows, links, spam
from outreach.newsletters.checks.findings import CheckResult, Finding, Kind, Level, ordered
from outreach.newsletters.checks.languages import check_languages
from outreach.newsletters.checks.letter import (
    check_contrast,
    check_letter,
    check_open_places,
    too_large,
)
from outreach.newsletters.checks.past import check_date, check_past
from outreach.newsletters.checks.reading import Reading, read_edition
from outreach.newsletters.compose import Desk, compose_text, edition_faults, folder
from outreach.newsletters.models import Edition

_SHARED = (Kind.FILES, Kind.LINKS, Kind.CONTRAST)
_OF_ONE = (
    Kind.FILES,
    Kind.SUBJECT,
    Kind.PREHEADER,
    Kind.FIELDS,
    Kind.LINKS,
    Kind.PICTURES,
    Kind.HEADINGS,
    Kind.SIZE,
    Kind.DATES,
    Kind.LANGUAGES,
    Kind.SPAM,
    Kind.LETTER,
)
_CATCH_UP = Sentence(
    "Bring the translation up to date; the page of the edition shows what has changed. If it is up "
    "to date as it is, say so there."
)
_MEND = Sentence("Correct the file. It is read again as soon as it is saved and synced.")


def check_edition(desk: Desk, edition: Edition, *, at: datetime | None = None) -> CheckResult:
    """Check an edition as its rows have it now, for being sent at a moment (else: now).

    Reads rows only: links and spam are judged by what a worker has found within the last hour.
    """
    readings = read_edition(desk, edition)
    found = [_of_fault(fault, edition) for fault in all_faults(desk, edition)]
    looked = links.check_links(desk, readings, edition.name, desk.now)
    found += looked.findings
    found += [*check_contrast(desk), *check_date(edition, readings, at or desk.now)]
    found += check_languages(desk, readings)
    verdicts = spam.verdicts(desk.session, edition, desk.now)
    for reading in readings:
        found += _letter(desk, edition, reading)
        found += check_past(desk, edition, reading, at or desk.now)
        if reading.language in verdicts:
            found += spam.check_spam(reading, verdicts[reading.language])
    found += _behind(desk, edition, readings)
    there = [reading.language for reading in readings]
    languages = _told_of(desk, there, found)
    unseen = {language: _unseen(language, verdicts, looked.unseen) for language in ("", *languages)}
    for language in faulty(found):
        told = {each.kind for each in found if each.language == language}
        unseen[language] = tuple(kind for kind in _OF_ONE if kind not in told)
    return CheckResult(
        languages=languages,
        findings=ordered(found, languages),
        passed=_passed(found, languages, unseen),
        unseen=unseen,
        absent=tuple(each for each in desk.site.languages if each not in languages),
        links=looked.look,
        without_spam=any(not verdict.installed for verdict in verdicts.values()),
        sources=edition.sources_checksum,
    )


def faulty(found: Sequence[Finding]) -> frozenset[str]:
    """Give the languages whose file has faults: their last good text says nothing of that file."""
    return frozenset(each.language for each in found if each.language and each.kind is Kind.FILES)


def failing(desk: Desk, edition: Edition, composed: Sequence[Composed]) -> list[Finding]:
    """Give what stands in the way of sending letters that are composed already.

    The faults of files are not among it: whoever composes has looked at them before.
    """
    readings = read_edition(desk, edition)
    letters = {each.language: each for each in composed}
    looked = links.check_links(desk, readings, edition.name, desk.now)
    found = [*looked.findings]
    for reading in readings:
        found += check_open_places(reading, letters[reading.language])
    return [each for each in found if each.level == Level.FAIL]


def all_faults(desk: Desk, edition: Edition) -> list[Fault]:
    """Give what the last sync found, and what has gone from the rows since, each once."""
    own = f"{folder(edition)}/"
    newsletter = f"content/newsletters/{edition.newsletter.slug}/newsletter.toml"
    found = [*stored_faults(desk.session, own, newsletter), *edition_faults(desk, edition)]
    return list({str(fault): fault for fault in found}.values())


def ask(
    session: Session, edition: Edition, urls: Sequence[str], now: datetime, *, again: bool = False
) -> int:
    """Ask a worker to look at the letters of an edition and at its `addresses`.

    Gives how many links are new on the worker's list.
    """
    spam.ask(session, edition, now)
    return link_rows.ask(session, urls, now, again=again)


def addresses(desk: Desk, edition: Edition) -> tuple[str, ...]:
    """Give the addresses elsewhere that an edition leads to, each once."""
    return links.addresses(desk, read_edition(desk, edition))


def _letter(desk: Desk, edition: Edition, reading: Reading) -> Iterator[Finding]:
    text = edition.text_in(reading.language)
    if text is None:
        return
    try:
        composed = compose_text(desk, edition, text)
    except Refused as refused:
        yield too_large(reading, refused.sentence)
        return
    yield from check_letter(reading, composed)


def _of_fault(fault: Fault, edition: Edition) -> Finding:
    name = fault.path.removeprefix(f"{folder(edition)}/")
    language = name.removesuffix(".md") if name.endswith(".md") and "/" not in name else ""
    return Finding(Level.FAIL, Kind.FILES, language, fault.path, fault.line, fault.sentence, _MEND)


def _told_of(desk: Desk, there: Sequence[str], found: Sequence[Finding]) -> tuple[str, ...]:
    """Give the languages in the order of the site: of some there may be nothing but faults."""
    order = {language: place for place, language in enumerate(desk.site.languages)}
    every = {*there, *faulty(found)}
    return tuple(sorted(every, key=lambda each: (order.get(each, len(order)), each)))


def _behind(desk: Desk, edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """Find translations that lack changes of the text that they were made from."""
    stood = standing(edition, desk.site)
    for reading in readings:
        stands = stood[reading.language]
        if not stands.behind:
            continue
        source = next(each for each in readings if each.language == stands.of)
        told = Sentence(
            "Passages that have changed in %(place)s since this was translated: %(number)s.",
            {"place": source.path.rpartition("/")[2], "number": stands.behind},
        )
        yield Finding(
            Level.WARN, Kind.LANGUAGES, reading.language, reading.path, 1, told, _CATCH_UP
        )


def _unseen(
    language: str, verdicts: Mapping[str, spam.Verdict], links_unseen: frozenset[str]
) -> tuple[Kind, ...]:
    """Give what nobody has looked at, of one language."""
    unseen = [Kind.LINKS] if language in links_unseen else []
    verdict = verdicts.get(language)
    if language and (verdict is None or not verdict.limit):
        unseen.append(Kind.SPAM)
    return tuple(unseen)


def _passed(
    found: Sequence[Finding], languages: Sequence[str], unseen: Mapping[str, tuple[Kind, ...]]
) -> dict[str, tuple[Kind, ...]]:
    """Give what was looked at and has nothing to it, by language."""
    told = {(each.language, each.kind) for each in found}
    passed = {}
    for language in ("", *languages):
        kinds = _OF_ONE if language else _SHARED
        passed[language] = tuple(
            kind for kind in kinds if (language, kind) not in told and kind not in unseen[language]
        )
    return passed
