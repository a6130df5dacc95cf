"""The files under `content/` as they stand on the disk, read without trusting any of them."""

import hashlib
import os
import re
import stat
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from outreach.content.faults import Fault
from outreach.errors import Sentence

ROOT = "content"
FOLDERS = ("articles", "events", "newsletters", "pages")
TEXTS = (".md", ".toml")
MOST_BYTES_OF_TEXT = 1_000_000
DEEPEST = 6
LONGEST_PATH = 300

_IGNORED = re.compile(r"\..*|.*~|#.*#|.*\.(tmp|swp|bak|part|crdownload)|Thumbs\.db|desktop\.ini")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class TextFile:
    """A text file: its path from the home, its text with `\\n` line ends, and their checksum."""

    path: str
    text: str
    checksum: str


@dataclass(frozen=True)
class Tree:
    """Every file under `content/`: path from the home (slashes, NFC) → where it is."""

    home: Path
    files: Mapping[str, Path]
    faults: tuple[Fault, ...]
    closed: frozenset[str] = frozenset()
    """Folders that could not be listed: nobody knows what is in them."""

    def lacks(self, path: str) -> bool:
        """Tell whether a file is surely not there."""
        if path in self.files:
            return False
        return not any(path.startswith(f"{folder}/") for folder in self.closed)

    def under(self, folder: str) -> Iterator[str]:
        """Give the paths in a folder and in the folders in it, sorted."""
        first = bisect_left(self._sorted, f"{folder}/")
        behind = bisect_left(self._sorted, f"{folder}0")  # "0" comes right after "/"
        return iter(self._sorted[first:behind])

    def folders(self, folder: str) -> list[str]:
        """Give the names of the folders of a folder that hold any file, sorted."""
        skip = len(folder) + 1
        rests = (path[skip:] for path in self.under(folder))
        return list(dict.fromkeys(rest.partition("/")[0] for rest in rests if "/" in rest))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)

    @property
    def media(self) -> list[str]:
        """Give the paths of pictures and downloads."""
        return [path for path in self.files if not path.lower().endswith(TEXTS)]

    @property
    def texts(self) -> list[str]:
        """Give the paths of texts."""
        return [path for path in self.files if path.lower().endswith(TEXTS)]

    def read(self, path: str) -> TextFile | Fault:
        """Read a text file of the tree, or tell what is wrong with it."""
        return read_text(self.files[path], path)


def read_tree(home: Path) -> Tree:
    """List `content/`. Hidden files and editors' copies are passed over, links are refused."""
    files: dict[str, Path] = {}
    faults: list[Fault] = []
    closed: set[str] = set()
    waiting = [(home / ROOT, ROOT)]
    while waiting:
        folder, path = waiting.pop()
        entries = _entries(folder)
        if isinstance(entries, OSError):
            closed.add(path)
            faults += [] if isinstance(entries, FileNotFoundError) else [_closed(path)]
            continue
        for entry in entries:
            found = _look_at(entry, path)
            if isinstance(found, Fault):
                faults.append(found)
            elif found and entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), found))
            elif found:
                files[found] = Path(entry.path)
    return Tree(home, dict(sorted(files.items())), tuple(faults), frozenset(closed))


def read_text(file: Path, path: str) -> TextFile | Fault:
    """Read UTF-8 text; a Fault if it is too large, not UTF-8, or holds control characters."""
    raw = read_bytes(file, path, MOST_BYTES_OF_TEXT)
    if isinstance(raw, Fault):
        return raw
    if raw.startswith(b"\xef\xbb\xbf"):
        return _fault(
            path,
            "The file begins with an invisible mark (BOM). Save it as “UTF-8”, not as “UTF-8 with "
            "BOM”.",
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        sentence = Sentence(
            "This line has a character that is not UTF-8. Save the file with the encoding “UTF-8”."
        )
        return Fault(path, raw.count(b"\n", 0, error.start) + 1, sentence)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if wrong := _CONTROLS.search(text):
        sentence = Sentence(
            "This line has an invisible control character (number %(code)s). Delete it.",
            {"code": ord(wrong[0])},
        )
        return Fault(path, text.count("\n", 0, wrong.start()) + 1, sentence)
    return TextFile(path, text, checksum_of(text.encode()))


def read_bytes(file: Path, path: str, most: int) -> bytes | Fault:
    """Read a regular file of at most `most` bytes; never follows a link, never waits."""
    try:
        descriptor = os.open(file, _OPEN_FLAGS)
    except OSError:
        return _unreadable(path)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return _unreadable(path)
        try:
            raw = opened.read(most + 1)
        except OSError:
            return _unreadable(path)
    if len(raw) > most:
        return _fault(
            path,
            "The file is too large: at most %(most)s MB can be read.",
            most=f"{most / 1_000_000:g}",
        )
    return raw


def checksum_of(raw: bytes) -> str:
    """Give the SHA-256 (hex) of bytes."""
    return hashlib.sha256(raw).hexdigest()


def close_to(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """Give the known word that somebody probably meant."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def _entries(folder: Path) -> list[os.DirEntry[str]] | OSError:
    """List a folder, or give why that is not possible, which does not mean that it is empty."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        return error


def _look_at(entry: os.DirEntry[str], folder: str) -> str | Fault | None:
    """Give the path of an entry, what is wrong with it, or None to pass it over."""
    if _IGNORED.fullmatch(entry.name):
        return None
    name = unicodedata.normalize("NFC", entry.name)
    path = f"{folder}/{name}"
    if not _is_usable(name) or len(path) > LONGEST_PATH:
        shown = path.encode("utf-8", "replace").decode()[:LONGEST_PATH]
        shown = _CONTROLS.sub("?", shown)
        return _fault(shown, "This name cannot be used. Give a shorter one, of ordinary letters.")
    if entry.is_symlink():
        return _fault(path, "This is a link to another place. Put the file itself here.")
    if entry.is_dir(follow_symlinks=False):
        return _look_at_folder(path, name)
    return path if entry.is_file(follow_symlinks=False) else _unreadable(path)


def _look_at_folder(path: str, name: str) -> str | Fault:
    if path.count("/") > DEEPEST:
        return _fault(path, "This folder lies too deep. Move it up.")
    if name.lower().endswith(TEXTS):
        return _fault(path, "This is a folder with the name of a text. Give it another name.")
    if path != f"{ROOT}/{name}" or name in FOLDERS:
        return path
    meant = close_to(name, FOLDERS)
    if meant:
        return _fault(
            path,
            "There is no place for a folder “%(name)s”. Did you mean “%(meant)s”?",
            name=name,
            meant=meant,
        )
    return _fault(
        path,
        "There is no place for a folder “%(name)s”. There are: %(known)s.",
        name=name,
        known=", ".join(FOLDERS),
    )


def _is_usable(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not re.search(r"[\x00-\x1f\x7f-\x9f\\:]", name)


def _fault(path: str, text: str, **values: object) -> Fault:
    return Fault(path, 1, Sentence(text, values))


def _closed(path: str) -> Fault:
    return _fault(path, "This folder cannot be read. Look at its permissions.")


def _unreadable(path: str) -> Fault:
    return _fault(path, "This file cannot be read. Look at what it is and at its permissions.")
