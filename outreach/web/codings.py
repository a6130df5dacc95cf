"""What a request says about codings and validators: `Accept-Encoding` and `If-None-Match`."""

import re
from functools import lru_cache

LONGEST = 200
"""Of `Accept-Encoding`, in characters: what is longer counts as not there."""
MOST = 8_000
"""Characters of `If-None-Match` that are read."""
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def takes_gzip(accept_encoding: str) -> bool:
    """Tell whether somebody takes gzip, and likes it no less than bare bytes (RFC 9110 §12.5.3)."""
    return len(accept_encoding) <= LONGEST and _takes_gzip(accept_encoding)


@lru_cache(maxsize=256)
def _takes_gzip(accept_encoding: str) -> bool:
    wished: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        wished[coding.strip()] = _quality(parameter)
    gzip = wished.get("gzip", wished.get("x-gzip", wished.get("*", 0.0)))
    return gzip > 0 and gzip >= wished.get("identity", 0.0)


def tags_of(if_none_match: str) -> frozenset[str]:
    """Give the tags of a list, with their quotes and without `W/`; `*` stands for itself.

    A condition that must not hold compares weakly (RFC 9110 §13.1.2).
    """
    read = if_none_match[:MOST]
    return frozenset(("*",)) if read.strip() == "*" else frozenset(_TAG.findall(read))


def _quality(parameter: str) -> float:
    """Give a weight (RFC 9110 §12.4.2): 1 where there is none, 0 where it is no number."""
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
