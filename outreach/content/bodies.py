"""Bodies as blocks; the same text is not read twice by one process."""

from functools import lru_cache

from outreach.mail.body import Body, read_body


@lru_cache(maxsize=8192)
def body_of(text: str, first_line: int, fields: frozenset[str]) -> Body:
    """Read a body that may use these personal fields; faults are in it, with their lines."""
    return read_body(text, first_line=first_line, fields_allowed=fields)
