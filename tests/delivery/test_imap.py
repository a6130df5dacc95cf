"""The incoming mailbox over IMAP: a real server, real sockets, real TLS."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from outreach.db.database import Database
from outreach.delivery.mailbox import LARGEST, ImapSource, read_mailbox
from outreach.delivery.models import ReceivedKind, ReceivedMail
from outreach.errors import Refused
from outreach.settings import Settings
from tests.delivery.imap_server import CERTIFICATE, USER, ImapServer

TOKEN = "AbCd0123456789-_abcdefgh"
MAILBOX = "in@news.example.org"
UNSUBSCRIBE = f"To: in+u-{TOKEN}@news.example.org\r\n\r\nunsubscribe\r\n".encode()
HELLO = b"To: in@news.example.org\r\n\r\nhello\r\n"
LONG = b"To: in@news.example.org\r\n\r\n" + b"0123456789abcdef" * 20_000


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate of the tests; let the server not ask DNS for its own name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("FQDN", "localhost")


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """Give an empty IMAP server."""
    with ImapServer() as running:
        yield running


@pytest.fixture
def settings(environ: dict[str, str], server: ImapServer) -> Settings:
    """Give settings with the mailbox of the server."""
    return at(server, environ)


def at(
    server: ImapServer, environ: dict[str, str], *, host: str = "localhost", folder: str = ""
) -> Settings:
    """Give settings with a mailbox."""
    password = quote(server.password, safe="")
    url = f"imaps://{USER}:{password}@{host}:{server.port}/{quote(folder)}"
    return Settings.from_environ({**environ, "MAILBOX_URL": url, "MAILBOX_ADDRESS": MAILBOX})


def stored(database: Database) -> list[ReceivedMail]:
    """Give what is stored, the oldest first."""
    with database.reading() as session:
        return list(session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


def test_new_mails_are_stored_once_by_kind_and_marked_as_seen(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    server.deliver(UNSUBSCRIBE, HELLO)
    assert read_mailbox(database, settings, now) == 2
    rows = stored(database)
    assert [(row.kind, row.token, row.raw) for row in rows] == [
        (ReceivedKind.UNSUBSCRIBE, TOKEN, UNSUBSCRIBE),
        (ReceivedKind.UNKNOWN, None, HELLO),
    ]
    assert [row.key.rpartition(":")[2] for row in rows] == ["101", "102"]
    assert server.seen() == [True, True]
    server.heard = b""
    assert read_mailbox(database, settings, now) == 0
    assert b"SEARCH" in server.heard
    assert b"FETCH" not in server.heard


def test_a_mail_that_could_not_be_stored_is_not_marked_as_seen(
    database: Database, server: ImapServer, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    server.deliver(UNSUBSCRIBE)
    broken = Database(f"sqlite:///{tmp_path / 'without-tables.sqlite'}")
    with pytest.raises(DBAPIError):
        read_mailbox(broken, settings, now)
    broken.close()
    assert server.seen() == [False]
    assert read_mailbox(database, settings, now) == 1
    assert server.seen() == [True]


def test_a_mail_that_was_stored_and_not_yet_marked_is_not_stored_again(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    server.deliver(UNSUBSCRIBE)
    assert read_mailbox(database, settings, now) == 1
    server.unsee()
    assert read_mailbox(database, settings, now) == 0
    assert server.seen() == [True]
    assert len(stored(database)) == 1


def test_a_folder_made_anew_counts_from_the_beginning_and_loses_nothing(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    server.deliver(HELLO)
    assert read_mailbox(database, settings, now) == 1
    with ImapServer() as renewed:  # the same numbers, another UIDVALIDITY
        renewed.deliver(UNSUBSCRIBE)
        server.inner_port = renewed.inner_port
        assert read_mailbox(database, settings, now) == 1
    first, second = (row.key.split(":") for row in stored(database))
    assert (first[1], first[3]) == (second[1], second[3])
    assert first[2] != second[2]


def test_the_same_numbers_on_another_host_are_other_mails(
    database: Database, server: ImapServer, environ: dict[str, str], now: datetime
) -> None:
    server.deliver(HELLO)
    assert read_mailbox(database, at(server, environ, host="localhost"), now) == 1
    server.unsee()
    assert read_mailbox(database, at(server, environ, host="127.0.0.1"), now) == 1


@pytest.mark.parametrize("folder", ["Désinscriptions", "Lists/" + "long" * 60])
def test_a_folder_may_have_any_name(
    database: Database, server: ImapServer, environ: dict[str, str], now: datetime, folder: str
) -> None:
    server.deliver(UNSUBSCRIBE, HELLO, folder=folder)
    settings = at(server, environ, folder=folder)
    assert read_mailbox(database, settings, now) == 2
    assert server.seen(folder) == [True, True]


def test_a_folder_that_does_not_exist_is_named(
    database: Database, server: ImapServer, environ: dict[str, str], now: datetime
) -> None:
    settings = at(server, environ, folder="Nowhere")
    with pytest.raises(Refused, match=r"^The mailbox cannot be read: select failed: .*exist"):
        read_mailbox(database, settings, now)


def test_a_wrong_password_is_said_so_and_not_repeated(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    wrong = replace(settings, mailbox_url=settings.mailbox_url.replace("s3cret", "0ther"))
    with pytest.raises(Refused, match="does not accept the user and password") as refused:
        read_mailbox(database, wrong, now)
    assert "0ther" not in str(refused.value)
    assert "b'" not in str(refused.value)


def test_a_password_may_have_any_letters(
    database: Database, environ: dict[str, str], now: datetime
) -> None:
    with ImapServer(password='pässwörd "\\@/ ключ') as server:
        server.deliver(HELLO)
        assert read_mailbox(database, at(server, environ), now) == 1


def test_a_server_whose_certificate_is_not_trusted_hears_no_password(
    database: Database,
    server: ImapServer,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Refused, match="certificate of the mailbox’s server is not trusted"):
        read_mailbox(database, settings, now)
    assert server.heard == b""


@pytest.mark.parametrize("limit", [0, 10, 120])
def test_a_server_that_hangs_up_early_is_not_taken_for_a_wrong_password(
    database: Database, server: ImapServer, settings: Settings, now: datetime, limit: int
) -> None:
    server.limit = limit
    with pytest.raises(Refused, match="hung up"):
        read_mailbox(database, settings, now)


def test_what_a_server_did_not_finish_is_read_next_time(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    server.deliver(UNSUBSCRIBE, LONG, HELLO)
    server.limit = 100_000
    with pytest.raises(Refused, match=r"hung up \(.*\); what is not stored yet is read next time"):
        read_mailbox(database, settings, now)
    assert [row.raw for row in stored(database)] == [UNSUBSCRIBE]
    assert server.seen() == [True, False, False]
    server.limit = None
    assert read_mailbox(database, settings, now) == 2
    assert [row.raw for row in stored(database)] == [UNSUBSCRIBE, LONG, HELLO]


@pytest.mark.parametrize("limit", [0, 100_000])
def test_a_silent_server_does_not_keep_the_worker(
    database: Database,
    server: ImapServer,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
) -> None:
    monkeypatch.setattr("outreach.delivery.mailbox.IMAP_SECONDS", 0.5)
    server.deliver(LONG)
    server.limit, server.beyond = limit, "silence"
    with pytest.raises(Refused, match="does not answer in time"):
        read_mailbox(database, settings, now)
    assert server.seen() == [False]


@pytest.mark.parametrize("limit", [0, 100_000])
def test_a_server_that_gives_a_byte_now_and_then_does_not_keep_the_worker(
    database: Database,
    server: ImapServer,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
) -> None:
    monkeypatch.setattr("outreach.delivery.mailbox.READING_SECONDS", 1)
    server.deliver(LONG)
    server.limit, server.beyond = limit, "drip"
    with pytest.raises(Refused, match="does not answer in time"):
        read_mailbox(database, settings, now)
    assert server.seen() == [False]


def test_of_a_very_large_mail_the_beginning_is_kept(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    large = UNSUBSCRIBE + (b"x" * 76 + b"\r\n") * 130_000
    server.deliver(large, HELLO)
    assert len(large) > 10_000_000
    assert read_mailbox(database, settings, now) == 2
    assert [(row.kind, row.raw) for row in stored(database)] == [
        (ReceivedKind.UNSUBSCRIBE, large[:LARGEST]),
        (ReceivedKind.UNKNOWN, HELLO),
    ]


def test_bytes_that_are_no_text_are_kept_as_they_are(
    database: Database, server: ImapServer, settings: Settings, now: datetime
) -> None:
    garbage = [
        b"To: \xff\xfe\x80 <in@news.example.org>\r\nSubject: \xe9\x00\r\n\r\n\x00\xfe\x00)\r\n",
        bytes(set(range(256)) - set(b"\r\n")) * 4,
        b"Cc: \x00\x80\r\nTo: \xe9 <in+u-" + TOKEN.encode() + b"@news.example.org>\r\n\r\n",
    ]
    server.deliver(*garbage)
    assert read_mailbox(database, settings, now) == 3
    rows = stored(database)
    assert [row.raw for row in rows] == garbage
    assert [row.token for row in rows] == [None, None, TOKEN]


def test_a_full_mailbox_is_read_page_by_page(
    database: Database,
    server: ImapServer,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("outreach.delivery.mailbox.PAGE", 2)
    server.deliver(HELLO, HELLO, UNSUBSCRIBE)
    assert [read_mailbox(database, settings, now) for _ in range(3)] == [2, 1, 0]


def test_a_mail_that_is_deleted_meanwhile_is_passed_over(server: ImapServer) -> None:
    server.deliver(HELLO, LONG, UNSUBSCRIBE)
    with server.client() as reader:
        mails = ImapSource(reader, "INBOX", "in@localhost").unseen()
        assert next(mails).raw == HELLO
        reader.delete_messages([102])
        reader.expunge()
        assert [mail.raw for mail in mails] == [UNSUBSCRIBE]
