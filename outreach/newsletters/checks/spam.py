"""What SpamAssassin says of the letters of an edition, where it is installed.

The web only asks; a worker or the command line runs the program and writes down what it said.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.errors import Sentence
from outreach.log import logger
from outreach.newsletters.checks.findings import Finding, Kind, Level
from outreach.newsletters.checks.models import SpamCheck
from outreach.newsletters.checks.reading import Reading
from outreach.newsletters.models import Edition

KEPT = timedelta(hours=1)
PATIENCE = timedelta(minutes=10)
"""After this a letter that nobody looked at counts as not asked for."""
AGAIN = timedelta(seconds=30)
"""A letter is not asked for again within this, however often a button is pressed."""
SECONDS = 60
PROGRAMS = (("spamc", "-R"), ("spamassassin", "--local", "--test-mode"))
"""In the order of choice: the client of a running daemon, then the program itself."""
_SHORT = re.compile(r"\A\s*(-?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)\s*$", re.MULTILINE)
_LONG = re.compile(
    r"^X-Spam-Status:\s*\w+,\s*score=(-?\d+(?:\.\d+)?)\s+required=(\d+(?:\.\d+)?)", re.MULTILINE
)
_RULE = re.compile(r"^\s*(?:\*\s+)?(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]{2,60})\b", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What SpamAssassin said of one letter."""

    installed: bool = False
    score: float = 0.0
    limit: float = 0.0
    """0 where it said nothing that can be understood."""
    rules: str = ""


def ask(session: Session, edition: Edition, now: datetime) -> None:
    """Ask for every language of an edition to be looked at, unless that was done just now."""
    lately = select(SpamCheck.language).where(
        SpamCheck.edition == edition.name, SpamCheck.asked_at > now - AGAIN
    )
    asked = set(session.scalars(lately))
    for text in sorted(edition.translations, key=lambda each: each.language):
        if text.language in asked:
            continue
        insert = insert_into(session, SpamCheck).values(
            edition=edition.name,
            language=text.language,
            asked_at=now,
            sources="",
            installed=False,
            score=0.0,
            limit=0.0,
            rules="",
        )
        session.execute(
            insert.on_conflict_do_update(
                index_elements=[SpamCheck.edition, SpamCheck.language],
                set_={"asked_at": insert.excluded.asked_at},
            )
        )


def next_due(session: Session, now: datetime) -> tuple[str, str] | None:
    """Give edition and language of the letter that was asked for first; None if none was."""
    query = (
        select(SpamCheck.edition, SpamCheck.language)
        .where(
            SpamCheck.asked_at >= now - PATIENCE,
            or_(SpamCheck.checked_at.is_(None), SpamCheck.checked_at < SpamCheck.asked_at),
        )
        .order_by(SpamCheck.asked_at, SpamCheck.edition, SpamCheck.language)
        .limit(1)
    )
    found = session.execute(query).first()
    return (found.edition, found.language) if found else None


def record(
    session: Session, edition: str, language: str, *, sources: str, verdict: Verdict, now: datetime
) -> None:
    """Write down what was said of a letter."""
    session.execute(
        update(SpamCheck)
        .where(SpamCheck.edition == edition, SpamCheck.language == language)
        .values(
            checked_at=now,
            sources=sources,
            installed=verdict.installed,
            score=verdict.score,
            limit=verdict.limit,
            rules=verdict.rules,
        )
    )


def verdicts(session: Session, edition: Edition, now: datetime) -> dict[str, Verdict]:
    """Give what was said within the last hour of the letters as they are, by language."""
    rows = session.scalars(select(SpamCheck).where(SpamCheck.edition == edition.name))
    sums = {text.language: text.checksum for text in edition.translations}
    return {
        row.language: Verdict(row.installed, row.score, row.limit, row.rules)
        for row in rows
        if row.checked_at is not None
        and row.checked_at > now - KEPT
        and row.sources == sums.get(row.language)
    }


def check_spam(reading: Reading, verdict: Verdict) -> Iterator[Finding]:
    """Find a letter that would be taken for spam."""
    if verdict.limit and verdict.score >= verdict.limit:
        yield Finding(
            Level.WARN,
            Kind.SPAM,
            reading.language,
            reading.path,
            reading.line("subject"),
            Sentence(
                "SpamAssassin gives this letter %(score)s points, and calls a mail spam from "
                "%(limit)s on: %(rules)s.",
                {
                    "score": f"{verdict.score:g}",
                    "limit": f"{verdict.limit:g}",
                    "rules": verdict.rules or "–",
                },
            ),
            Sentence("Look at what it found, and change what you can."),
        )


def judged(mail: bytes) -> Verdict:
    """Let SpamAssassin judge a mail (RFC 5322). Never raises: without it nothing is judged."""
    for name, *options in PROGRAMS:
        program = shutil.which(name)
        if program is None:
            continue
        verdict = _run([program, *options], mail)
        if verdict.limit:
            return verdict
    installed = any(shutil.which(name) for name, *_ in PROGRAMS)
    return Verdict(installed=installed)


def _run(command: list[str], mail: bytes) -> Verdict:
    try:
        done = subprocess.run(  # noqa: S603  (a program of this machine, with words of ours)
            command, input=mail, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger("newsletters.checks").warning("SpamAssassin failed", error=type(error).__name__)
        return Verdict(installed=True)
    return understood(done.stdout.decode("utf-8", "replace"))


def understood(said: str) -> Verdict:
    """Understand what either program printed."""
    match = _SHORT.search(said) or _LONG.search(said)
    if match is None:
        return Verdict(installed=True)
    rules = [f"{name} {points}" for points, name in _RULE.findall(said) if float(points) > 0]
    return Verdict(True, float(match[1]), float(match[2]), ", ".join(rules)[:1000])  # noqa: FBT003
