"""The incoming mailbox: each mail becomes a row, once, by kind; nothing is deleted.

`read_mailbox(database, settings, now)` is one step of the worker: it stores what is new and marks
it as seen afterwards, so a mail is read twice rather than never. Each feature drains its own kind.
"""

import email.policy
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from outreach.db.database import Database
from outreach.db.dialects import insert_into
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.errors import Refused
from outreach.settings import Settings

LARGEST = 2_000_000
"""Bytes of a mail that are kept."""
IMAP_SECONDS = 60
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MARK = r"\+u-([A-Za-z0-9_-]{20,90})@"


@dataclass(frozen=True)
class Incoming:
    """A mail as it lies in the mailbox."""

    key: str
    """The same whenever it is read."""
    raw: bytes


class Source(Protocol):
    """Somewhere mail comes in."""

    def unseen(self) -> Iterator[Incoming]:
        """Give the mails that are not marked as seen."""

    def mark_seen(self, mail: Incoming) -> None:
        """Mark a mail, once it is stored."""


class MaildirSource:
    """A Maildir: what is new lies in `new`, what was seen in `cur`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def unseen(self) -> Iterator[Incoming]:
        """Give the mails in `new`, the oldest first."""
        new = self._path / "new"
        for file in sorted(new.iterdir()) if new.is_dir() else []:
            with file.open("rb") as opened:
                yield Incoming(f"maildir:{file.name}", opened.read(LARGEST))

    def mark_seen(self, mail: Incoming) -> None:
        """Move a mail to `cur`."""
        name = mail.key.removeprefix("maildir:")
        (self._path / "cur").mkdir(exist_ok=True)
        (self._path / "new" / name).rename(self._path / "cur" / f"{name}:2,S")


class ImapSource:
    """A folder on an IMAP server (RFC 3501)."""

    def __init__(self, client: IMAPClient, folder: str) -> None:
        self._client = client
        chosen = client.select_folder(folder)
        self._prefix = f"imap:{folder}:{chosen[b'UIDVALIDITY']}:"

    def unseen(self) -> Iterator[Incoming]:
        """Give the mails without the flag `\\Seen`; fetching does not set it."""
        for number in self._client.search(["UNSEEN"]):
            part = f"BODY.PEEK[]<0.{LARGEST}>"
            for fetched in self._client.fetch([number], [part]).values():
                raw = next(
                    (value for key, value in fetched.items() if key.startswith(b"BODY")), b""
                )
                yield Incoming(f"{self._prefix}{number}", raw)

    def mark_seen(self, mail: Incoming) -> None:
        """Set the flag `\\Seen`."""
        self._client.add_flags([int(mail.key.rpartition(":")[2])], [SEEN])


def read_mailbox(database: Database, settings: Settings, now: datetime) -> int:
    """Store what came in; give how many mails were new. Refused if the mailbox cannot be read."""
    if not settings.mailbox_url:
        return 0
    try:
        with _source(settings.mailbox_url) as source:
            return store(database, source, settings.mailbox_address, now)
    except (OSError, IMAPClientError) as error:
        raise Refused("The mailbox cannot be read: %(why)s", why=str(error)) from error


def store(database: Database, source: Source, mailbox_address: str, now: datetime) -> int:
    """Store what a source holds, each mail in a transaction of its own."""
    new = 0
    for mail in source.unseen():
        with database.transaction() as session:
            token = unsubscribe_token(mail.raw, mailbox_address)
            added = session.execute(
                insert_into(session, ReceivedMail)
                .values(
                    key=mail.key[:200],
                    kind=ReceivedKind.UNKNOWN if token is None else ReceivedKind.UNSUBSCRIBE,
                    received_at=now,
                    token=token,
                    raw=mail.raw,
                )
                .on_conflict_do_nothing()
                .returning(ReceivedMail.id)
            ).all()
        source.mark_seen(mail)
        new += len(added)
        database.breathe()
    return new


def unsubscribe_token(raw: bytes, mailbox_address: str) -> str | None:
    """Give the token of `in+u-TOKEN@domain` if the mail is addressed so; nobody has checked it."""
    local, _, domain = mailbox_address.rpartition("@")
    wanted = re.compile(re.escape(local) + _MARK + re.escape(domain), re.IGNORECASE)
    headers = BytesParser(policy=email.policy.compat32).parsebytes(raw, headersonly=True)
    for name in RECIPIENT_HEADERS:
        for value in headers.get_all(name, []):
            found = wanted.search(str(value))
            if found:
                return found[1]
    return None


@contextmanager
def _source(url: str) -> Iterator[Source]:
    if url.startswith("maildir:"):
        yield MaildirSource(Path(url.removeprefix("maildir:")))
        return
    parts = urlsplit(url)
    client = IMAPClient(
        parts.hostname,
        port=parts.port,
        ssl_context=ssl.create_default_context(),
        timeout=IMAP_SECONDS,
    )
    with client:
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield ImapSource(client, unquote(parts.path.lstrip("/")) or "INBOX")
