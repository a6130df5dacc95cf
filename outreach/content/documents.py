"""Text files → documents: what is at the head with the line of each key, and the body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from outreach.content import frontmatter, toml
from outreach.content.faults import Fault
from outreach.content.tree import TextFile
from outreach.errors import Sentence

Place = tuple[str | int, ...]
"""Where a value stands: its keys from the outside in, numbers for the items of lists."""


@dataclass(frozen=True)
class Document:
    """A content file, read but not yet understood."""

    path: str
    text: str
    checksum: str
    data: Mapping[str, Any]
    lines: Mapping[Place, int] = field(default_factory=dict)
    body: str = ""
    first_line: int = 1
    """The line of the file at which the body begins."""

    def line(self, place: Place) -> int:
        """Give the line of a value, or of the nearest thing around it that has one."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def fault(self, place: Place, text: str, **values: object) -> Fault:
        """Tell what is wrong with a value."""
        return Fault(self.path, self.line(place), Sentence(text, values))


@lru_cache(maxsize=8192)
def read_document(file: TextFile) -> tuple[Document | None, tuple[Fault, ...]]:
    """Read the head of a `.md` file (YAML) or a whole `.toml` file.

    Without a Document if the head cannot be told apart from the rest; with faults and a Document
    if only parts of it are wrong. The same text is not read twice.
    """
    reader = toml.read if file.path.endswith(".toml") else frontmatter.read
    head = reader(file.text)
    faults = tuple(Fault(file.path, line, sentence) for line, sentence in head.faults)
    if head.data is None:
        return None, faults
    document = Document(
        path=file.path,
        text=file.text,
        checksum=file.checksum,
        data=head.data,
        lines=head.lines,
        body=head.body,
        first_line=head.first_line,
    )
    return document, faults
