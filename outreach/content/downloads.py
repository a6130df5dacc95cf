"""Downloads: the kinds of file that may be handed out, and whether a file is what its name says."""

from dataclasses import dataclass

from outreach.content.fields import Wrong

MOST_BYTES = 10_000_000
_ZIP = (b"PK\x03\x04",)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


@dataclass(frozen=True)
class Kind:
    """One kind of download."""

    type: str
    begins: tuple[bytes, ...] = ()
    """How its bytes begin; nothing for plain text."""


KINDS = {
    ".pdf": Kind("application/pdf", (b"%PDF-",)),
    ".csv": Kind("text/csv"),
    ".txt": Kind("text/plain"),
    ".ics": Kind("text/calendar", (b"BEGIN:VCALENDAR",)),
    ".docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    ".xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    ".pptx": Kind(f"{_OFFICE}.presentationml.presentation", _ZIP),
    ".odt": Kind(f"{_OPEN}.text", _ZIP),
    ".ods": Kind(f"{_OPEN}.spreadsheet", _ZIP),
    ".odp": Kind(f"{_OPEN}.presentation", _ZIP),
    ".epub": Kind("application/epub+zip", _ZIP),
    ".zip": Kind("application/zip", _ZIP),
    ".mp3": Kind("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ".mp4": Kind("video/mp4"),
}
"""By extension. Nothing here can run in a browser on our own address."""


def check_download(extension: str, raw: bytes) -> str:
    """Give the type of a download; Wrong if its bytes are not what its name says."""
    kind = KINDS[extension]
    if extension == ".mp4":
        fits = raw[4:8] == b"ftyp"
    elif kind.begins:
        fits = raw.startswith(kind.begins)
    else:
        fits = b"\x00" not in raw
    if not fits:
        raise Wrong(
            "The name ends with %(extension)s, but the file is something else.", extension=extension
        )
    return kind.type
