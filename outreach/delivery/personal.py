"""What is personal in a message: the recipient's words and links, and the envelope around it."""

import email.policy
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesParser
from hashlib import blake2b

from sqlalchemy import select

from outreach.db.database import Database
from outreach.db.rows import to_microseconds
from outreach.delivery.claims import Claim
from outreach.delivery.models import Batch, Message, Stream
from outreach.delivery.transports.parcels import Parcel
from outreach.links import Links, Purpose
from outreach.mail.compiled import CompiledMessage, Mailbox
from outreach.mail.parts import CALENDAR

KEPT_MESSAGES = 24
"""Compiled messages kept in memory: enough for a few campaigns in many languages."""
LONGEST_LOCAL_PART = 64
SANDBOX = "sandbox"
"""What a delivery's fields call the number of the topic that a test is for: it is nobody's mail."""

_read_json = json.JSONDecoder().decode
"""`json.loads` without its look at what it was given, a quarter of its time."""
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True)
class Return:
    """Where bounces and unsubscribing mails go: the incoming mailbox, if there is one."""

    local: str
    domain: str

    @classmethod
    def to(cls, mailbox_address: str) -> "Return | None":
        """Read the setting; None if it is empty."""
        local, at, domain = mailbox_address.rpartition("@")
        return cls(local, domain) if at else None

    def address(self, mark: str, token: str) -> str:
        """Give `in+b-TOKEN@domain` (bounces, mark `b`) or `in+u-TOKEN@domain` (unsubscribing)."""
        local = f"{self.local}+{mark}-{token}"
        if len(local) > LONGEST_LOCAL_PART:
            raise ValueError("the mailbox address is too long for a token behind it")
        return f"{local}@{self.domain}"


Maker = Callable[[Links, Claim, "_Sheet", datetime], str]


@dataclass(frozen=True)
class _Sheet:
    """A compiled message with what the sender must know of its batch."""

    compiled: CompiledMessage
    sender: str
    """The address in From."""
    domain: str
    makers: tuple[tuple[str, Maker], ...]
    """The links that it has places for."""
    is_clean: bool
    """Whether all its line ends are CRLF and none of its lines begins with a dot."""
    language: str
    bulk: bool
    list_number: int
    batch_id: int
    origin: blake2b
    """What begins every Message-ID of the batch, under our key: ids of rows alone may come again in
    a new database."""


class Writer:
    """Writes the parcel of each delivery. `key`: `Settings.suppression_key`; it never changes."""

    def __init__(
        self, database: Database, links: Links, key: bytes, mailbox: Return | None
    ) -> None:
        self._database = database
        self._links = links
        self._key = key
        self._mailbox = mailbox
        self._sheets: OrderedDict[int, _Sheet] = OrderedDict()

    def write(self, claim: Claim, now: datetime) -> Parcel:
        """Write one message, dated now."""
        sheet = self._sheet(claim.message_id)
        content = sheet.compiled.write(
            to=Mailbox(claim.address),
            message_id=self._message_id(claim, sheet),
            date=now,
            values=self._values(claim, sheet, now),
        )
        if self._mailbox is None:
            return Parcel(claim.id, sheet.sender, claim.address, content, sheet.is_clean)
        bounce = self._links.token(Purpose.BOUNCE, claim.id)
        sender = self._mailbox.address("b", bounce)
        return Parcel(claim.id, sender, claim.address, content, sheet.is_clean, bounce)

    def _message_id(self, claim: Claim, sheet: _Sheet) -> str:
        """Give the same id for each try of a delivery, at the sender's domain (RFC 5322 §3.6.4)."""
        digest = sheet.origin.copy()
        digest.update(b"%d" % claim.id)
        return f"{digest.hexdigest()}@{sheet.domain}"

    def _values(self, claim: Claim, sheet: _Sheet, now: datetime) -> dict[str, str]:
        fields = _read_json(claim.fields) if claim.fields else {}
        values = {name: str(value) for name, value in fields.items()}
        for name, make in sheet.makers:
            values[name] = make(self._links, claim, sheet, now)
        if sheet.bulk:
            url = self._links.to_unsubscribe(
                subscriber=claim.recipient, topic=sheet.list_number, batch=sheet.batch_id
            )
            self._add_unsubscribing(values, url)
        elif SANDBOX in fields:
            self._add_sandbox(values, int(fields[SANDBOX]), claim.message_id)
        return values

    def _add_unsubscribing(self, values: dict[str, str], url: str) -> None:
        """Add the one-click URL and, with a mailbox, the address that does the same by mail."""
        values["unsubscribe_url"] = url
        if self._mailbox is not None:
            token = url.rpartition("/")[2]
            values["unsubscribe_mailto"] = f"mailto:{self._mailbox.address('u', token)}"

    def _add_sandbox(self, values: dict[str, str], topic: int, message: int) -> None:
        """Put links that change nothing in the place of a subscriber's own."""
        values["preferences_url"] = self._links.to_sandbox_preferences(topic=topic, message=message)
        values["register_path"] = ""
        url = self._links.to_sandbox_unsubscribe(topic=topic, message=message)
        self._add_unsubscribing(values, url)

    def _sheet(self, message_id: int) -> _Sheet:
        known = self._sheets.get(message_id)
        if known is not None:
            self._sheets.move_to_end(message_id)
            return known
        sheet = self._sheets[message_id] = self._read(message_id)
        if len(self._sheets) > KEPT_MESSAGES:
            self._sheets.popitem(last=False)
        return sheet

    def _read(self, message_id: int) -> _Sheet:
        with self._database.reading() as session:
            row = session.execute(
                select(
                    Message.content,
                    Message.language,
                    Batch.id,
                    Batch.stream,
                    Batch.list_number,
                    Batch.created_at,
                )
                .join(Batch, Batch.id == Message.batch_id)
                .where(Message.id == message_id)
            ).one()
        compiled = CompiledMessage.load(row.content)
        probe = _probe(compiled)
        sender = _sender_of(probe)
        return _Sheet(
            compiled=compiled,
            sender=sender,
            domain=sender.rpartition("@")[2],
            makers=tuple(one for one in _LINKS.items() if one[0] in compiled.fields),
            is_clean=not (_LONE.search(probe) or b"\n." in probe or probe.startswith(b".")),
            language=row.language,
            bulk=row.stream is Stream.BULK,
            list_number=row.list_number,
            batch_id=row.id,
            origin=blake2b(b"%d:" % to_microseconds(row.created_at), digest_size=16, key=self._key),
        )


