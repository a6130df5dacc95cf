"""A real IMAP server on loopback, behind a TLS front that cuts, stops or drips as a test says."""

import asyncio
import contextlib
import ssl
import threading
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from pathlib import Path
from types import TracebackType

from imapclient import IMAPClient
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

CERTIFICATE = Path(__file__).parent / "loopback.pem"
"""Signed by itself, for localhost and 127.0.0.1: of use to nobody but these tests."""

USER, PASSWORD = "in", "s3cret-word"


class ImapServer:
    """An empty IMAP server (pymap) in a thread of its own, until it is left."""

    def __init__(self, password: str = PASSWORD) -> None:
        self.password = password
        self.port = 0
        """Where it is reached with TLS, through the front."""
        self.inner_port = 0
        """Where it is reached without. The front passes on to there."""
        self.limit: int | None = None
        """Bytes that the front passes on to a client, a connection; None: all."""
        self.beyond = "hang up"
        """What it does then: `hang up`, `silence` or `drip` (a byte now and then)."""
        self.heard = b""
        """What clients of the front said."""

    def __enter__(self) -> "ImapServer":
        """Start; the server listens when this returns."""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        assert self._ready.wait(20), "the IMAP server does not start"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, with all that goes on."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the IMAP server does not end"

    def client(self) -> IMAPClient:
        """Give a client of its own, logged in, past the front."""
        client = IMAPClient("127.0.0.1", self.inner_port, ssl=False, timeout=20)
        client.plain_login(USER, self.password)
        return client

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder, as new ones."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail)

    def seen(self, folder: str = "INBOX") -> list[bool]:
        """Tell for each mail whether it is marked as seen."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            flags = client.get_flags(client.search(["ALL"]))
            return [b"\\Seen" in flags[number] for number in sorted(flags)]

    def unsee(self) -> None:
        """Take the mark from all mails."""
        with self.client() as client:
            client.select_folder("INBOX")
            client.remove_flags(client.search(["ALL"]), [b"\\Seen"])

    async def _run(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        given = {"host": "127.0.0.1", "port": 0, "debug": False, "cert": None, "key": None}
        given |= {"tls": False, "passlib_cfg": None, "proxy_protocol": None}
        given |= {"demo_data": False, "demo_user": USER, "demo_password": self.password}
        backend, config = await DictBackend.init(
            Namespace(**given), hash_context=BuiltinHash(rounds=1)
        )
        config.apply_context()
        serve = IMAPServer(backend.login, config)

        async def talk(reader: StreamReader, writer: StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await serve(reader, writer, SocketInfo.get(writer, None))

        encrypted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        encrypted.load_cert_chain(CERTIFICATE)
        inner = await asyncio.start_server(talk, "127.0.0.1", 0)
        front = await asyncio.start_server(self._front, "127.0.0.1", 0, ssl=encrypted)
        self.inner_port = inner.sockets[0].getsockname()[1]
        self.port = front.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        front.close()
        inner.close()
        # `asyncio.run` cancels the talks that still go on.

    async def _front(self, reader: StreamReader, writer: StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.inner_port)
        listening = asyncio.create_task(self._listen(reader, inner_writer))
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._speak(inner_reader, writer)
        finally:
            listening.cancel()
            inner_writer.transport.abort()
            writer.transport.abort()

    async def _listen(self, reader: StreamReader, inner: StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while said := await reader.read(65536):
                self.heard += said
                inner.write(said)
        inner.close()

    async def _speak(self, inner: StreamReader, writer: StreamWriter) -> None:
        passed = 0
        while said := await inner.read(65536):
            allowed = len(said) if self.limit is None else max(0, self.limit - passed)
            writer.write(said[:allowed])
            await writer.drain()
            passed += len(said[:allowed])
            if said[allowed:]:
                await self._stop(said[allowed:], writer)
                return
        writer.close()
        await writer.wait_closed()

    async def _stop(self, rest: bytes, writer: StreamWriter) -> None:
        if self.beyond == "silence":
            await self._end.wait()
        for byte in rest if self.beyond == "drip" else b"":
            await asyncio.sleep(0.05)
            writer.write(bytes([byte]))
            await writer.drain()
