"""`content/site.toml` → the row that `load_site` reads."""

from collections.abc import Iterator, Mapping
from typing import Any

from outreach.content.checking import check
from outreach.content.documents import Document, Place
from outreach.content.faults import Fault, limited
from outreach.content.fields import COLOUR, shown
from outreach.content.site import SITE_PATH
from outreach.content.source import (
    DARK,
    LEAST_CONTRAST,
    LIGHT,
    READ_ON_PAPER,
    PrivacySource,
    SiteSource,
)
from outreach.content.texts import Reader
from outreach.content.tree import close_to
from outreach.errors import Sentence
from outreach.mail.colour import contrast


def read_site(reader: Reader) -> tuple[Document | None, SiteSource | None, list[Fault]]:
    """Read the site's file; without a source, the faults say why not."""
    if SITE_PATH not in reader.tree.files:
        said = Sentence("This file is missing. It names the organisation and its languages.")
        return None, None, [Fault(SITE_PATH, 1, said)]
    document, told = reader.document(SITE_PATH)
    if document is None:
        return None, None, list(told)
    source, faults = check(document, SiteSource)
    told_already = {fault.line for fault in faults}
    further = [*_logo(reader, document), *_pages(reader, document), *_colours(document)]
    faults += [fault for fault in further if fault.line not in told_already]
    faults = limited(SITE_PATH, [*told, *faults])
    return document, None if faults else source, faults


def _table(values: object, key: str) -> Mapping[str, Any]:
    """Give a table of the file as it was written, empty where it is none."""
    found = values.get(key) if isinstance(values, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _logo(reader: Reader, document: Document) -> list[Fault]:
    file = _table(document.data, "logo").get("file")
    if not isinstance(file, str) or f"content/{file}" in reader.tree.files:
        return []
    said = "There is no file “%(file)s” beside this one."
    return [document.fault(("logo", "file"), said, file=shown(file))]


def _pages(reader: Reader, document: Document) -> list[Fault]:
    """Find links to pages that do not exist."""
    pages = sorted(reader.inventory.pages)
    faults = []
    for place, slug in _pages_wanted(document):
        if slug not in pages:
            said = "There is no page “%(slug)s” in content/pages. There are: %(known)s."
            known = close_to(slug, pages) or ", ".join(pages) or "–"
            faults.append(document.fault(place, said, slug=shown(slug), known=known))
    return faults


def _pages_wanted(document: Document) -> Iterator[tuple[Place, str]]:
    """Give the pages that the file names, and where."""
    links = document.data.get("links")
    for number, link in enumerate(links if isinstance(links, list) else []):
        url = link.get("url") if isinstance(link, Mapping) else None
        if isinstance(url, str) and url.startswith("page:"):
            yield ("links", number, "url"), url.removeprefix("page:")
    for key, slug in _table(document.data, "privacy").items():
        if key in PrivacySource.model_fields and isinstance(slug, str):
            yield ("privacy", key), slug


def _colours(document: Document) -> list[Fault]:
    """Find colours that cannot be read on their ground."""
    faults = []
    for ground, own in (("light", LIGHT), ("dark", DARK)):
        written = _table(_table(document.data, "colours"), ground)
        given = {
            token: value
            for token, value in written.items()
            if isinstance(value, str) and COLOUR.fullmatch(value)
        }
        tokens = {**own, **given}
        for token in READ_ON_PAPER:
            measured = contrast(tokens[token], tokens["paper"])
            if measured < LEAST_CONTRAST:
                said = (
                    "The colour “%(token)s” cannot be read on “paper”: the contrast is "
                    "%(contrast)s, and must be 4.5 or more."
                )
                place = ("colours", ground, token if token in given else "paper")
                shown_contrast = f"{measured:.1f}"
                faults.append(document.fault(place, said, token=token, contrast=shown_contrast))
    return faults
