"""Puts the pieces of a body together: what is open, what is closed, what lies inside what."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from outreach.errors import Sentence
from outreach.mail.blocks import (
    ArticleBlock,
    Block,
    Button,
    Columns,
    Divider,
    EventBlock,
    Picture,
    Prose,
    Quote,
    UpcomingBlock,
)
from outreach.mail.examples import EXAMPLES
from outreach.mail.prose_check import Found, ProseCheck
from outreach.mail.signatures import bind
from outreach.mail.tags import Call, End, Mistake, Piece, Text, Value

REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]+\S.*$", re.MULTILINE)
"""Where an author notes the target of a link: `[guide]: https://…`."""

MOST_OPEN = 10

_LEAVES: dict[str, Callable[[dict[str, str], int], Block]] = {
    "button": lambda text, line: Button(text["label"], text["url"], line),
    "image": lambda text, line: Picture(text["name"], text["alt"], text["caption"], line),
    "divider": lambda _text, line: Divider(line),
    "event": lambda text, line: EventBlock(text["slug"], line),
    "upcoming_events": lambda text, line: UpcomingBlock(int(text["count"]), text["topic"], line),
    "article": lambda text, line: ArticleBlock(text["slug"], line),
}


@dataclass
class _Open:
    """A `{% call %}` that is not closed yet."""

    call: Call
    by: str
    blocks: list[Block] = field(default_factory=list)
    left: tuple[Block, ...] | None = None
    follow: list[Found] = field(default_factory=list)
    """What is wrong with the blocks in it: told only if it is closed, or it may be its end."""

    @property
    def lost(self) -> bool:
        """Tell whether nobody knows which block this is: it was told that it cannot be read."""
        return not self.call.name


@dataclass
class Reader:
    """Builds blocks from the pieces of one body; faults go to its check."""

    check: ProseCheck
    references: list[str]
    blocks: list[Block] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def take(self, piece: Piece) -> None:
        """Take the next piece of the body."""
        if isinstance(piece, Text):
            self.text(piece)
        elif isinstance(piece, Call):
            self.call(piece)
        elif isinstance(piece, End):
            self.end(piece.line)
        else:
            self.mistake(piece)

    def mistake(self, piece: Mistake) -> None:
        self.fault(piece.line, piece.sentence)
        if piece.word == "call" and len(self.open) < MOST_OPEN:
            # Opened all the same, so that its end does not look like a surplus one.
            self.open.append(_Open(Call("", (), {}, opens=True, line=piece.line), ""))

    def finish(self) -> tuple[Block, ...]:
        """Close what was left open, and give all blocks."""
        while self.open:
            opened = self.open[-1]
            if not opened.lost:
                self.fault(
                    opened.call.line,
                    Sentence(
                        "“%(block)s” is never closed: write {%% endcall %%} after it.",
                        {"block": opened.call.name},
                    ),
                )
            self.put(self.open.pop())
        return tuple(self.blocks)

    def text(self, piece: Text) -> None:
        lines = piece.text.split("\n")
        skipped = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
        markdown = "\n".join(lines[skipped:]).rstrip()
        if not markdown:
            return
        line = piece.line + skipped
        self.check.prose(self.with_references(markdown), line)
        if REFERENCE.sub("", markdown).strip():
            self.add(Prose(self.with_references(markdown), line))

    def with_references(self, markdown: str) -> str:
        """Add the link targets that the author noted elsewhere in the file."""
        missing = [noted for noted in self.references if noted not in markdown]
        return "\n\n".join([markdown, "\n".join(missing)]) if missing else markdown

    def call(self, call: Call) -> None:
        values, faults = bind(call)
        for sentence in faults:
            self.fault(call.line, sentence)
        if call.opens:
            # Even a faulty block is opened, so that its end does not look like a surplus one.
            self.begin(call, values)
        elif call.name == "next_column":
            self.next_column(call.line)
        elif not faults:
            self.add(self.leaf(call, values))

    def begin(self, call: Call, values: dict[str, Value]) -> None:
        outer = self.open[-1] if self.open else None
        fits = call.name == "quote" and outer and outer.call.name == "columns"
        if outer and not outer.lost and not fits:
            said = Sentence(
                "“%(block)s” cannot stand inside “%(outer)s”. Close that one first, with "
                "{%% endcall %%}.",
                {"block": call.name, "outer": outer.call.name},
            )
            outer.follow.append((call.line, said))
        by = str(values.get("by", ""))
        self.check.words(by, call.line)
        if len(self.open) < MOST_OPEN:
            self.open.append(_Open(call, by))

    def next_column(self, line: int) -> None:
        opened = self.open[-1] if self.open else None
        if opened and opened.lost:
            return
        if not opened or opened.call.name != "columns" or opened.left is not None:
            self.fault(
                line,
                Sentence(
                    "“next_column” belongs once between the two columns: %(example)s",
                    {"example": EXAMPLES["columns"]},
                ),
            )
            return
        opened.left, opened.blocks = tuple(opened.blocks), []

    def end(self, line: int) -> None:
        if not self.open:
            self.fault(line, Sentence("{% endcall %} closes nothing: no block is open here."))
            return
        opened = self.open[-1]
        if opened.call.name == "columns" and opened.left is None:
            self.fault(
                opened.call.line,
                Sentence(
                    "The second column is missing: %(example)s", {"example": EXAMPLES["columns"]}
                ),
            )
        if opened.call.name == "quote" and not opened.blocks and not opened.follow:
            self.fault(opened.call.line, Sentence("The quote is empty."))
        self.check.found += opened.follow
        self.put(self.open.pop())

    def put(self, opened: _Open) -> None:
        line, blocks = opened.call.line, tuple(opened.blocks)
        if opened.lost:
            for block in blocks:
                self.add(block)
        elif opened.call.name == "quote":
            self.add(Quote(opened.by, blocks, line))
        elif opened.call.name == "columns":
            left = blocks if opened.left is None else opened.left
            right = () if opened.left is None else blocks
            self.add(Columns(left, right, line))

    def leaf(self, call: Call, values: dict[str, Value]) -> Block:
        text = {name: str(value) for name, value in values.items()}
        if call.name == "button":
            self.check.target(text["url"], call.line)
        for words in ("label", "alt", "caption"):
            self.check.words(text.get(words, ""), call.line)
        return _LEAVES[call.name](text, call.line)

    def add(self, block: Block) -> None:
        inside = self.open[-1] if self.open else None
        if inside and inside.call.name == "quote" and not isinstance(block, Prose):
            said = Sentence("A quote holds text only. Move the block out of it.")
            inside.follow.append((block.line, said))
            return
        (inside.blocks if inside else self.blocks).append(block)

    def fault(self, line: int, sentence: Sentence) -> None:
        self.check.found.append((line, sentence))
