"""A real SMTP server on loopback that keeps every mail as a file instead of passing it on."""

import itertools
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    """Keeps caught mail as `000001.eml`, `000002.eml`, … in one folder, the oldest first."""

    def __init__(self, folder: Path, *, port: int, host: str = "127.0.0.1") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = port
        last = max((int(path.stem) for path in folder.glob("[0-9]*.eml")), default=0)
        self._numbers = itertools.count(last + 1)
        self._lock = threading.Lock()
        self._controller = Controller(
            self, hostname=host, port=port, enable_SMTPUTF8=True, data_size_limit=30_000_000
        )

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write one mail to the folder; it appears there whole or not at all."""
        content = envelope.original_content or b""
        with self._lock:
            number = next(self._numbers)
        part = self.folder / f"{number:06}.part"
        part.write_bytes(_trace(envelope) + content)
        part.rename(part.with_suffix(".eml"))
        return "250 Caught"

    def start(self) -> None:
        """Begin to listen (in a thread of its own)."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


def _trace(envelope: Envelope) -> bytes:
    """Note the envelope as a mailbox would (RFC 5321 §4.4)."""
    sender = (envelope.mail_from or "").encode("utf-8")
    recipients = ", ".join(envelope.rcpt_tos).encode("utf-8")
    return b"Return-Path: <" + sender + b">\r\nDelivered-To: " + recipients + b"\r\n"
