"""Markdown → safe HTML, and Markdown → plain prose."""

import re
from collections.abc import Callable, Sequence
from textwrap import TextWrapper

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from outreach.mail.fields import put_back, set_aside

TAGS = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "a",
        "strong",
        "em",
        "blockquote",
        "code",
        "pre",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

_BARE_URL = re.compile(r"(?<![\w<\"'=/`\[(])https?://[^\s<>()\[\]`]+[^\s<>()\[\]`.,;:!?'\"*_]")

# Indented text is no code: it is what remains when a list is moved about in an editor.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["code", "image"])


def to_html(markdown: str, *, heading_shift: int = 0) -> str:
    """Give sanitised HTML; raw HTML in the Markdown shows as text. Personal fields stay open."""
    held, aside = set_aside(markdown)
    tokens = parse(held)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(1, int(token.tag[1]) + heading_shift))}"
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(
        rendered,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return put_back(clean, aside, html=True)


def to_text(markdown: str, *, width: int = 78) -> str:
    """Give prose wrapped at `width`, with whole link targets that are never broken."""
    held, aside = set_aside(markdown)
    root = SyntaxTreeNode(parse(held))
    return put_back(_blocks(root.children, width), aside, html=False)


def parse(markdown: str) -> list[Token]:
    """Give the tokens of a text; bare URLs count as links."""
    return _PARSER.parse(with_bare_links(markdown))


def with_bare_links(markdown: str) -> str:
    """Mark bare URLs as the links that they become."""
    return _BARE_URL.sub(lambda match: f"<{match[0]}>", markdown)


def wrap(text: str, width: int = 78, first: str = "", rest: str = "") -> str:
    """Wrap each line at blanks only: no URL, hyphenated word or no-break space is broken."""
    wrapper = TextWrapper(
        width=max(width, 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    lines = [wrapper.fill(line) if line.strip() else "" for line in text.split("\n")]
    return "\n".join(line.rstrip() for line in lines)


def underlined(text: str, mark: str, width: int = 78) -> str:
    """Give a heading with a line of marks below it."""
    wrapped = wrap(text, width)
    longest = max(len(line) for line in wrapped.split("\n"))
    return f"{wrapped}\n{mark * min(longest, width)}"


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int, *, gap: str = "\n\n") -> str:
    said = (_WRITERS.get(node.type, _paragraph)(node, width) for node in nodes)
    return gap.join(text for text in said if text)


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    return wrap(_inline(node), width)


def _heading(node: SyntaxTreeNode, width: int) -> str:
    text = _inline(node)
    return underlined(text, "-", width) if node.tag in ("h1", "h2") and text else wrap(text, width)


def _list(node: SyntaxTreeNode, width: int) -> str:
    tight = all(
        child.hidden for item in node.children for child in item.children[:1] if child.nester_tokens
    )
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    items = []
    for number, item in enumerate(node.children, start):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        text = _blocks(item.children, width - len(mark), gap="\n" if tight else "\n\n")
        items.append(_indented(text, mark, " " * len(mark)))
    return ("\n" if tight else "\n\n").join(items)


def _blockquote(node: SyntaxTreeNode, width: int) -> str:
    return _indented(_blocks(node.children, width - 2), "> ", "> ")


def _rule(_node: SyntaxTreeNode, width: int) -> str:
    return ("* " * 3).strip().center(min(width, 60)).rstrip()


def _code(node: SyntaxTreeNode, _width: int) -> str:
    return _indented(node.content.rstrip("\n"), "    ", "    ")


def _table(node: SyntaxTreeNode, width: int) -> str:
    rows = [row for part in node.children for row in part.children]
    lines = (" | ".join(_inline(cell) for cell in row.children) for row in rows)
    return "\n".join(wrap(line, width, rest="    ") for line in lines)


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        ((rest if number else first) + line).rstrip() for number, line in enumerate(lines)
    )


_WRITERS: dict[str, Callable[[SyntaxTreeNode, int], str]] = {
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _blockquote,
    "hr": _rule,
    "fence": _code,
    "table": _table,
}


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " " if node.type == "softbreak" else "\n"
    inner = "".join(_inline(child) for child in node.children)
    if node.type == "link":
        return _link(inner, str(node.attrs.get("href", "")))
    return f"*{inner}*" if node.type == "strong" and inner.strip() else inner


def _link(words: str, target: str) -> str:
    bare = target.removeprefix("mailto:")
    return bare if words.strip() in ("", target, bare) else f"{words} <{target}>"
