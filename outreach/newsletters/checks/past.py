"""What is past: events that are over, dates that ask for something, the date of the edition."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from outreach.errors import Sentence
from outreach.events.state import is_over
from outreach.newsletters.checks.dates import days_in
from outreach.newsletters.checks.findings import Finding, Kind, Level
from outreach.newsletters.checks.reading import EVENT, Piece, Reading
from outreach.newsletters.compose import Desk
from outreach.newsletters.models import Edition

OLD = timedelta(days=31)
"""An edition of a month is written, and sent, within it or a little later."""
_NEAR = 90
"""Characters before a date in which something may ask for it to be still to come."""
_ASKS = {
    "en": (
        r"(?:register|sign up|apply) (?:by|until|before)|join us|(?:is|are) due|deadline|"
        r"no later than|will (?:take place|be held|meet|start|open)|"
        r"takes place|save the date|submit\b.*\b(?:by|until|before)"
    ),
    "fr": (
        r"inscri(?:vez|ption)|jusqu.au|date limite|au plus tard|avant le|rejoignez|aura lieu|"
        r"se tiendra|auront lieu|rendez-vous|réservez"
    ),
    "es": (
        r"inscr[ií]b|inscripci|hasta el|fecha límite|plazo|a más tardar|antes del|acompáñe|"
        r"tendrá lugar|se celebrará|tendrán lugar|reserve"
    ),
}
_PATTERNS = {language: re.compile(asks, re.IGNORECASE) for language, asks in _ASKS.items()}
_SENTENCE_END = re.compile(r"[.!?…]\s")


def check_date(edition: Edition, readings: Sequence[Reading], at: datetime) -> Iterator[Finding]:
    """Find an edition that is dated long before it is sent; its languages share the date."""
    if readings and at.date() - edition.date > OLD:
        found = _finding(
            next((each for each in readings if "date" in each.lines), readings[0]),
            readings[0].line("date"),
            Sentence("The edition is dated %(day)s.", {"day": edition.date}),
            Sentence("Was the file copied from an earlier edition? Correct “date”."),
        )
        yield replace(found, language="")


def check_past(desk: Desk, edition: Edition, reading: Reading, at: datetime) -> Iterator[Finding]:
    """Find what will be past when the edition is sent, at that moment."""
    today = at.date()
    for piece in reading.references:
        yield from _event(desk, reading, piece, at)
    pattern = _PATTERNS.get(reading.language.partition("-")[0])
    if pattern is not None:
        for piece in reading.words:
            yield from _asked(reading, piece, pattern, edition.date, today)


def _event(desk: Desk, reading: Reading, piece: Piece, at: datetime) -> Iterator[Finding]:
    match = EVENT.fullmatch(piece.value)
    card = desk.cards.speaking(reading.language).event(match[1], at) if match else None
    if card is None or card.recording_url:
        return
    if is_over(card.date, card.starts_at, card.ends_at, at):
        yield _finding(
            reading,
            piece.line,
            Sentence(
                "The event “%(title)s” is over: it was on %(day)s.",
                {"title": card.title, "day": card.date},
            ),
            Sentence("Take it out, or give it a recording to watch."),
        )


def _asked(
    reading: Reading, piece: Piece, pattern: re.Pattern[str], of: date, today: date
) -> Iterator[Finding]:
    """Find a day by which readers should do something, and that is over."""
    text = piece.value.replace("\n", " ")
    for written in days_in(text, reading.language):
        before = _SENTENCE_END.split(text[max(0, written.start - _NEAR) : written.start])[-1]
        day = written.nearest(of)
        if day is None or day >= today or not pattern.search(before):
            continue
        yield _finding(
            reading,
            piece.line + piece.value.count("\n", 0, written.start),
            Sentence("“%(shown)s” is past.", {"shown": written.shown}),
            Sentence("Correct the date, or write it as something that has been."),
        )


def _finding(reading: Reading, line: int, sentence: Sentence, advice: Sentence) -> Finding:
    return Finding(Level.WARN, Kind.DATES, reading.language, reading.path, line, sentence, advice)
