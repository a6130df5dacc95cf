"""Newsletter files → what they say, checked."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach.content.checking import check
from outreach.content.documents import Document
from outreach.content.faults import Fault, limited
from outreach.content.fields import SLUG
from outreach.content.texts import Folder, Reader, Rules, read_folders, unknown_topic
from outreach.errors import Sentence
from outreach.mail.fields import PERSONAL_FIELDS
from outreach.newsletters.source import EditionSource, NewsletterSource

PARENT = "content/newsletters"
MOST_CHARACTERS = 60_000
"""Of the text of an edition: as HTML it is twice as long, and 100,000 bytes are the limit."""
RULES = Rules(
    EditionSource,
    fields=PERSONAL_FIELDS,
    personal=("subject", "preheader"),
    agreeing=("date", "on_web"),
    most_characters=MOST_CHARACTERS,
)


@dataclass(frozen=True)
class NewsletterFiles:
    """What the folder of one newsletter says."""

    slug: str
    document: Document | None
    source: NewsletterSource | None
    """None if `newsletter.toml` has faults or is not there."""
    editions: tuple[Folder[EditionSource], ...]
    faults: tuple[Fault, ...]
    """Of `newsletter.toml` and of the folder; each edition has its own."""

    @property
    def folder(self) -> str:
        """Give the folder's path."""
        return f"{PARENT}/{self.slug}"

    @property
    def path(self) -> str:
        """Give the path of `newsletter.toml`."""
        return f"{self.folder}/newsletter.toml"

    def own_documents(self) -> Iterator[Document]:
        """Give `newsletter.toml`, if it has no faults."""
        if self.document is not None and self.source is not None:
            yield self.document


def read_newsletters(reader: Reader) -> list[NewsletterFiles]:
    """Read every newsletter's folder and those of its editions."""
    return [_read(reader, slug) for slug in reader.tree.folders(PARENT)]


def _read(reader: Reader, slug: str) -> NewsletterFiles:
    path = f"{PARENT}/{slug}/newsletter.toml"
    editions = tuple(read_folders(reader, f"{PARENT}/{slug}", RULES))
    if not SLUG.fullmatch(slug):
        said = "The name of a folder is made of small letters, digits and hyphens, like july-2020."
        fault = Fault(f"{PARENT}/{slug}", 1, Sentence(said))
        return NewsletterFiles(slug, None, None, (), (fault,))
    if path not in reader.tree.files:
        said = "This file is missing. It names the newsletter and its topic."
        return NewsletterFiles(slug, None, None, editions, (Fault(path, 1, Sentence(said)),))
    document, told = reader.document(path)
    faults = list(told)
    source = None
    if document is not None:
        source, wrong = check(document, NewsletterSource)
        faults += wrong
        if source is not None and source.topic not in reader.inventory.topics:
            sentence = unknown_topic(source.topic, reader.inventory)
            faults.append(Fault(path, document.line(("topic",)), sentence))
    good = None if faults else source
    return NewsletterFiles(slug, document, good, editions, tuple(limited(path, faults)))
