"""The incoming mailbox."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.db.database import Database
from outreach.delivery.mailbox import MaildirSource, read_mailbox, store
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.settings import Settings

TOKEN = "AbCd0123456789-_abcdefgh"
MAILBOX = "in@news.example.org"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Give a Maildir with three mails."""
    folder = tmp_path / "in"
    (folder / "new").mkdir(parents=True)
    mails = {
        "1": f"To: in+u-{TOKEN}@news.example.org\r\n\r\nunsubscribe",
        "2": f"Delivered-To: IN+u-{TOKEN}@News.Example.org\r\nTo: list@x.org\r\n\r\n",
        "3": f"To: in@news.example.org\r\nSubject: in+u-{TOKEN}@news.example.org\r\n\r\nhello",
    }
    for name, text in mails.items():
        (folder / "new" / name).write_text(text)
    return folder


def test_mails_are_stored_once_by_kind_and_moved_only_afterwards(
    maildir: Path, database: Database, environ: dict[str, str], now: datetime
) -> None:
    settings = Settings.from_environ(
        {**environ, "MAILBOX_URL": f"maildir:{maildir}", "MAILBOX_ADDRESS": MAILBOX}
    )
    assert read_mailbox(database, settings, now) == 3
    assert read_mailbox(database, settings, now) == 0
    with database.reading() as session:
        rows = session.scalars(select(ReceivedMail).order_by(ReceivedMail.key)).all()
        assert [(row.kind, row.token) for row in rows] == [
            (ReceivedKind.UNSUBSCRIBE, TOKEN),
            (ReceivedKind.UNSUBSCRIBE, TOKEN),
            (ReceivedKind.UNKNOWN, None),
        ]
        assert rows[2].raw.endswith(b"hello")
    assert sorted(file.name for file in (maildir / "cur").iterdir()) == ["1:2,S", "2:2,S", "3:2,S"]


def test_a_mail_that_was_stored_and_not_yet_moved_is_not_stored_again(
    maildir: Path, database: Database, now: datetime
) -> None:
    source = MaildirSource(maildir)
    assert store(database, source, MAILBOX, now) == 3
    for file in (maildir / "cur").iterdir():
        file.rename(maildir / "new" / file.name.partition(":")[0])
    assert store(database, source, MAILBOX, now) == 0


def test_two_workers_may_read_the_same_maildir(
    maildir: Path, database: Database, now: datetime
) -> None:
    source = MaildirSource(maildir)
    mails = source.unseen()
    first = next(mails)
    assert store(database, MaildirSource(maildir), MAILBOX, now) == 3
    source.mark_seen(first)
    assert list(mails) == []


def test_without_a_mailbox_there_is_nothing_to_read(
    database: Database, settings: Settings, now: datetime
) -> None:
    assert read_mailbox(database, settings, now) == 0
