"""A folder with one text a language: read and checked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from outreach.content.bodies import body_of
from outreach.content.checking import check, check_fields
from outreach.content.documents import Document, read_document
from outreach.content.faults import Fault, limited
from outreach.content.fields import SLUG
from outreach.content.references import Inventory, References
from outreach.content.tree import Tree
from outreach.errors import Sentence
from outreach.mail.blocks import Block, Columns, UpcomingBlock
from outreach.mail.body import Body, resolve
from outreach.phrases.catalog import is_language

Source = TypeVar("Source", bound=BaseModel)


@dataclass(frozen=True)
class Text(Generic[Source]):
    """A text in one language, without faults."""

    document: Document
    source: Source
    body: Body


@dataclass(frozen=True)
class Rules(Generic[Source]):
    """What the texts of one kind of folder must be."""

    kind: type[Source]
    fields: frozenset[str] = frozenset()
    """The personal fields that a body, and `personal` keys, may use."""
    personal: tuple[str, ...] = ()
    """Keys of the head that may hold personal fields."""
    agreeing: tuple[str, ...] = ()
    """Keys that must say the same in every language in which they are said."""
    needs_text: bool = True
    """Whether something must stand below the head."""
    most_characters: int | None = None
    """Of a body; None for the most that is read at all."""
    further: Callable[[Document, Source, References], Sequence[Fault]] = lambda *_: ()
    """Further checks of one text."""


@dataclass(frozen=True)
class Reader:
    """What every reading of a folder needs."""

    tree: Tree
    inventory: Inventory
    languages: tuple[str, ...]
    """Of the site, in order; empty if the site has never been read."""

    def document(self, path: str) -> tuple[Document | None, tuple[Fault, ...]]:
        """Read one file of the tree."""
        file = self.tree.read(path)
        return (None, (file,)) if isinstance(file, Fault) else read_document(file)


@dataclass
class Folder(Generic[Source]):
    """What a folder says: its good texts by language, and what is wrong."""

    path: str
    texts: dict[str, Text[Source]] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    """Languages that have a file, good or not."""
    faults: list[Fault] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def slug(self) -> str:
        """Give the folder's name."""
        return self.path.rpartition("/")[2]

    def agreed(self, key: str) -> Any:  # noqa: ANN401
        """Give what the texts say for a key, None if none says anything."""
        said = (getattr(text.source, key) for text in self.texts.values())
        return next((value for value in said if value is not None), None)

    def documents(self) -> Iterator[Document]:
        """Give the documents of the good texts."""
        return (text.document for text in self.texts.values())

    def missing(self, languages: Sequence[str]) -> list[tuple[str, str]]:
        """Give (folder, language) of what has no file."""
        return [(self.path, language) for language in languages if language not in self.present]


def read_folders(reader: Reader, parent: str, rules: Rules[Source]) -> list[Folder[Source]]:
    """Read every folder of a folder."""
    return [read_folder(reader, f"{parent}/{name}", rules) for name in reader.tree.folders(parent)]


def read_folder(reader: Reader, path: str, rules: Rules[Source]) -> Folder[Source]:
    """Read the texts of one folder. Those in the site's languages come first, in its order."""
    folder: Folder[Source] = Folder(path)
    if not SLUG.fullmatch(folder.slug):
        said = "The name of a folder is made of small letters, digits and hyphens, like july-2020."
        folder.faults.append(Fault(path, 1, Sentence(said)))
        folder.seen.update(reader.tree.under(path))
        return folder
    for language, file in _languages_of(reader, path):
        folder.seen.add(file)
        folder.present.add(language)
        faults = _read_text(reader, folder, file, language, rules)
        folder.faults += limited(file, faults)
    _hold_together(folder, rules)
    return folder


def _languages_of(reader: Reader, path: str) -> list[tuple[str, str]]:
    """Give (language, file) of the texts right in a folder, in the order of the site."""
    found = []
    for file in reader.tree.under(path):
        stem, dot, extension = file[len(path) + 1 :].rpartition(".")
        if dot and extension == "md" and "/" not in stem and is_language(stem):
            found.append((stem, file))
    order = {language: position for position, language in enumerate(reader.languages)}
    return sorted(found, key=lambda each: (order.get(each[0], len(order)), each[0]))