def _probe(compiled: CompiledMessage) -> bytes:
    """Write the message to nobody; what recipients change in it makes no line end, no first dot."""
    return compiled.write(
        to=Mailbox("probe@example.org"),
        message_id="probe@example.org",
        date=datetime(2000, 1, 1, tzinfo=UTC),
        values={
            "unsubscribe_url": "https://example.org/u/probe",
            CALENDAR: f"\r\nMETHOD:{compiled.method}\r\n",
        },
    )


def _sender_of(probe: bytes) -> str:
    """Read the address in From."""
    headers = BytesParser(policy=email.policy.default).parsebytes(probe, headersonly=True)
    return str(headers["From"].addresses[0].addr_spec)


def _preferences(links: Links, claim: Claim, sheet: _Sheet, _now: datetime) -> str:
    return links.to_preferences(sheet.language, subscriber=claim.recipient)


def _personal(links: Links, claim: Claim, sheet: _Sheet, now: datetime) -> str:
    return links.to_personal_data(sheet.language, subscriber=claim.recipient, now=now)


def _confirm(links: Links, claim: Claim, sheet: _Sheet, _now: datetime) -> str:
    signup = _number(claim, "signup")
    return links.to_confirm(sheet.language, subscriber=claim.recipient, signup=signup)


def _seat(links: Links, claim: Claim, sheet: _Sheet, _now: datetime) -> str:
    return links.to_seat(sheet.language, registration=_number(claim, "registration"))


def _join(links: Links, claim: Claim, sheet: _Sheet, _now: datetime) -> str:
    registration, number = _number(claim, "registration"), _number(claim, "join")
    return links.to_join(sheet.language, registration=registration, number=number)


def _register(links: Links, claim: Claim, _sheet: _Sheet, _now: datetime) -> str:
    """Give what follows the address of a form, so that it is filled in; for others nothing does."""
    return f"/{links.token(Purpose.REGISTER, claim.recipient)}"


def _password(links: Links, claim: Claim, _sheet: _Sheet, _now: datetime) -> str:
    expires = datetime.fromtimestamp(_number(claim, "good_until"), UTC)
    return links.to_password(
        staff=_number(claim, "staff"), number=_number(claim, "password"), expires=expires
    )


def _number(claim: Claim, name: str) -> int:
    """Give a number that was posted with the letter, from which its link is made."""
    return int(json.loads(claim.fields or "{}").get(name, 0))


_LINKS: dict[str, Maker] = {
    "preferences_url": _preferences,
    "personal_url": _personal,
    "confirm_url": _confirm,
    "seat_url": _seat,
    "join_url": _join,
    "register_path": _register,
    "password_url": _password,
}
