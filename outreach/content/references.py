"""What texts may point at, as known while syncing: enough to find what points at nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.content.tree import ROOT, Tree, close_to
from outreach.mail.blocks import ArticleCard, EventCard, PictureFile

_SOMEWHERE = "https://example.org/"
_DAY = date(2000, 1, 1)
LONGEST_NAME = 80
"""Nothing has a longer name, so nothing close to one is looked for."""


@dataclass(frozen=True)
class Inventory:
    """The names that exist: folders on the disk, and media that is live."""

    events: frozenset[str]
    articles: frozenset[str]
    pages: frozenset[str]
    topics: frozenset[str]
    media: Mapping[str, bool]
    """Path → whether it is a picture."""


def take_inventory(tree: Tree, topics: Iterable[str], media: Mapping[str, bool]) -> Inventory:
    """Collect the names; a folder counts even if its own files have faults, told elsewhere."""
    return Inventory(
        events=frozenset(tree.folders(f"{ROOT}/events")),
        articles=frozenset(tree.folders(f"{ROOT}/articles")),
        pages=frozenset(tree.folders(f"{ROOT}/pages")),
        topics=frozenset(topics),
        media=media,
    )


@dataclass(frozen=True)
class References:
    """A `mail.body.Resolver` that only knows whether things exist, seen from one folder."""

    inventory: Inventory
    folder: str

    def picture(self, name: str) -> PictureFile | None:
        """Give a stand-in if there is such a picture beside the text."""
        known = self.inventory.media
        if any(known.get(path) for path in beside(self.folder, name)):
            return PictureFile(_SOMEWHERE, 600, 400)
        return None

    def link(self, target: str) -> str | None:
        """Give a stand-in if the target exists."""
        kind, colon, rest = target.partition(":")
        name = rest.partition("#")[0]
        names = {
            "page": self.inventory.pages,
            "article": self.inventory.articles,
            "event": self.inventory.events,
        }
        if colon and kind in names:
            return _SOMEWHERE if name in names[kind] else None
        known = self.inventory.media
        return _SOMEWHERE if any(path in known for path in beside(self.folder, target)) else None

    def event(self, slug: str) -> EventCard | None:
        """Give a stand-in if there is such an event."""
        if slug not in self.inventory.events:
            return None
        return EventCard(
            slug=slug,
            title=slug,
            summary="",
            url=_SOMEWHERE,
            kind="",
            date=_DAY,
            starts_at=None,
            ends_at=None,
            zone="",
            organiser="",
            register_url="",
        )

    def upcoming(self, _count: int, topic: str) -> Sequence[EventCard]:
        """Give nothing: which events are next is known only when a text is shown."""
        del topic
        return ()

    def article(self, slug: str) -> ArticleCard | None:
        """Give a stand-in if there is such an article."""
        if slug not in self.inventory.articles:
            return None
        return ArticleCard(
            slug=slug,
            title=slug,
            summary="",
            url=_SOMEWHERE,
            date=None,
            author="",
            picture=None,
        )

    def nearest(self, name: str, kind: str) -> str | None:
        """Give what was probably meant by the name of a thing that is not there."""
        names = {
            "event": self.inventory.events,
            "article": self.inventory.articles,
            "page": self.inventory.pages,
        }
        prefix, colon, rest = name[:LONGEST_NAME].partition(":")
        if kind == "link" and colon and prefix in names:
            close = close_to(rest.partition("#")[0], sorted(names[prefix]))
            return f"{prefix}:{close}" if close else None
        return close_to(name[:LONGEST_NAME], sorted(names.get(kind) or self._files(kind)))

    def _files(self, kind: str) -> set[str]:
        """Give the names of the pictures, or of all files, beside the text."""
        start = f"{self.folder}/"
        return {
            path.removeprefix(start).removeprefix("images/" if kind == "picture" else "")
            for path, is_picture in self.inventory.media.items()
            if path.startswith(start) and (is_picture or kind != "picture")
        }


def beside(folder: str, name: str) -> tuple[str, str]:
    """Give the two places of a file beside a text: in `images/`, or right there."""
    return f"{folder}/images/{name}", f"{folder}/{name}"
