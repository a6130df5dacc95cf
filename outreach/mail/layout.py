"""Arranges the blocks of a letter for its templates: rows, headings, contents."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from markupsafe import Markup

from outreach.mail.blocks import (
    ArticleBlock,
    Block,
    Columns,
    Divider,
    EventBlock,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.blocks import Picture as PictureBlock
from outreach.mail.markdown import to_html

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})

_SECTION = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")


@dataclass(frozen=True)
class Item:
    """One block as a template shows it."""

    kind: str
    block: Block
    html: str = ""
    """Of prose and quotes, sanitised."""
    level: int = 2
    """Of the heading of a card."""
    first: bool = False
    """Whether nothing stands above it."""


@dataclass(frozen=True)
class Row:
    """A part of the letter over the whole width: one column, or two."""

    columns: tuple[tuple[Item, ...], ...]


@dataclass
class Layout:
    """The rows of a letter and what stands in its table of contents."""

    rows: list[Row] = field(default_factory=list)
    contents: list[tuple[str, Markup]] = field(default_factory=list)
    """Anchor and heading of each section."""

    def item(self, block: Block, *, first: bool = False) -> Item:
        """Arrange one block."""
        level = 3 if self.contents else 2
        if isinstance(block, Quote):
            html = "".join(to_html(inner.markdown) for inner in _prose(block.blocks))
            return Item("quote", block, html, level, first)
        if isinstance(block, Prose):
            html = _SECTION.sub(self._section, to_html(block.markdown))
            return Item("prose", block, html, level, first)
        return Item(block.kind, block, level=level, first=first)

    def _section(self, heading: re.Match[str]) -> str:
        anchor = f"section-{len(self.contents) + 1}"
        words = Markup(_TAG.sub("", heading[1]))  # noqa: S704 (sanitised)
        self.contents.append((anchor, words))
        return f'<h2 id="{anchor}">{heading[1]}</h2>'


def arrange(blocks: Sequence[Block]) -> Layout:
    """Arrange the blocks of a letter; those that have nothing to show are left out."""
    layout = Layout()
    column: list[Item] = []
    for block in _without_double_rules([one for one in blocks if shown(one)]):
        if isinstance(block, Columns):
            layout.rows += [Row((tuple(column),))] if column else []
            column = []
            sides = (block.left, block.right)
            layout.rows.append(
                Row(tuple(tuple(layout.item(one) for one in side if shown(one)) for side in sides))
            )
        else:
            column.append(layout.item(block, first=not column and not layout.rows))
    layout.rows += [Row((tuple(column),))] if column else []
    return layout


def _without_double_rules(blocks: Sequence[Block]) -> Iterator[Block]:
    """Leave out a divider before a section, which has a rule of its own."""
    for block, after in zip_longest(blocks, blocks[1:]):
        ruled = isinstance(after, Prose) and to_html(after.markdown).startswith("<h2")
        if not (ruled and isinstance(block, Divider)):
            yield block


def shown(block: Block) -> bool:
    """Tell whether there is anything to show: a card or picture may not exist."""
    if isinstance(block, EventBlock | ArticleBlock):
        return block.card is not None
    if isinstance(block, UpcomingBlock):
        return bool(block.cards)
    return block.file is not None if isinstance(block, PictureBlock) else True


def styled(html: str, styles: Mapping[str, tuple[str, str]]) -> Markup:
    """Write classes and styles into the tags of clean HTML: many mail programs know no others."""

    def with_style(tag: re.Match[str]) -> str:
        closing, name, rest = tag[1], tag[2], tag[3]
        if closing or name not in styles:
            return tag[0]
        marks, style = styles[name]
        named = f' class="{marks}"' if marks else ""
        return f'<{name}{rest}{named} style="{style}">'

    return Markup(_TAG.sub(with_style, html))  # noqa: S704 (clean HTML in, our styles added)


def direction(language: str) -> str:
    """Give `ltr` or `rtl`."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def _prose(blocks: Sequence[Block]) -> Iterator[Prose]:
    return (block for block in blocks if isinstance(block, Prose))