def _read_text(
    reader: Reader, folder: Folder[Source], file: str, language: str, rules: Rules[Source]
) -> list[Fault]:
    """Read one text into the folder if it has no fault."""
    document, told = reader.document(file)
    faults = list(told)
    if reader.languages and language not in reader.languages:
        said = (
            "The site does not speak “%(language)s”. Add it to “languages” in content/site.toml, "
            "or take the file away."
        )
        faults.append(Fault(file, 1, Sentence(said, {"language": language})))
    if document is None:
        return faults
    source, wrong = check(document, rules.kind)
    references = References(reader.inventory, folder.path)
    body = body_of(document.body, document.first_line, rules.fields)
    _, unresolved = resolve(body, references)
    faults += wrong
    faults += [Fault(file, each.line, each.sentence) for each in (*body.faults, *unresolved)]
    faults += _topics(document, body.blocks, reader.inventory)
    faults += _length(document, body, rules)
    if source is not None:
        faults += _head_fields(document, source, rules)
        faults += rules.further(document, source, references)
        if not faults:
            folder.texts[language] = Text(document, source, body)
    return faults


def _length(document: Document, body: Body, rules: Rules[Source]) -> list[Fault]:
    """Find a body that says nothing, or more than can be sent."""
    length = len(document.body)
    if rules.needs_text and not body.blocks and not body.faults:
        said = Sentence("There is no text below the head of this file. Write what is to be read.")
    elif rules.most_characters is not None and length > rules.most_characters:
        said = Sentence(
            "The text has %(number)s characters; mail programs cut letters of more than %(most)s "
            "short. Shorten it, or put a part of it into an article and point there.",
            {"number": length, "most": rules.most_characters},
        )
    else:
        return []
    return [Fault(document.path, document.first_line, said)]


def _head_fields(document: Document, source: BaseModel, rules: Rules[Source]) -> list[Fault]:
    texts = [(key, value) for key, value in source.model_dump().items() if isinstance(value, str)]
    open_ones = [(key, value) for key, value in texts if key in rules.personal]
    closed = [(key, value) for key, value in texts if key not in rules.personal]
    return check_fields(document, open_ones, rules.fields) + check_fields(
        document, closed, frozenset()
    )


def _topics(document: Document, blocks: Sequence[Block], inventory: Inventory) -> list[Fault]:
    """Find `upcoming_events` of a topic that does not exist."""
    faults = []
    for block in blocks:
        if isinstance(block, Columns):
            faults += _topics(document, (*block.left, *block.right), inventory)
        elif isinstance(block, UpcomingBlock) and block.topic not in {"", *inventory.topics}:
            told = unknown_topic(block.topic, inventory)
            faults.append(Fault(document.path, block.line, told))
    return faults


def unknown_topic(topic: str, inventory: Inventory) -> Sentence:
    """Tell that a topic does not exist."""
    known = ", ".join(sorted(inventory.topics)) or "–"
    return Sentence(
        "There is no topic “%(topic)s” in subscribers/topics.toml. There are: %(known)s.",
        {"topic": topic[:60], "known": known},
    )


def _hold_together(folder: Folder[Source], rules: Rules[Source]) -> None:
    """Take out the texts that contradict the first one that says a thing all must agree on."""
    for key in rules.agreeing:
        first: Text[Source] | None = None
        for language, text in list(folder.texts.items()):
            value = getattr(text.source, key)
            if value is None:
                continue
            first = first or text
            agreed = getattr(first.source, key)
            if value != agreed:
                folder.faults.append(_contradiction(text.document, first.document, key, agreed))
                del folder.texts[language]


def _contradiction(document: Document, first: Document, key: str, agreed: object) -> Fault:
    return document.fault(
        (key,),
        "“%(key)s” is %(agreed)s in %(other)s. It must be the same in every language.",
        key=key,
        agreed=str(agreed).lower() if isinstance(agreed, bool) else str(agreed),
        other=first.path.rpartition("/")[2],
    )
