"""The incoming mailbox: each mail becomes a row, once, by kind; nothing is deleted.

`read_mailbox(database, settings, now)` is one step of the worker: it stores what is new and marks
it as seen afterwards, so a mail is read twice rather than never. Each feature drains its own kind.
"""

import email.policy
import hashlib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesParser
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from outreach.db.database import Database
from outreach.db.dialects import insert_into
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.errors import Refused
from outreach.settings import Settings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST = 2_000_000
"""Bytes of a mail that are kept."""
PAGE = 100
"""Mails that one reading stores at the most, so that a full mailbox does not keep the step."""
IMAP_SECONDS = 60
"""How long an IMAP server may be silent."""
READING_SECONDS = 300
"""How long one reading over IMAP may take, however slowly the server speaks."""
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
KINDS = {"u": ReceivedKind.UNSUBSCRIBE, "r": ReceivedKind.REPLY}
"""What a mail is, by the mark in the address that it was sent to."""
_MARK = r"\+([ur])-([A-Za-z0-9_-]{20,90})@"


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
            try:
                with file.open("rb") as opened:
                    raw = opened.read(LARGEST)
            except FileNotFoundError:  # another worker has moved it
                continue
            yield Incoming(f"maildir:{file.name}", raw)

    def mark_seen(self, mail: Incoming) -> None:
        """Move a mail to `cur`."""
        name = mail.key.removeprefix("maildir:")
        (self._path / "cur").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another worker was faster
            (self._path / "new" / name).rename(self._path / "cur" / f"{name}:2,S")


class ImapSource:
    """A folder on an IMAP server (RFC 3501)."""

    def __init__(self, client: IMAPClient, folder: str, account: str) -> None:
        self._client = client
        chosen = client.select_folder(folder)
        # Two accounts may give the same validity (1, often) and number to different mails.
        place = hashlib.sha256(f"{account}/{folder}".encode()).hexdigest()[:16]
        self._prefix = f"imap:{place}:{chosen[b'UIDVALIDITY']}:"

    def unseen(self) -> Iterator[Incoming]:
        """Give the mails without the flag `\\Seen`; fetching does not set it."""
        part = f"BODY.PEEK[]<0.{LARGEST}>"
        for number in self._client.search(["UNSEEN"]):
            fetched = self._client.fetch([number], [part]).get(number, {})
            raw = next((value for key, value in fetched.items() if key.startswith(b"BODY")), None)
            if raw is not None:  # deleted meanwhile, or not given: nothing to store, nor to mark
                yield Incoming(f"{self._prefix}{number}", raw)

    def mark_seen(self, mail: Incoming) -> None:
        """Set the flag `\\Seen`."""
        self._client.add_flags([int(mail.key.rpartition(":")[2])], [SEEN])


class _Connection(ssl.SSLSocket):
    """An encrypted connection that lasts no longer than `READING_SECONDS`.

    A timeout alone bounds each read; a server that gives a byte a minute would keep us for ever.
    """

    _ends: float | None = None

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        """Read, in what is left of the time."""
        if self._ends is None:
            self._ends = time.monotonic() + READING_SECONDS
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(left, IMAP_SECONDS))
        return super().recv_into(buffer, nbytes, flags)


def read_mailbox(database: Database, settings: Settings, now: datetime) -> int:
    """Store what came in; give how many mails were new. Refused if the mailbox cannot be read."""
    if not settings.mailbox_url:
        return 0
    try:
        with _source(settings.mailbox_url) as source:
            return store(database, source, settings.mailbox_address, now)
    except (OSError, IMAPClientError) as error:
        raise _refusal(error) from error


def store(database: Database, source: Source, mailbox_address: str, now: datetime) -> int:
    """Store what a source holds, a page at the most, each mail in a transaction of its own."""
    new = 0
    for mail in islice(source.unseen(), PAGE):
        with database.transaction() as session:
            kind, token = marked(mail.raw, mailbox_address)
            added = session.execute(
                insert_into(session, ReceivedMail)
                .values(
                    key=mail.key[:200],
                    kind=kind,
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


def marked(raw: bytes, mailbox_address: str) -> tuple[ReceivedKind, str | None]:
    """Give kind and token of a mail to `in+u-TOKEN@domain`, `in+r-TOKEN@domain`, and so on.

    Nobody has checked the token. Without one the kind is unknown.
    """
    local, _, domain = mailbox_address.rpartition("@")
    wanted = re.compile(re.escape(local) + _MARK + re.escape(domain), re.IGNORECASE)
    headers = BytesParser(policy=email.policy.compat32).parsebytes(raw, headersonly=True)
    for name in RECIPIENT_HEADERS:
        for value in headers.get_all(name, []):
            found = wanted.search(str(value))
            if found:
                return KINDS[found[1].lower()], found[2]
    return ReceivedKind.UNKNOWN, None


@contextmanager
def _source(url: str) -> Iterator[Source]:
    if url.startswith("maildir:"):
        yield MaildirSource(Path(url.removeprefix("maildir:")))
        return
    parts = urlsplit(url)
    context = ssl.create_default_context()
    context.sslsocket_class = _Connection
    client = IMAPClient(parts.hostname, port=parts.port, ssl_context=context, timeout=IMAP_SECONDS)
    with client:
        _log_in(client, parts)
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        yield ImapSource(client, folder, f"{parts.username}@{parts.hostname}")


def _log_in(client: IMAPClient, parts: SplitResult) -> None:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if (user + password).isascii():
        client.login(user, password)
    else:  # LOGIN knows ASCII only, PLAIN is UTF-8 (RFC 4616 §2)
        client.plain_login(user, password)


def _refusal(error: Exception) -> Refused:
    """Say what went wrong. IMAPClient makes a LoginError of whatever happens while logging in."""
    cause = error.__context__ if isinstance(error, LoginError) else error
    why = re.sub(r"^b(['\"])(.*)\1$", r"\2", str(error))
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Refused(
            "The certificate of the mailbox’s server is not trusted: %(why)s",
            why=cause.verify_message,
        )
    if isinstance(cause, TimeoutError):
        return Refused("The mailbox’s server does not answer in time; it is asked again.")
    if isinstance(cause, (IMAPClientAbortError, ConnectionError, ssl.SSLError)):
        return Refused(
            "The mailbox’s server hung up (%(why)s); what is not stored yet is read next time.",
            why=why,
        )
    if isinstance(error, LoginError):
        return Refused(
            "The mailbox’s server does not accept the user and password of MAILBOX_URL: %(why)s",
            why=why,
        )
    return Refused("The mailbox cannot be read: %(why)s", why=why)
