"""Texts of files → rows, one a language: new ones added, changed ones rewritten, others left."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from outreach.content.texts import Text


class TextRow(Protocol):
    """A row that holds one language of something."""

    language: Any
    checksum: Any


Row = TypeVar("Row", bound=TextRow)


def write_texts(
    rows: list[Row],
    texts: Mapping[str, Text[Any]],
    kind: Callable[..., Row],
    values: Callable[[Any], dict[str, Any]],
) -> None:
    """Bring the rows up to the texts; `kind` makes a row, `values` gives its columns."""
    present = {row.language: row for row in rows}
    for language, text in texts.items():
        row = present.get(language)
        if row is None:
            rows.append(kind(language=language, **values(text)))
        elif row.checksum != text.document.checksum:
            for name, value in values(text).items():
                setattr(row, name, value)
