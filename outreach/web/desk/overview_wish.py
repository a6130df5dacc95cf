"""What somebody wishes to see of an edition, read from the address and written into links."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import request, url_for

from outreach.newsletters.basis import source_text
from outreach.newsletters.models import Edition
from outreach.newsletters.personas import NOBODY, SOMEBODY, Reader
from outreach.web.desk.access import DeskVisit
from outreach.web.desk.edition_words import VIEWS

MOST = 2**62


@dataclass(frozen=True)
class Wish:
    """One view of an edition."""

    newsletter: str
    slug: str
    language: str
    view: str = ""
    """A key of VIEWS; empty: as a desktop shows it, or on a phone as a phone does."""
    beside: str = ""
    """The other language, side by side."""
    of: int = 0
    """The campaign whose frozen message is shown; 0 for the present text."""
    named: bool = False
    """Whether the reader is somebody whose name we know."""

    @property
    def reader(self) -> Reader:
        """Give whose name stands in personal places."""
        return SOMEBODY if self.named else NOBODY

    def page(self, **changes: object) -> str:
        """Give the address of the page, with something else wished for."""
        return self._url("desk_overview.show", **changes)

    def frame(self, **changes: object) -> str:
        """Give the address of the letter's own HTML."""
        return self._url("desk_proof.mail", **changes)

    def _url(self, endpoint: str, **changes: object) -> str:
        other = replace(self, **changes)  # type: ignore[arg-type]
        return url_for(
            endpoint,
            newsletter=other.newsletter,
            slug=other.slug,
            language=other.language,
            view=other.view or None,
            beside=(other.beside or None) if other.view == "beside" else None,
            of=other.of or None,
            named="yes" if other.named else None,
        )


def read_wish(desk: DeskVisit, edition: Edition, known: Collection[str]) -> Wish:
    """Read the address; what is not `known` gives what there is."""
    asked = request.args.get("language", "")
    language = asked if asked in known else _usual(desk, edition)
    view = request.args.get("view", "")
    beside = request.args.get("beside", "")
    return Wish(
        newsletter=edition.newsletter.slug,
        slug=edition.slug,
        language=language,
        view=view if view in VIEWS else "",
        beside=beside
        if beside in known and beside != language
        else _other(desk, edition, language),
        of=min(max(request.args.get("of", 0, type=int), 0), MOST),
        named=request.args.get("named") == "yes",
    )


def _usual(desk: DeskVisit, edition: Edition) -> str:
    """Give the reader's own language, if the edition has it."""
    texts = {text.language: text for text in edition.translations}
    return desk.visit.site.choose(texts, desk.visit.language) or desk.visit.language


def _other(desk: DeskVisit, edition: Edition, language: str) -> str:
    """Give the source, or what is made from it."""
    source = source_text(edition, desk.visit.site.source_order)
    if source is not None and source.language != language:
        return source.language
    rest = [tag for tag in desk.visit.site.languages if tag != language]
    there = {text.language for text in edition.translations}
    return next((tag for tag in rest if tag in there), rest[0] if rest else "")
