"""SpamAssassin: asked by rows, understood in both of its voices, never needed."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.mail.check import lint
from outreach.newsletters.checks import spam
from outreach.newsletters.checks.findings import Kind
from outreach.newsletters.checks.spam import Verdict, judged, understood
from outreach.newsletters.queries import edition
from outreach.newsletters.sample import sample_mail
from tests.newsletters.checks.conftest import LANGUAGES, Desks

REPORT = """\
6.1/5.0
Spam detection software, running on the system "host",
has identified this incoming email as possible spam.

Content analysis details:   (6.1 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 3.5 BAYES_99               BODY: Bayes spam probability is 99 to 100%
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
 2.6 MISSING_SUBJECT        Missing Subject: header
"""
MARKED = """\
X-Spam-Flag: NO
X-Spam-Checker-Version: SpamAssassin 4.0.0 (2022-12-14) on host
X-Spam-Status: No, score=-0.1 required=5.0 tests=DKIM_VALID,HTML_MESSAGE
\tautolearn=ham autolearn_force=no version=4.0.0
Subject: x
"""


def installed(folder: Path, name: str, said: str, status: int = 0) -> None:
    """Put a program of that name into a folder: it reads a mail and says something."""
    folder.mkdir(exist_ok=True)
    (folder / "said").write_text(said)
    file = folder / name
    file.write_text(
        f'#!/bin/sh\ncat > "{folder}/got"\necho "$@" > "{folder}/asked"\n'
        f'cat "{folder}/said"\nexit {status}\n'
    )
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder in which programs are found before all others."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    return folder


def test_both_voices_are_understood() -> None:
    assert understood(REPORT) == Verdict(True, 6.1, 5.0, "BAYES_99 3.5, MISSING_SUBJECT 2.6")
    assert understood(MARKED) == Verdict(True, -0.1, 5.0, "")


@pytest.mark.parametrize("said", ["", "0/0", "nonsense", "1/0 x", "\x00" * 50, "9" * 500 + "/x"])
def test_what_cannot_be_understood_is_no_verdict(said: str) -> None:
    assert understood(said).limit == 0


def test_without_the_program_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert judged(b"Subject: x\r\n\r\nx") == Verdict(installed=False)


def test_the_client_is_asked_first_and_then_the_program(programs: Path) -> None:
    installed(programs, "spamc", REPORT)
    assert judged(b"a mail").score == 6.1
    assert (programs / "got").read_bytes() == b"a mail"
    assert (programs / "asked").read_text().split() == ["-R"]
    (programs / "spamc").write_text("#!/bin/sh\necho 0/0\n")
    assert judged(b"a mail") == Verdict(installed=True)
    installed(programs, "spamassassin", MARKED, status=3)
    (programs / "spamc").write_text("#!/bin/sh\necho 0/0\n")
    assert judged(b"a mail").score == -0.1


def test_a_program_that_hangs_is_left(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(programs, "spamc", "")
    (programs / "spamc").write_text("#!/bin/sh\nexec sleep 5\n")
    monkeypatch.setattr(spam, "SECONDS", 0.3)
    assert judged(b"a mail") == Verdict(installed=True)
    assert os.environ["PATH"].startswith(str(programs))


def test_a_letter_is_asked_for_judged_and_told(desks: Desks) -> None:
    database, now = desks.home.database, desks.home.now
    assert {kinds for kinds in desks.check().unseen.values() if kinds} == {(Kind.SPAM,)}
    desks.ask()
    for number in range(len(LANGUAGES)):
        with database.reading() as session:
            due = spam.next_due(session, now)
            assert due
            found = edition(session, "letter/july")
            sources, mail = sample_mail(desks.open(session), found, due[1])
            assert lint(mail) == []
        verdict = Verdict(True, 5.0 + number, 6.0, "BAYES_99 3.5")
        with database.transaction() as session:
            spam.record(session, *due, sources=sources, verdict=verdict, now=now)
    with database.reading() as session:
        assert spam.next_due(session, now) is None
    result = desks.check()
    told = [(each.language, str(each.sentence)) for each in result.warnings]
    assert told == [
        (
            language,
            f"SpamAssassin gives this letter {score} points, and calls a mail spam from 6 on: "
            "BAYES_99 3.5.",
        )
        for language, score in (("fr", 7), ("es", 6))
    ]
    assert Kind.SPAM in result.passed["en"]
    assert not result.without_spam
    desks.write("es", "Other words.")
    assert {each.language for each in desks.check().warnings} == {"fr"}
    desks.home.now += timedelta(minutes=61)
    assert desks.check().warnings == ()


def test_where_the_program_is_missing_that_is_told(desks: Desks) -> None:
    desks.ask()
    with desks.home.database.reading() as session:
        found = edition(session, "letter/july")
        sources = {text.language: text.checksum for text in found.translations}
    with desks.home.database.transaction() as session:
        for language, checksum in sources.items():
            spam.record(
                session,
                "letter/july",
                language,
                sources=checksum,
                verdict=Verdict(),
                now=desks.home.now,
            )
    result = desks.check()
    assert result.without_spam
    assert all(Kind.SPAM in result.unseen[language] for language in LANGUAGES)


def test_a_button_pressed_twice_asks_once(desks: Desks) -> None:
    desks.ask()
    with desks.home.database.transaction() as session:
        first = spam.next_due(session, desks.home.now)
        spam.record(session, *first or ("", ""), sources="", verdict=Verdict(), now=desks.home.now)
    desks.ask()
    with desks.home.database.reading() as session:
        assert spam.next_due(session, desks.home.now) != first
