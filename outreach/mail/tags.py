"""The calls inside a body: found, read as a Jinja syntax tree, and never run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from outreach.errors import Sentence
from outreach.mail.examples import EXAMPLES
from outreach.mail.quoted import LONE

MAX_TAG = 2_000
"""Characters of one call."""
MAX_TAGS = 1_000

_OPENING = re.compile(r"\{\{|\{%|\{#")
_INSIDE = {
    "{{": re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(\}\})", re.DOTALL),
    "{%": re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(%\})", re.DOTALL),
    "{#": re.compile(r"(#\})"),
}
_END_WORD = re.compile(r"\{%[-+]?\s{0,9}(end[a-z]{1,20})")
_BLOCK_NAME = re.compile(r"\{[{%][-+]?\s*(?:call\s+)?([a-z_]{1,40})")
_ENVIRONMENT = SandboxedEnvironment()
_ALLOWED = (nodes.Template, nodes.Output, nodes.Call, nodes.Name, nodes.Const, nodes.Keyword)
_ALLOWED_CALL = (*_ALLOWED, nodes.CallBlock)

Value = str | int


@dataclass(frozen=True)
class Text:
    """What stands between calls."""

    text: str
    line: int


@dataclass(frozen=True)
class Call:
    """One block as written: `{{ name(…) }}`, or with `opens`, `{% call name(…) %}`."""

    name: str
    positional: tuple[object, ...]
    named: dict[str, object]
    opens: bool
    line: int


@dataclass(frozen=True)
class End:
    """`{% endcall %}`."""

    line: int


@dataclass(frozen=True)
class Mistake:
    """What could not be read."""

    sentence: Sentence
    line: int
    word: str = ""
    """What a tag begins with: `for`, `endfor`; `call` where a block was to be opened."""


Piece = Text | Call | End | Mistake


def pieces(text: str, first_line: int) -> Iterator[Piece]:
    """Split a body into text and calls; reading goes on after a mistake.

    What goes wrong only because of a loop around it is not told: the loop is.
    """
    ends = set(_END_WORD.findall(text))
    around: list[str] = []
    for piece in _split(text, first_line):
        if isinstance(piece, Mistake):
            inside = bool(around)
            if inside and piece.word == f"end{around[-1]}":
                around.pop()
            elif f"end{piece.word}" in ends and piece.word not in ("", "call"):
                around.append(piece.word)
            if inside:
                continue
        yield piece


def _split(text: str, first_line: int) -> Iterator[Piece]:
    position, line = 0, first_line
    for _ in range(MAX_TAGS):
        opening = _OPENING.search(text, position)
        if not opening:
            break
        before = text[position : opening.start()]
        if before:
            yield Text(before, line)
        line += before.count("\n")
        end = _end(text, opening)
        if end is None:
            yield Mistake(_unclosed(opening[0]), line)
            position = opening.end()
            continue
        source = text[opening.start() : end]
        if opening[0] != "{#":
            yield _read(source, line)
        line += source.count("\n")
        position = end
    else:
        yield Mistake(Sentence("There are too many blocks in one text. Split it."), line)
    if position < len(text):
        yield Text(text[position:], line)


def nearest(name: str, known: list[str]) -> Sentence | None:
    """Suggest what may have been meant."""
    close = get_close_matches(name.lower(), known, 1, 0.5)
    return Sentence("Did you mean “%(name)s”?", {"name": close[0]}) if close else None


def _end(text: str, opening: re.Match[str]) -> int | None:
    last = min(len(text), opening.end() + MAX_TAG)
    for match in _INSIDE[opening[0]].finditer(text, opening.end(), last):
        if match[1]:
            return match.end()
    # An apostrophe or quotation mark that is never closed must not hide the end.
    plain = text.find({"{{": "}}", "{%": "%}", "{#": "#}"}[opening[0]], opening.end(), last)
    return plain + 2 if plain >= 0 else None


def _unclosed(opening: str) -> Sentence:
    closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[opening]
    return Sentence(
        "“%(opening)s” is never closed: write “%(closing)s” at the end of the block.",
        {"opening": opening, "closing": closing},
    )


def _read(source: str, line: int) -> Piece:
    inside = source[2:-2].strip(" \t\r\n-+")
    if source.startswith("{%") and inside == "endcall":
        return End(line)
    opens = source.startswith("{%")
    if opens and not inside.startswith("call"):
        word = inside.split()[0] if inside else ""
        return Mistake(_foreign(word), line, word)
    word = "call" if opens else ""
    try:
        tree = _ENVIRONMENT.parse(source + ("{% endcall %}" if opens else ""))
    except TemplateSyntaxError as error:
        return Mistake(_unreadable(source), line + max(0, error.lineno - 1), word)
    except (RecursionError, ValueError, OverflowError, MemoryError):
        return Mistake(_unreadable(source), line, word)
    return _call(tree, opens=opens, line=line) or Mistake(_unreadable(source), line, word)


def _call(tree: nodes.Template, *, opens: bool, line: int) -> Call | None:
    """Give the one call in a syntax tree; None if anything else is in there."""
    allowed = _ALLOWED_CALL if opens else _ALLOWED
    if not all(isinstance(node, allowed) for node in tree.find_all(nodes.Node)):
        return None
    calls = list(tree.find_all(nodes.Call))
    if len(calls) != 1 or len(tree.body) != 1 or len(list(tree.find_all(nodes.Name))) != 1:
        return None
    call = calls[0]
    if not isinstance(call.node, nodes.Name) or call.dyn_args or call.dyn_kwargs:
        return None
    # An escape such as "\ud800" makes half a character, which no page and no mail can carry.
    if any(LONE.search(str(node.value)) for node in tree.find_all(nodes.Const)):
        return None
    return Call(
        call.node.name,
        tuple(node.value for node in call.args if isinstance(node, nodes.Const)),
        {keyword.key: keyword.value.value for keyword in call.kwargs},  # type: ignore[attr-defined]
        opens,
        line,
    )


def _foreign(word: str) -> Sentence:
    if word.startswith("end"):
        return Sentence(
            "“%(word)s” closes nothing here. A block that was opened with “{%% call … %%}” is "
            "closed with “{%% endcall %%}”.",
            {"word": word},
        )
    return Sentence(
        "“{%% %(word)s %%}” cannot be used here. Write {{ block(…) }}, or "
        "{%% call quote(…) %%} … {%% endcall %%}.",
        {"word": word},
    )


def _unreadable(source: str) -> Sentence:
    shown = " ".join(source.split())
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    if any(mark in source for mark in "“”„«»‘"):
        return Sentence(
            'This block cannot be read: %(source)s. Use straight quotation marks: "like this".',
            {"source": shown},
        )
    name = _BLOCK_NAME.match(source)
    example = EXAMPLES.get(name[1] if name else "", EXAMPLES["button"])
    return Sentence(
        "This block cannot be read: %(source)s. Write it like %(example)s.",
        {"source": shown, "example": example},
    )
