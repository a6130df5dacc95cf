"""A letter as a mail client shows it in one colour scheme, whatever the reader's machine wishes.

A page cannot tell a frame which scheme to use, so the letter's own rules are turned on or off.
"""

import re
from typing import Literal

Scheme = Literal["light", "dark"]

_QUERY = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_DECLARED = re.compile(r"(?<![\w-])color-scheme\s*:\s*light dark")


def in_scheme(html: str, scheme: Scheme) -> str:
    """Give a letter's HTML with the rules of one scheme always on, and those of the other off."""

    def chosen(match: re.Match[str]) -> str:
        return "@media all" if match[1].lower() == scheme else "@media not all"

    only = f"color-scheme: only {scheme}"
    head, body, rest = html.partition("<body")
    return _DECLARED.sub(only, _QUERY.sub(chosen, head)) + body + rest
