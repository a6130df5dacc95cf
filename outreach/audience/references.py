"""What the ledger knows a person by: random, and nothing of the person is in it."""

import secrets
from datetime import datetime

from outreach.db.rows import to_microseconds

_RANDOM_BYTES = 9


def new_reference(now: datetime, number: int) -> str:
    """Give 32 hex digits that nobody can guess: 72 random bits behind a rising beginning.

    `number` rises within one `now`. The beginning lets the indexes grow at their end (a fifth of
    the time of an import); it says no more than the ledger's own time does.
    """
    return f"{to_microseconds(now) + number:014x}{secrets.token_hex(_RANDOM_BYTES)}"
