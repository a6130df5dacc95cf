"""E-mail addresses: what counts as one, what one is known by, and where it is kept."""

import hmac
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.dialects import insert_into
from outreach.delivery.models import Address
from outreach.errors import Refused

LONGEST_SHOWN = 80


@dataclass(frozen=True)
class ParsedAddress:
    """An address that is written correctly; nobody has asked whether it exists."""

    address: str
    """As its owner writes it, the domain in lower case (U-label)."""
    normal: str
    """Case-folded: two spellings of one mailbox are equal here."""
    domain: str
    """The domain as an A-label, as it goes onto the wire."""


def parse_address(text: str) -> ParsedAddress:
    """Read one address (RFC 5321 §4.1.2, RFC 6531), without asking the DNS; Refused if none."""
    try:
        valid = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Refused(
            "“%(typed)s” is not an e-mail address. Write it like name@example.org.",
            typed=_shown(text),
        ) from error
    address = f"{valid.local_part}@{valid.domain}"
    return ParsedAddress(
        address, unicodedata.normalize("NFC", address.casefold()), valid.ascii_domain
    )


def remember(session: Session, text: str, key: bytes) -> Address:
    """Give the row of an address, made if it is new. `key` is `Settings.suppression_key`."""
    parsed = parse_address(text)
    known = session.scalar(select(Address).where(Address.normal == parsed.normal))
    if known is not None:
        return known
    session.execute(
        insert_into(session, Address)
        .values(
            address=parsed.address,
            normal=parsed.normal,
            domain=parsed.domain,
            hash=address_hash(parsed.normal, key),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(select(Address).where(Address.normal == parsed.normal)).one()


def address_hash(normal: str, key: bytes) -> bytes:
    """Give the keyed hash by which a suppression finds an address, even one that was erased."""
    return hmac.digest(key, normal.encode(), "sha256")


def _shown(text: str) -> str:
    """Make what a stranger typed fit to be shown: one short line without control characters."""
    line = "".join(sign if sign.isprintable() else " " for sign in text.strip())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"
