"""Pictures and downloads as rows: found by the checksum of their bytes, or by their file's path."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from outreach.content.models import Media, MediaFile
from outreach.errors import NotFound
from outreach.links import Links
from outreach.mail.blocks import PictureFile


def media(session: Session, checksum: str) -> Media:
    """Give media with its bytes; NotFound if there is none of that checksum."""
    found = session.execute(
        select(Media).where(Media.checksum == checksum).options(undefer(Media.data))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("This file is not here any more.")
    return found


def picture_at(session: Session, links: Links, path: str) -> PictureFile | None:
    """Give the picture that a file under `content/` stands for now, if it is one."""
    row = session.execute(
        select(Media.checksum, Media.type, Media.width, Media.height)
        .join(MediaFile, MediaFile.checksum == Media.checksum)
        .where(MediaFile.path == path)
    ).one_or_none()
    if row is None or not row.width:
        return None
    return PictureFile(links.to_media(row.checksum, served_name(path, row.type)), *row[2:])


def served_name(path: str, kind: str) -> str:
    """Give the name under which a file is served: a picture may have become another format."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0]
    return {"image/jpeg": f"{stem}.jpg", "image/png": f"{stem}.png"}.get(kind, name)
