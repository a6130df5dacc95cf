"""Pictures as mail and pages can show them: checked, upright, small, without what cameras add."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from outreach.content.fields import Wrong

EXTENSIONS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".gif": "GIF",
    ".webp": "WEBP",
}
WIDEST = 1200
"""Twice the width of a mail's column (MAIL.md B9)."""
TALLEST = 4000
MOST_BYTES = 200_000
MOST_BYTES_OF_SOURCE = 30_000_000
MOST_PIXELS = 40_000_000

_WIDTHS = (WIDEST, 1000, 800, 640, 480, 320)
_QUALITIES = (86, 78, 70, 60)


@dataclass(frozen=True)
class MadePicture:
    """A picture ready to be served."""

    type: str
    width: int
    height: int
    data: bytes


def make_picture(raw: bytes) -> MadePicture:
    """Check a picture and make it fit; Wrong says what is the matter with it.

    What it is, is told by its bytes, not by its name. JPEG, PNG, GIF and WebP come in; JPEG and
    PNG of at most 1200 pixels and 200 kB go out, since not every mail program knows the others.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(raw), formats=sorted(set(EXTENSIONS.values()))) as opened:
                return _made(opened)
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(
            "This is not a picture that can be read. Save it again as JPEG or PNG."
        ) from error


def _made(opened: Image.Image) -> MadePicture:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise Wrong(
            "This picture has %(width)s × %(height)s pixels, which is too many. 1200 pixels in "
            "width are enough.",
            width=width,
            height=height,
        )
    if getattr(opened, "n_frames", 1) > 1:
        raise Wrong("This picture moves. Save one frame of it as JPEG or PNG.")
    opened.draft("RGB", (WIDEST * 2, TALLEST * 2))
    upright = ImageOps.exif_transpose(opened)
    clear = _in_srgb(upright)
    for made in _attempts(clear, drawn=opened.format in {"PNG", "GIF"}):
        if len(made.data) <= MOST_BYTES:
            return made
    raise Wrong("This picture stays larger than 200 kB however it is saved. Use a simpler one.")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Give plain RGB or RGBA pixels in the colours that screens expect."""
    see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    profile = image.info.get("icc_profile")
    plain = image
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            plain = changed or image
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            plain = image
    return plain.convert("RGBA" if see_through else "RGB")


def _attempts(image: Image.Image, *, drawn: bool) -> Iterator[MadePicture]:
    """Give ever smaller versions: drawings and what is see-through as PNG, photographs as JPEG."""
    for width in _WIDTHS:
        if width != WIDEST and width >= image.width:
            continue
        sized = _sized(image, width)
        if sized.mode == "RGBA" or drawn:
            yield _png(sized)
            yield _png(sized.quantize(256, method=Image.Quantize.FASTOCTREE))
        if sized.mode == "RGB":
            for quality in _QUALITIES:
                yield _jpeg(sized, quality)


def _sized(image: Image.Image, widest: int) -> Image.Image:
    scale = min(1.0, widest / image.width, TALLEST / image.height)
    if scale == 1.0:
        return image.copy()
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _png(image: Image.Image) -> MadePicture:
    bare = image.copy()
    bare.info = {
        key: value
        for key, value in image.info.items()
        if key == "transparency" and image.mode == "P"
    }
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return MadePicture("image/png", image.width, image.height, written.getvalue())


def _jpeg(image: Image.Image, quality: int) -> MadePicture:
    bare = image.copy()
    bare.info = {}
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return MadePicture("image/jpeg", image.width, image.height, written.getvalue())
