"""Passwords: Argon2id (RFC 9106), with the parameters that the library recommends."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from outreach.errors import Refused

SHORTEST, LONGEST = 12, 200
_DIFFERENT = 5
"""Different characters that a password must have."""

HASHER = PasswordHasher()


def hashed(password: str, *, address: str) -> str:
    """Hash a new password; Refused if it is too short or too easy to guess."""
    if len(password) < SHORTEST:
        raise Refused(
            "Choose a password of at least %(number)s characters. A few words in a row are easy to "
            "remember.",
            number=SHORTEST,
        )
    if len(password) > LONGEST:
        raise Refused("A password has at most %(number)s characters.", number=LONGEST)
    if len(set(password)) < _DIFFERENT or password.casefold() in address.casefold():
        raise Refused("That password is too easy to guess. Choose another one.")
    return HASHER.hash(password)


def is_right(stored: str, password: str) -> bool:
    """Tell whether a password is the one; without a stored hash it takes as long, and never is."""
    try:
        return HASHER.verify(stored or _nobodys(), password[: LONGEST + 1]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """Give a hash that takes as long as another; made at the first need, not by every command."""
    return HASHER.hash("nobody has this password")


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker parameters than are used now."""
    return HASHER.check_needs_rehash(stored)
