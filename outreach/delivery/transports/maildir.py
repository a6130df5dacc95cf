"""Handing over to a folder: each message becomes a file in a Maildir, for tests and trials."""

import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from outreach.delivery.transports.parcels import Fate, Parcel, Result


class MaildirTransport:
    """Writes parcels to `PATH/new`. See `parcels.Transport`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._results: list[Result] = []

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Write the parcels."""
        for parcel in parcels:
            self._results.append(self._written(parcel))

    def take(self, at_least: int, timeout: float) -> list[Result]:
        """Give the results there are; there is nothing to wait for."""
        taken, self._results = self._results, []
        return taken

    def recall(self) -> None:
        """Give nothing back: all is written at once."""

    def away(self) -> float:
        """Give 0: a folder is always there."""
        return 0.0

    def close(self) -> list[Result]:
        """Give the last results."""
        return self.take(0, 0)

    def _written(self, parcel: Parcel) -> Result:
        """Write one file: complete in `tmp` and on the disk before it appears in `new`."""
        head = f"Return-Path: <{parcel.sender}>\r\nDelivered-To: {parcel.recipient}\r\n"
        name = f"{time.time_ns()}.{os.getpid()}_{parcel.id}.{socket.gethostname()}"
        try:
            for folder in ("tmp", "new", "cur"):
                (self._path / folder).mkdir(parents=True, exist_ok=True)
            unfinished = self._path / "tmp" / name
            with unfinished.open("wb") as file:
                file.write(head.encode() + parcel.content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._path / "new" / name)
        except OSError as error:
            return Result(parcel.id, Fate.DEFERRED, 0, f"4.3.0 cannot write the file: {error}")
        return Result(parcel.id, Fate.SENT, 250)
