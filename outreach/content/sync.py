"""`content/site.toml` → the row that `load_site` reads."""

from outreach.content.checking import check
from outreach.content.documents import Document
from outreach.content.faults import Fault, limited
from outreach.content.site import SITE_PATH
from outreach.content.source import SiteSource
from outreach.content.texts import Reader
from outreach.content.tree import close_to
from outreach.errors import Sentence


def read_site(reader: Reader) -> tuple[Document | None, SiteSource | None, list[Fault]]:
    """Read the site's file; without a source, the faults say why not."""
    if SITE_PATH not in reader.tree.files:
        said = Sentence("This file is missing. It names the organisation and its languages.")
        return None, None, [Fault(SITE_PATH, 1, said)]
    document, told = reader.document(SITE_PATH)
    if document is None:
        return None, None, list(told)
    source, faults = check(document, SiteSource)
    if source is not None:
        faults += _logo(reader, document, source) + _pages(reader, document, source)
    faults = limited(SITE_PATH, [*told, *faults])
    return document, None if faults else source, faults


def _logo(reader: Reader, document: Document, source: SiteSource) -> list[Fault]:
    if source.logo is None or f"content/{source.logo.file}" in reader.tree.files:
        return []
    said = "There is no file “%(file)s” beside this one."
    return [document.fault(("logo", "file"), said, file=source.logo.file)]


def _pages(reader: Reader, document: Document, source: SiteSource) -> list[Fault]:
    """Find links to pages that do not exist."""
    pages = sorted(reader.inventory.pages)
    wanted: list[tuple[tuple[str | int, ...], str]] = [
        (("links", number, "url"), link.url.removeprefix("page:"))
        for number, link in enumerate(source.links)
        if link.url.startswith("page:")
    ]
    wanted += [
        (("privacy", key), getattr(source.privacy, key)) for key in source.privacy.model_fields_set
    ]
    faults = []
    for place, slug in wanted:
        if slug not in pages:
            said = "There is no page “%(slug)s” in content/pages. There are: %(known)s."
            known = close_to(slug, pages) or ", ".join(pages) or "–"
            faults.append(document.fault(place, said, slug=slug, known=known))
    return faults
