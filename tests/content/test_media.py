"""Pictures and downloads: checked by their bytes, made small, stripped, kept by checksum."""

import io
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import func, select

from outreach.content.fields import Wrong
from outreach.content.media import media, picture_at, served_name
from outreach.content.models import Media, MediaFile
from outreach.content.pictures import MOST_BYTES, make_picture
from outreach.errors import NotFound
from tests.writing import Home, picture, text

FOLDER = "content/pages/one"


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Give a picture that no format makes small."""
    bands = [Image.effect_noise(size, 120) for _ in mode]
    return Image.merge(mode, bands)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Give the bytes of a picture."""
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_large_photograph_becomes_small_enough_for_a_mail(kind: str) -> None:
    made = make_picture(saved(noise((1500, 1000)), kind))
    assert made.width <= 1200
    assert len(made.data) <= MOST_BYTES
    assert made.width / made.height == pytest.approx(1.5, rel=0.01)
    assert made.type in {"image/jpeg", "image/png"}


def test_a_picture_that_one_can_see_through_stays_so() -> None:
    made = make_picture(saved(noise((640, 480), "RGBA"), "PNG"))
    assert len(made.data) <= MOST_BYTES
    with Image.open(io.BytesIO(made.data)) as opened:
        assert made.type == "image/png"
        assert "A" in opened.getbands() or "transparency" in opened.info


def test_a_photograph_is_turned_upright_and_says_nothing_about_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    raw = saved(Image.new("RGB", (80, 40), "red"), "JPEG", exif=exif, comment=b"at home")
    made = make_picture(raw)
    assert (made.width, made.height) == (40, 80)
    assert b"A camera" not in made.data
    assert b"at home" not in made.data
    assert b"Exif" not in made.data


def test_what_a_picture_is_told_by_its_bytes() -> None:
    assert make_picture(saved(Image.new("P", (20, 20)), "GIF")).type == "image/png"
    with pytest.raises(Wrong):
        make_picture(saved(Image.new("RGB", (20, 20)), "TIFF"))


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    with pytest.raises(Wrong, match="moves"):
        make_picture(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    raw = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b""))
    with pytest.raises(Wrong):
        make_picture(raw)
    with pytest.raises(Wrong, match="too many"):
        make_picture(saved(Image.new("1", (10_000, 5_000)), "PNG"))


def test_the_same_bytes_are_kept_once_and_a_change_keeps_the_old(home: Home) -> None:
    home.write(f"{FOLDER}/en.md", text())
    home.write(f"{FOLDER}/images/a.png", picture(colour="red"))
    home.write(f"{FOLDER}/images/b.png", picture(colour="red"))
    assert home.sync().faults == ()
    with home.database.reading() as session:
        [checksum] = session.scalars(select(Media.checksum))
    home.write(f"{FOLDER}/images/a.png", picture(colour="blue"))
    home.write(f"{FOLDER}/images/b.png", picture(colour="blue"))
    home.sync()
    with home.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 2
        assert media(session, checksum).data.startswith(b"\x89PNG")
        shown = picture_at(session, home.links, f"{FOLDER}/images/a.png")
        assert shown
        assert checksum not in shown.url
        assert (shown.width, shown.height) == (64, 48)
        with pytest.raises(NotFound):
            media(session, "0" * 64)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.svg", b"<svg/>", "Save it as PNG"),
        ("a.html", b"<p>", "not published"),
        ("a.exe", b"MZ", "not published"),
        ("noextension", b"x", "not published"),
        ("a.pdf", b"<html>", "something else"),
        ("a.docx", b"%PDF-", "something else"),
        ("a.csv", b"a\x00b", "something else"),
        ("a.png", b"<svg/>", "not a picture"),
        ("a.jpg", b"", "not a picture"),
        ("a.pdf", b"%PDF-" + b"x" * 10_000_000, "at most 10 MB"),
    ],
)
def test_files_that_are_not_what_they_say_are_not_published(
    home: Home, name: str, content: bytes, words: str
) -> None:
    home.write(f"{FOLDER}/en.md", text())
    home.write(f"{FOLDER}/{name}", content)
    line, said = home.fault_of(f"{FOLDER}/{name}")
    assert (line, words in said) == (1, True), said
    with home.database.reading() as session:
        assert session.scalars(select(MediaFile.path)).all() == []


def test_a_spoilt_picture_keeps_the_last_good_one(home: Home) -> None:
    home.write(f"{FOLDER}/en.md", text(body='{{ image("a.png", alt="x") }}\n'))
    home.write(f"{FOLDER}/images/a.png", picture())
    home.sync()
    home.write(f"{FOLDER}/images/a.png", b"spoilt")
    assert home.fault_of(f"{FOLDER}/images/a.png")[0] == 1
    with home.database.reading() as session:
        assert picture_at(session, home.links, f"{FOLDER}/images/a.png")


def test_a_download_is_served_unchanged_under_its_name(home: Home) -> None:
    home.write(f"{FOLDER}/en.md", text(body="[The guide](guide.pdf)\n"))
    home.write(f"{FOLDER}/guide.pdf", b"%PDF-1.7\n%x")
    assert home.faults() == []
    with home.database.reading() as session:
        row = session.execute(select(Media)).scalar_one()
        assert (row.type, row.width) == ("application/pdf", 0)
        assert media(session, row.checksum).data == b"%PDF-1.7\n%x"
        assert served_name(f"{FOLDER}/guide.pdf", row.type) == "guide.pdf"
        assert picture_at(session, home.links, f"{FOLDER}/guide.pdf") is None
