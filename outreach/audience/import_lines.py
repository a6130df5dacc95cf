"""The lines of a CSV file, whatever wrote it: encoding, delimiter, quotes, and hostile ones."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from outreach.errors import Refused, Sentence

LONGEST_LINE = 64 * 1024
LONGEST_RECORD = 20
"""Lines that one quoted field may run over, before we take its quote for a mistake."""
DELIMITERS = (",", ";", "\t")

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells, or why they cannot be read."""

    number: int
    """The line that it begins on, from 1."""
    cells: list[str]
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    fault: Sentence | None = None


class Lines:
    """A file's lines, one at a time, however long the file or a line of it is."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
            self.size = path.stat().st_size
            head = self._file.read(4096)
        except OSError as error:
            raise Refused("The file %(path)s cannot be read.", path=path) from error
        self._encoding = _utf16(head)
        self._file.seek(len(_UTF8_MARK) if head.startswith(_UTF8_MARK) else 0)
        # Latin-1 keeps the bytes as they are, until we know of each line what wrote it.
        self._text = TextIOWrapper(
            self._file, encoding=self._encoding or "latin-1", errors="replace", newline=None
        )
        self._number = 0
        self._waiting: deque[_Line] = deque()

    def __enter__(self) -> "Lines":
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._text.close()

    @property
    def position(self) -> int:
        """Give how many bytes have been read."""
        return self._file.tell()

    def records(self, delimiter: str) -> Iterator[Record]:
        """Give the records; a quote that is never closed costs its own line only."""
        while (line := self.next()) is not None:
            if line.fault is not None:
                yield Record(line.number, [], line.fault)
            elif '"' not in line.text:
                yield Record(line.number, line.text.split(delimiter))
            else:
                yield self._quoted(line, delimiter)

    def next(self) -> _Line | None:
        """Give the next line that is not blank; None at the end."""
        while True:
            line = self._waiting.popleft() if self._waiting else self._read()
            if line is None or line.fault is not None or line.text.strip():
                return line

    def put_back(self, line: _Line) -> None:
        """Let a line be read again."""
        self._waiting.appendleft(line)

    def _quoted(self, first: _Line, delimiter: str) -> Record:
        taken: list[_Line] = []

        def feed() -> Iterator[str]:
            yield first.text + "\n"
            while len(taken) < LONGEST_RECORD:
                line = self._waiting.popleft() if self._waiting else self._read()
                if line is None:
                    return
                taken.append(line)
                if line.fault is not None:
                    return
                yield line.text + "\n"

        try:
            cells = next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration):
            self._waiting.extendleft(reversed(taken))
            fault = Sentence("The quotes in this line do not match.")
            return Record(first.number, [], fault)
        return Record(first.number, cells)

    def _read(self) -> _Line | None:
        raw = self._text.readline(LONGEST_LINE + 1)
        if not raw:
            return None
        self._number += 1
        if len(raw) > LONGEST_LINE:
            self._skip()
            return _Line(
                self._number,
                "",
                Sentence("This line is longer than %(most)s characters.", {"most": LONGEST_LINE}),
            )
        text = raw.rstrip("\n") if self._encoding else _decoded(raw.rstrip("\n"))
        if text is None or "\ufffd" in text or "\0" in text:
            fault = Sentence("This line contains something that is not text.")
            return _Line(self._number, "", fault)
        return _Line(self._number, text)

    def _skip(self) -> None:
        while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith("\n"):
            pass


def _decoded(line: str) -> str | None:
    """Read a line's bytes as UTF-8 or, where they are none, as Windows-1252."""
    raw = line.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _utf16(head: bytes) -> str | None:
    """Tell UTF-16 by its mark or, without one, by the zero bytes of plain letters."""
    if head[:2] in _UTF16_MARKS:
        return "utf-16"
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.6:
        return "utf-16-be"
    return None
