"""What somebody asks for who tests an edition, read and checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.audience.forms import FormFaults
from outreach.delivery.addresses import ParsedAddress, parse_address
from outreach.errors import NotFound, Refused, Sentence
from outreach.newsletters.models import Edition
from outreach.newsletters.personas import Reader, reader

MOST_ADDRESSES = 10
MOST_TYPED = 100
"""Beyond that nothing is read: somebody has sent a list."""
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Asked:
    """What somebody asks for."""

    edition: str
    """E.g. `wrm/2020-07`."""
    addresses: tuple[str, ...]
    """As they were typed."""
    reader: str
    """The key of a persona, or the address of a subscriber."""
    languages: tuple[str, ...]
    key: str
    """Random, of the form that was sent: sent twice, the test leaves once."""


def checked(
    session: Session, edition: Edition, asked: Asked
) -> tuple[tuple[ParsedAddress, ...], Reader]:
    """Read the form; FormFaults with all that is wrong with it."""
    faults: dict[str, Sentence] = {}
    addresses: tuple[ParsedAddress, ...] = ()
    somebody = Reader("")
    try:
        addresses = _addresses(asked.addresses)
    except Refused as error:
        faults["addresses"] = error.sentence
    try:
        somebody = _reader(session, asked.reader)
    except (Refused, NotFound) as error:
        faults["reader"] = error.sentence
    known = {text.language for text in edition.translations}
    if not asked.languages or not known.issuperset(asked.languages):
        faults["languages"] = Sentence("Choose at least one language that this edition has.")
    if not _KEY.fullmatch(asked.key):
        faults[""] = Sentence("This form is not complete. Open the page again.")
    if faults:
        raise FormFaults(faults)
    return addresses, somebody


def _reader(session: Session, wish: str) -> Reader:
    if not wish:
        raise Refused("Choose whom the test is written to, or write a subscriber’s address.")
    return reader(session, wish)


def _addresses(typed: Sequence[str]) -> tuple[ParsedAddress, ...]:
    """Read addresses, each once; Refused with all that are none."""
    found: dict[str, ParsedAddress] = {}
    wrong: list[str] = []
    if len(typed) > MOST_TYPED:
        raise Refused("A test goes to at most %(most)s addresses.", most=MOST_ADDRESSES)
    for each in typed:
        try:
            parsed = parse_address(each)
            found.setdefault(parsed.normal, parsed)
        except Refused as error:
            wrong.append(str(error.sentence.values["typed"]))
    if wrong:
        raise Refused(
            "These are no e-mail addresses: %(typed)s. Write each like name@example.org.",
            typed=", ".join(wrong[:MOST_ADDRESSES]),
        )
    if not found:
        raise Refused("Write at least one e-mail address that the test goes to.")
    if len(found) > MOST_ADDRESSES:
        raise Refused("A test goes to at most %(most)s addresses.", most=MOST_ADDRESSES)
    return tuple(found.values())
