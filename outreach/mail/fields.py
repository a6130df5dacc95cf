"""Places for one recipient's words: `[[ first_name | friend ]]`, and how they are filled."""

import re
from collections.abc import Callable, Mapping

PERSONAL_FIELDS = frozenset({"first_name", "last_name", "organisation", "country"})
"""What authors may use. The values were written by strangers."""

LINK_FIELDS = frozenset({"unsubscribe_url", "preferences_url", "confirm_url", "personal_url"})
"""What only our own letters use. The values are made by `outreach.links`."""

FIELD = re.compile(r"\[\[ ?([a-z_]{1,40})(?: ?\| ?([^\[\]\n]{0,200}?))? ?\]\]")
"""A field as it stands in composed HTML and text: a name and, after a bar, a fallback."""


def field_names(text: str) -> frozenset[str]:
    """Give the names of the fields in a text."""
    return frozenset(match[1] for match in FIELD.finditer(text))


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Fill the fields of composed text, or of composed HTML with `escape=html.escape`.

    A field without a value shows its fallback (already escaped in HTML) or nothing.
    For pages and previews; what is sent goes through `outreach.mail.compiled`.
    """
    return FIELD.sub(lambda match: escape(values.get(match[1], "")) or match[2] or "", text)
