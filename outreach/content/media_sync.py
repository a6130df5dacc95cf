"""Picture and download files → rows; a file that has not changed is not looked into again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.content import downloads, pictures
from outreach.content.downloads import check_download
from outreach.content.faults import Fault
from outreach.content.fields import Wrong
from outreach.content.models import Media, MediaFile
from outreach.content.pictures import make_picture
from outreach.content.tree import Tree, checksum_of, read_bytes
from outreach.db.dialects import insert_into
from outreach.errors import Sentence


@dataclass(frozen=True)
class MadeMedia:
    """A media file, ready to be stored."""

    path: str
    source_checksum: str
    checksum: str
    type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class SameMedia:
    """A media file with the bytes of another one that is live: there is nothing to be made."""

    path: str
    source_checksum: str


def known_media(session: Session) -> dict[str, str]:
    """Give the checksum of the source of each media file that is live, by path."""
    rows = session.execute(select(MediaFile.path, MediaFile.source_checksum))
    return dict(rows.all())


def changed_media(tree: Tree, known: Mapping[str, str]) -> Iterator[MadeMedia | SameMedia | Fault]:
    """Read the media files whose bytes are not those that are live, one at a time.

    Store each before asking for the next: a picture that lies in many folders is made once.
    """
    live = {(_kind(path), source) for path, source in known.items()}
    for path in tree.media:
        extension = PurePosixPath(path).suffix.lower()
        if extension not in pictures.EXTENSIONS and extension not in downloads.KINDS:
            yield Fault(path, 1, _unpublished(extension))
            continue
        if path in known and _unchanged(tree.files[path], known[path]):
            continue
        found = _read(tree.files[path], path, live)
        if not isinstance(found, Fault):
            if found.source_checksum == known.get(path):
                continue
            live.add((_kind(path), found.source_checksum))
        yield found


def store_media(session: Session, made: MadeMedia | SameMedia) -> None:
    """Make a media file live. The media it stood for before stays: what was sent needs it."""
    if isinstance(made, SameMedia):
        source = made.source_checksum
        query = select(MediaFile).where(MediaFile.source_checksum == source)
        alike = [row for row in session.scalars(query) if _kind(row.path) == _kind(made.path)]
        _point(session, made.path, source, alike[0].checksum)
        return
    row = {
        "checksum": made.checksum,
        "type": made.type,
        "width": made.width,
        "height": made.height,
        "data": made.data,
    }
    session.execute(insert_into(session, Media).values(row).on_conflict_do_nothing())
    _point(session, made.path, made.source_checksum, made.checksum)


def forget_media(session: Session, paths: list[str]) -> None:
    """Take names away that have left the disk; the media itself stays."""
    session.execute(delete(MediaFile).where(MediaFile.path.in_(paths)))


def _point(session: Session, path: str, source: str, checksum: str) -> None:
    """Let a file's name stand for media."""
    file = {"source_checksum": source, "checksum": checksum}
    session.execute(
        insert_into(session, MediaFile)
        .values(path=path, **file)
        .on_conflict_do_update(index_elements=["path"], set_=file)
    )


def _kind(path: str) -> str:
    """Give what a name makes of bytes: the same ones are checked otherwise under another name."""
    extension = PurePosixPath(path).suffix.lower()
    return extension if extension in downloads.KINDS else ""


def _read(file: Path, path: str, live: set[tuple[str, str]]) -> MadeMedia | SameMedia | Fault:
    extension = PurePosixPath(path).suffix.lower()
    raw = read_bytes(file, path, _most(extension))
    if isinstance(raw, Fault):
        return raw
    source = checksum_of(raw)
    if (_kind(path), source) in live:
        return SameMedia(path, source)
    return _made(path, extension, raw, source)


def _made(path: str, extension: str, raw: bytes, source: str) -> MadeMedia | Fault:
    try:
        if extension in downloads.KINDS:
            kind = check_download(extension, raw)
            return MadeMedia(path, source, source, kind, 0, 0, raw)
        made = make_picture(raw)
    except Wrong as wrong:
        return Fault(path, 1, wrong.sentence)
    checksum = checksum_of(made.data)
    return MadeMedia(path, source, checksum, made.type, made.width, made.height, made.data)


def _most(extension: str) -> int:
    return downloads.MOST_BYTES if extension in downloads.KINDS else pictures.MOST_BYTES_OF_SOURCE


def _unpublished(extension: str) -> Sentence:
    if extension == ".svg":
        return Sentence(
            "Pictures of the kind .svg can hold programs, and mail does not show them. Save it as "
            "PNG."
        )
    known = sorted([*pictures.EXTENSIONS, *downloads.KINDS])
    return Sentence(
        "Files of the kind “%(extension)s” are not published. There are: %(known)s.",
        {"extension": extension[:20], "known": ", ".join(known)},
    )


def _unchanged(file: Path, known: str) -> bool:
    """Tell from the file's times and size whether its bytes are those that are live."""
    try:
        status = file.stat(follow_symlinks=False)
    except OSError:
        return False
    return _checksum_at(file, status.st_ino, status.st_size, status.st_ctime_ns) == known


@lru_cache(maxsize=8192)
def _checksum_at(file: Path, _inode: int, size: int, _changed_at: int) -> str:
    """Give the checksum of a file; what did not change in place, size and time is not read."""
    raw = read_bytes(file, str(file), size)
    return "" if isinstance(raw, Fault) else checksum_of(raw)
