"""The links of an edition: ours are judged by our rows, others by what is known of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.articles.cards import RowCards
from outreach.content.site import SITE_PATH
from outreach.mail.blocks import EventCard
from outreach.newsletters.checks import link_rows, link_words, our_links
from outreach.newsletters.checks.findings import Finding, Kind, LinkLook
from outreach.newsletters.checks.guarded import Rules
from outreach.newsletters.checks.link_words import Told, filled, told_of
from outreach.newsletters.checks.looking import address_problem, leads_nowhere_public
from outreach.newsletters.checks.models import LinkCheck
from outreach.newsletters.checks.reading import EVENT, UPCOMING, Reading
from outreach.newsletters.compose import Desk

_RULES = Rules()


@dataclass(frozen=True)
class Used:
    """One use of an address."""

    url: str
    language: str
    path: str
    line: int


@dataclass(frozen=True)
class Links:
    """What the links of an edition come to."""

    findings: tuple[Finding, ...]
    look: LinkLook
    urls: tuple[str, ...]
    """What can be asked of the network, each once."""
    unseen: frozenset[str]
    """Languages with links that were not looked at within the hour."""


def check_links(desk: Desk, readings: Sequence[Reading], name: str, now: datetime) -> Links:
    """Judge every link that the letters of an edition of that name carry."""
    ours, others = _used(desk, readings)
    findings = [
        _finding(use, told) for use in ours if (told := our_links.told_of_ours(desk, use.url, name))
    ]
    asked = _urls(others)
    rows = link_rows.known(desk.session, asked, now)
    unseen: dict[str, list[Used]] = {}
    for use in others:
        if _can_ask(use.url) and use.url not in rows:
            unseen.setdefault(use.language, []).append(use)
        elif told := _told(use.url, rows):
            findings.append(_finding(use, told))
    findings += [_not_looked_at(uses) for uses in unseen.values()]
    plain = [url for url in asked if url in rows]
    look = LinkLook(len(asked), len(plain), link_rows.pending(desk.session, asked, now))
    return Links(tuple(findings), look, asked, frozenset(unseen))


def addresses(desk: Desk, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Give the addresses elsewhere that can be asked for, each once."""
    return _urls(_used(desk, readings)[1])


def _used(desk: Desk, readings: Sequence[Reading]) -> tuple[list[Used], list[Used]]:
    """Give the links to our own site, and those that lead elsewhere."""
    ours, others = [], []
    for use in _all(desk, readings):
        if our_links.is_ours(desk, use.url):
            ours.append(use)
        elif use.url.startswith(("http://", "https://")):
            others.append(use)
    return ours, others


def _all(desk: Desk, readings: Sequence[Reading]) -> Iterator[Used]:
    for reading in readings:
        for piece in reading.links:
            yield Used(piece.value, reading.language, reading.path, piece.line)
        yield from _cards(desk, reading)
    yield from _footer(desk)


def _cards(desk: Desk, reading: Reading) -> Iterator[Used]:
    """Give the links to register, and to recordings, that cards carry."""
    cards = desk.cards.speaking(reading.language)
    for piece in reading.references:
        for card in _shown(cards, piece.value, desk.now):
            for url in filter(None, (card.register_url, card.recording_url)):
                yield Used(url, reading.language, reading.path, piece.line)


def _shown(cards: RowCards, reference: str, now: datetime) -> Iterable[EventCard]:
    """Give the cards of events that a block shows."""
    if match := EVENT.fullmatch(reference):
        card = cards.event(match[1], now)
        return (card,) if card else ()
    if match := UPCOMING.fullmatch(reference):
        return cards.upcoming(int(match[1]), match[2] or "", now)
    return ()


def _footer(desk: Desk) -> Iterator[Used]:
    """Give the links at the foot of every mail; they are written in the site's file."""
    for number, link in enumerate(desk.site.source.links):
        yield Used(link.url, "", SITE_PATH, our_links.footer_line(desk, number))


def _urls(uses: Sequence[Used]) -> tuple[str, ...]:
    """Give what can be asked of the network: of a plain http link, its twin with https too."""
    found: dict[str, None] = {}
    for use in uses:
        if _can_ask(use.url):
            found[use.url] = None
            if use.url.startswith("http://"):
                found[_secure(use.url)] = None
    return tuple(found)


def _secure(url: str) -> str:
    return f"https://{url.removeprefix('http://')}"


def _can_ask(url: str) -> bool:
    return not address_problem(url, _RULES.ports) and not leads_nowhere_public(url, _RULES)


def _told(url: str, rows: Mapping[str, LinkCheck]) -> Told | None:
    """Tell what is known to be wrong with a link elsewhere."""
    problem = address_problem(url, _RULES.ports)
    if problem:
        return link_words.of_problem(problem, url)
    if leads_nowhere_public(url, _RULES):
        return filled(link_words.NOWHERE, url)
    twin = rows.get(_secure(url)) if url.startswith("http://") else None
    secure = link_rows.outcome(twin) if twin else None
    return told_of(url, link_rows.outcome(rows[url]), secure)


def _not_looked_at(uses: Sequence[Used]) -> Finding:
    """Tell it once for a language: a list of all its links helps nobody."""
    number = len({use.url for use in uses})
    return _finding(uses[0], filled(link_words.NOT_LOOKED_AT, uses[0].url, number=number))


def _finding(use: Used, told: Told) -> Finding:
    level, sentence, advice = told
    return Finding(level, Kind.LINKS, use.language, use.path, use.line, sentence, advice)
