"""MJML → HTML by mrml, with its faults wrapped (each is named where it is handled)."""

import re
from functools import lru_cache

from mjml import mjml2html

from outreach.errors import Refused
from outreach.mail.quoted import LONE

MAX_DEPTH = 40
"""mrml crashes the process on deep nesting."""

TAG = re.compile(r"""<(/?)([A-Za-z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NUMBERED = re.compile(r"&#([0-9]{3,7});")
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    }
)
_UNSAFE = str.maketrans(
    {
        "\r": "&#13;",
        "\n": "&#10;",
        "\t": "&#9;",
        '"': "&#34;",
        "'": "&#39;",
        "\\": "&#92;",
    }
)


@lru_cache(maxsize=32)
def render_mjml(source: str) -> str:
    """Give the HTML of an MJML document; Refused if it is not well-formed or nests too deep.

    mrml prints attribute values with Rust's debug escapes, so what it would escape is made a
    character reference before, and everything beyond ASCII too; that comes back afterwards.
    The last ones are kept: staff look at the checks of a letter, then at its preview, then send it.
    """
    source = LONE.sub("", source)
    depth = nesting(source)
    if depth > MAX_DEPTH:
        raise Refused("The letter has blocks too deep inside each other. Make it flatter.")
    safe = TAG.sub(_with_safe_attributes, source).encode("ascii", "xmlcharrefreplace").decode()
    try:
        # Without `fonts={}` a web font of a third party is linked.
        html = mjml2html(safe, disable_comments=True, fonts={})
    except ValueError as error:
        raise Refused("The letter could not be laid out: %(problem)s", problem=error) from error
    return _NUMBERED.sub(_character, str(html))


def nesting(source: str) -> int:
    """Give how deep the elements of a source lie inside each other."""
    deepest = depth = 0
    for match in TAG.finditer(_COMMENT.sub("", source)):
        if match[1]:
            depth -= 1
        elif not match[3].rstrip().endswith("/") and match[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _with_safe_attributes(tag: re.Match[str]) -> str:
    if "=" not in tag[3]:
        return tag[0]
    return f"<{tag[1]}{tag[2]}{ATTRIBUTE.sub(_safe_attribute, tag[3])}>"


def _safe_attribute(attribute: re.Match[str]) -> str:
    return f'{attribute[1]}="{attribute[2][1:-1].translate(_UNSAFE)}"'


def _character(reference: re.Match[str]) -> str:
    number = int(reference[1])
    if number < 0xA0 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return reference[0]
    return chr(number)
