"""Which files are live: the text of each as it was last read without faults."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.content.documents import Document
from outreach.content.models import ContentFile
from outreach.content.tree import Tree
from outreach.db.dialects import insert_into


class LiveFiles(dict[str, str]):
    """The checksum of each file whose text is live, by path."""

    def under(self, folder: str) -> list[str]:
        """Give the paths in a folder and in the folders in it, sorted."""
        first = bisect_left(self._sorted, f"{folder}/")
        behind = bisect_left(self._sorted, f"{folder}0")  # "0" comes right after "/"
        return self._sorted[first:behind]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self)


@dataclass(frozen=True)
class Changes:
    """How the files of one folder differ from what is live."""

    documents: tuple[Document, ...]
    """Good, and not live as they stand."""
    gone: tuple[str, ...]
    """Live, but no longer on the disk."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.documents or self.gone)

    @property
    def paths(self) -> list[str]:
        """Give the paths of all that changed."""
        return [*(document.path for document in self.documents), *self.gone]

    def record(self, session: Session, now: datetime) -> None:
        """Write down that the rows are now as the files are."""
        for document in self.documents:
            record(session, document, now)
        session.execute(delete(ContentFile).where(ContentFile.path.in_(self.gone)))


def live_files(session: Session) -> LiveFiles:
    """Give the files whose text is live."""
    return LiveFiles(session.execute(select(ContentFile.path, ContentFile.checksum)).all())


def compare(tree: Tree, folder: str, documents: Iterable[Document], live: LiveFiles) -> Changes:
    """Compare the good documents of a folder with what is live in it."""
    return Changes(
        documents=tuple(each for each in documents if live.get(each.path) != each.checksum),
        gone=tuple(path for path in live.under(folder) if tree.lacks(path)),
    )


def record(session: Session, document: Document, now: datetime) -> None:
    """Write down that a file is live as it stands."""
    values = {"checksum": document.checksum, "text": document.text, "synced_at": now}
    session.execute(
        insert_into(session, ContentFile)
        .values(path=document.path, **values)
        .on_conflict_do_update(index_elements=["path"], set_=values)
    )


def live_folders(parent: str, live: LiveFiles) -> list[str]:
    """Give the folders right in a folder that hold anything live."""
    depth = parent.count("/") + 2
    found = ("/".join(path.split("/")[:depth]) for path in live.under(parent))
    return sorted(set(found))
