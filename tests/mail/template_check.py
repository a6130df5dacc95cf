"""Checks MJML before it is rendered: mrml lets unknown components and attributes pass."""

import re
from collections.abc import Iterator

from outreach.mail.mjml import ATTRIBUTE, MAX_DEPTH, TAG, nesting

_BOX = frozenset({"css-class", "padding", "background-color"})
_TYPE = frozenset({"color", "font-family", "font-size", "line-height", "align"})
COMPONENTS: dict[str, frozenset[str]] = {
    "mjml": frozenset({"lang", "dir"}),
    "mj-head": frozenset(),
    "mj-title": frozenset(),
    "mj-preview": frozenset(),
    "mj-attributes": frozenset(),
    "mj-all": _BOX | _TYPE,
    "mj-style": frozenset(),
    "mj-raw": frozenset(),
    "mj-body": frozenset({"width", "background-color", "css-class"}),
    "mj-wrapper": _BOX,
    "mj-section": _BOX | {"text-align", "direction"},
    "mj-column": _BOX | {"width", "vertical-align"},
    "mj-text": _BOX | _TYPE,
    "mj-divider": _BOX | {"border-width", "border-style", "border-color", "width"},
    "mj-spacer": frozenset({"height", "css-class"}),
}
"""The components that our letters use, and the attributes that each may have."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_STYLE_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?![0-9a-fA-F])")
_BODY = re.compile(r"<mj-body.*</mj-body>", re.DOTALL)


def lint_mjml(source: str) -> list[str]:
    """Give everything in an MJML document that mrml would pass over in silence."""
    return [*_document(source), *_components(source)]


def _document(source: str) -> Iterator[str]:
    if nesting(source) > MAX_DEPTH:
        yield "Elements are nested too deep."
    root = next(TAG.finditer(source), None)
    if root is None or root[2] != "mjml" or not {"lang", "dir"} <= _attributes(root[3]).keys():
        yield "The document begins with <mjml lang=… dir=…>."
    body = _BODY.search(source)
    for match in TAG.finditer(body[0] if body else ""):
        if match[2] == "table" and not match[1] and "role" not in _attributes(match[3]):
            yield "A table has no role."
        if match[2] == "img" and not {"alt", "width", "src"} <= _attributes(match[3]).keys():
            yield "An img lacks alt, width or src."


def _components(source: str) -> Iterator[str]:
    for match in TAG.finditer(source):
        name, attributes = match[2], _attributes(match[3])
        if _STYLE_COLOUR.search(attributes.get("style", "")):
            yield f"<{name}>: write colours with six digits."
        if match[1] or not name.startswith("mj"):
            continue
        if name not in COMPONENTS:
            yield f"<{name}> is no component of ours."
            continue
        yield from (
            f"<{name}> has no attribute {attribute}."
            for attribute in sorted(attributes.keys() - COMPONENTS[name])
        )
        yield from _values(name, attributes)


def _values(name: str, attributes: dict[str, str]) -> Iterator[str]:
    for attribute, value in attributes.items():
        if attribute.endswith("color") and not _COLOUR.fullmatch(value):
            yield f"<{name} {attribute}={value!r}>: write colours with six digits."
        if attribute in ("width", "height", "font-size") and not re.fullmatch(r"\d+px", value):
            yield f"<{name} {attribute}={value!r}>: write sizes in px."


def _attributes(inside: str) -> dict[str, str]:
    return {match[1]: match[2][1:-1] for match in ATTRIBUTE.finditer(inside)}
