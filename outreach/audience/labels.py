"""Labels: the one way in which tags and types of organisation are written."""

import re
import unicodedata
from collections.abc import Iterable

from outreach.content.fields import Wrong, shown

LONGEST = 64
MOST_TAGS = 20
"""Of one person in one line of an import."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_SEPARATORS = re.compile(r"[;,\n]")


def label(text: str) -> str:
    """Give a name as a label: `Lima, été 2026` becomes `lima-ete-2026`; empty for signs alone.

    Letters of every script stay, so that two spellings of one name meet and two names do not.
    """
    apart = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    kept = (sign if _stays(sign) else "-" for sign in unicodedata.normalize("NFC", apart))
    return re.sub("-+", "-", "".join(kept)).strip("-")


def checked_label(text: str) -> str:
    """Give a name as a label; Wrong if nothing of it is left, or too much."""
    found = label(text)
    if not found and text.strip():
        raise Wrong("“%(value)s” has no letter and no digit.", value=shown(text))
    if len(found) > LONGEST:
        raise Wrong("This has more than %(most)s characters.", most=LONGEST)
    return found


def separated(text: str) -> list[str]:
    """Give what stands between commas or semicolons, without blanks and without gaps."""
    return [part for each in _SEPARATORS.split(text) if (part := each.strip())]


def checked_labels(texts: Iterable[str]) -> tuple[str, ...]:
    """Give several names as labels, each once, sorted; Wrong for the first that cannot be one."""
    return tuple(sorted({found for text in texts if (found := checked_label(text))}))


def _stays(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
